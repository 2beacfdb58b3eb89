import { gzipSync } from 'node:zlib'
import { StoreUnavailable } from '@ohmstead/telemetry'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Fixture, fixture, site } from '../fixture.ts'

let the: Fixture
let home: Awaited<ReturnType<typeof site>>
let token: string
beforeAll(async () => {
  the = await fixture()
  home = await site(the, 'home')
  await site(the, 'other')
  token = home.token.authorization.slice('Bearer '.length)
})
beforeEach(() => {
  the.ingest.written.length = 0
})
afterAll(() => the[Symbol.asyncDispose]())

const line = 'electricalMeter,device=fridge power=12.5 1767225600000000000\n'

function write(url: string, { authorization, payload = line, ...headers }: Record<string, string> = {}) {
  return the.api.inject({
    method: 'POST',
    url,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      'content-type': 'text/plain; charset=utf-8',
      ...headers,
    },
    payload,
  })
}

test.each([
  ['Token', () => `Token ${token}`],
  ['Bearer', () => `Bearer ${token}`],
  ['Token with user and password', () => `Token home:${token}`],
  ['Basic', () => `Basic ${Buffer.from(`home:${token}`).toString('base64')}`],
])('version 2 writes with %s', async (_name, authorization) => {
  const answer = await write('/api/v2/write?bucket=home&org=whatever&precision=ms', {
    authorization: authorization(),
  })
  expect(answer.statusCode).toBe(204)
  expect(the.ingest.written[0]).toMatchObject({
    site: 'home',
    precision: 'ms',
    body: line,
    origin: { via: 'line' },
  })
})

test('version 1 writes with u and p in the query', async () => {
  expect((await write(`/write?db=home&u=home&p=${token}`)).statusCode).toBe(204)
  expect(the.ingest.written[0]).toMatchObject({ site: 'home', precision: 'ns' })
  expect((await write(`/write?db=home&u=homeassistant&p=${token}`)).statusCode).toBe(204)
  const wrong = await write('/write?db=home&u=home&p=wrong')
  expect(wrong.statusCode).toBe(401)
  expect(wrong.json()).toHaveProperty('error')
})

test('u and p are no key to any other route', async () => {
  expect((await the.api.inject(`/api/sites?u=home&p=${token}`)).statusCode).toBe(401)
  expect((await write(`/api/v2/write?bucket=home&u=home&p=${token}`)).statusCode).toBe(401)
})

test('gzip and any content type are read, as clients send them', async () => {
  const answer = await the.api.inject({
    method: 'POST',
    url: '/api/v2/write?bucket=home',
    headers: {
      authorization: `Token ${token}`,
      'content-encoding': 'gzip',
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: gzipSync(line),
  })
  expect(answer.statusCode).toBe(204)
  expect(the.ingest.written[0]!.body).toBe(line)
})

test('a write of nothing tests the connection', async () => {
  expect((await write('/write?db=home', { authorization: `Token ${token}`, payload: '' })).statusCode).toBe(
    204,
  )
  expect(the.ingest.written).toEqual([])
})

test('refused lines are told in InfluxDB’s form, with their numbers', async () => {
  the.ingest.next = { accepted: 1, rejected: [{ index: 2, field: 'power', reason: 'is not finite' }] }
  const two = await write('/api/v2/write?bucket=home', { authorization: `Token ${token}` })
  expect(two.statusCode).toBe(400)
  expect(two.json()).toEqual({
    code: 'invalid',
    message: 'partial write: line 2: power: is not finite dropped=1',
    line: 2,
    accepted: 1,
    rejected: [{ line: 2, field: 'power', reason: 'is not finite' }],
  })
  the.ingest.next = { accepted: 1, rejected: [{ index: 2, field: 'power', reason: 'is not finite' }] }
  const one = await write('/write?db=home', { authorization: `Token ${token}` })
  expect(one.json()).toMatchObject({ error: 'partial write: line 2: power: is not finite dropped=1' })
  expect(one.headers['x-influxdb-error']).toContain('partial write')
})

test('a store that cannot commit makes clients keep their lines', async () => {
  the.ingest.next = new StoreUnavailable('disk full')
  const answer = await write('/api/v2/write?bucket=home', { authorization: `Token ${token}` })
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.json()).toMatchObject({ code: 'unavailable' })
})

test.each([
  '/api/v2/write?bucket=other',
  '/api/v2/write?bucket=nowhere',
  '/write?db=other',
  '/write?db=nowhere',
])('%s is not there for this token', async url => {
  expect((await write(url, { authorization: `Token ${token}` })).statusCode).toBe(404)
})

test('a write that names no site says so', async () => {
  const answer = await write('/api/v2/write', { authorization: `Token ${token}` })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'invalid', message: 'bucket: is missing; it names the site' })
})

test('what clients ask before they begin is answered', async () => {
  const ping = await the.api.inject('/ping')
  expect(ping.statusCode).toBe(204)
  expect(ping.headers).toHaveProperty('x-influxdb-version')
  expect((await the.api.inject({ method: 'HEAD', url: '/ping' })).statusCode).toBe(204)
  expect((await the.api.inject('/health')).json()).toMatchObject({ status: 'pass' })
  const authorization = `Token ${token}`
  const create = await the.api.inject({
    method: 'POST',
    url: '/query',
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'q=CREATE+DATABASE+%22home%22',
  })
  expect(create.json()).toEqual({ results: [{ statement_id: 0 }] })
  const show = await the.api.inject({ url: '/query?q=SHOW%20DATABASES', headers: { authorization } })
  expect(show.json().results[0].series[0].values).toEqual([['home']])
  const select = await the.api.inject({ url: '/query?q=SELECT%201', headers: { authorization } })
  expect(select.statusCode).toBe(400)
})
