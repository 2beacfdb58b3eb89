import { afterAll, beforeAll, expect, test } from 'vitest'
import { admin, type Fixture, fixture, site } from '../fixture.ts'

let the: Fixture
let home: Awaited<ReturnType<typeof site>>
beforeAll(async () => {
  the = await fixture({ config: { http: { trustedProxies: ['127.0.0.1'] } } })
  home = await site(the, 'home')
})
afterAll(() => the[Symbol.asyncDispose]())

const inside = { remoteAddress: '127.0.0.1', headers: { host: 'localhost:8080' } }

test('a process that answers is alive', async () => {
  expect((await the.api.inject('/healthz')).json()).toEqual({ status: 'ok' })
})

test('ready says what is wrong, in full only to those inside', async () => {
  expect((await the.api.inject('/readyz')).json()).toEqual({ ready: true, troubles: [] })
  the.health.trouble('store', 'disk full at /var/lib', 7)
  const local = await the.api.inject({ url: '/readyz', ...inside })
  expect(local.statusCode).toBe(503)
  expect(local.json()).toEqual({
    ready: false,
    troubles: [{ part: 'store', reason: 'disk full at /var/lib', since: 7 }],
  })
  const outside = await the.api.inject({
    url: '/readyz',
    remoteAddress: '192.0.2.1',
    headers: { host: 'ohm.example' },
  })
  expect(outside.json().troubles).toEqual([{ part: 'store', reason: 'see the log', since: 7 }])
  expect((await the.api.inject('/health')).statusCode).toBe(503)
  the.health.well('store')
  expect((await the.api.inject('/readyz')).statusCode).toBe(200)
})

test('what one can live with is listed, and does not send requests elsewhere', async () => {
  the.health.bearable('stored readings', 'a block is damaged', 7)
  const answer = await the.api.inject({ url: '/readyz', ...inside })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toEqual({
    ready: true,
    troubles: [{ part: 'stored readings', reason: 'a block is damaged', since: 7 }],
  })
  the.health.well('stored readings')
})

test('metrics are for this machine and for administrators', async () => {
  await the.api.inject('/api/sites')
  const local = await the.api.inject({ url: '/metrics', ...inside })
  expect(local.statusCode).toBe(200)
  expect(local.body).toContain(
    'ohmstead_http_request_duration_seconds_count{method="GET",route="/api/sites",status="4xx"}',
  )
  const far = { url: '/metrics', remoteAddress: '192.0.2.1' }
  expect((await the.api.inject(far)).statusCode).toBe(401)
  expect(
    (await the.api.inject({ ...far, headers: { authorization: home.owner.authorization } })).statusCode,
  ).toBe(403)
  const cookie = await the.login(admin.email, admin.password)
  expect((await the.api.inject({ ...far, headers: { cookie } })).statusCode).toBe(200)
})

test.each([
  { 'x-forwarded-for': '192.0.2.1', host: 'localhost' },
  { forwarded: 'for=192.0.2.1', host: 'localhost' },
  { host: 'ohm.example' },
])('a proxy on this machine does not make its clients local: %j', async headers => {
  expect((await the.api.inject({ url: '/metrics', remoteAddress: '127.0.0.1', headers })).statusCode).toBe(
    401,
  )
})
