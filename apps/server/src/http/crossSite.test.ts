import { afterAll, beforeAll, expect, test } from 'vitest'
import { admin, type Fixture, fixture } from './fixture.ts'

let the: Fixture
let cookie: string
let made = 0
beforeAll(async () => {
  the = await fixture()
  cookie = await the.login(admin.email, admin.password)
})
afterAll(() => the[Symbol.asyncDispose]())

/** Creates a site with these headers. */
async function create(
  headers: Record<string, string>,
  type: string | undefined = 'application/json',
): Promise<number> {
  const payload = JSON.stringify({ id: `site-${++made}`, name: 'x', timezone: 'Europe/Oslo' })
  const content = type === undefined ? {} : { 'content-type': type }
  const answer = await the.api.inject({
    method: 'POST',
    url: '/api/sites',
    headers: { host: 'ohm.example', ...content, ...headers },
    payload,
  })
  return answer.statusCode
}

test.each([
  ['a page of ours', { 'sec-fetch-site': 'same-origin', origin: 'http://ohm.example' }, 201],
  ['the address bar', { 'sec-fetch-site': 'none' }, 201],
  ['a program without a browser', {}, 201],
  ['an older browser on our page', { origin: 'https://ohm.example' }, 201],
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
  [
    'a neighbour under the same domain',
    { 'sec-fetch-site': 'same-site', origin: 'https://evil.ohm.example' },
    403,
  ],
  ['another site that an older browser names', { origin: 'https://evil.example' }, 403],
  ['another port of this host', { origin: 'http://ohm.example:8081' }, 403],
  ['a sandboxed page', { origin: 'null' }, 403],
  ['nonsense', { origin: 'not a url' }, 403],
])('a cookie from %s', async (_where, headers: Record<string, string>, status) => {
  expect(await create({ ...headers, cookie })).toBe(status)
})

test.each([
  'text/plain',
  'text/plain; charset=utf-8',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
])('a form’s %s is not read, even with a cookie', async type => {
  expect(await create({ cookie }, type)).toBe(415)
})

test('a body without a type is not read', async () => {
  const answer = await the.api.inject({
    method: 'POST',
    url: '/api/sites',
    headers: { cookie, 'content-length': '2' },
    payload: Buffer.from('{}'),
  })
  expect(answer.statusCode).toBe(415)
})

test('nor does a form reach the readings, where programs may name no type', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    const headers = { cookie, 'content-type': type }
    const answer = await the.api.inject({ method: 'POST', url: '/api/readings', headers, payload: '[]' })
    expect(answer.statusCode).toBe(415)
  }
  expect(the.ingest.submitted).toEqual([])
})

test('another site cannot sign somebody in', async () => {
  const headers = { host: 'ohm.example', origin: 'https://evil.example' }
  const answer = await the.api.inject({ method: 'POST', url: '/api/auth/login', headers, payload: admin })
  expect(answer.statusCode).toBe(403)
  expect(answer.json()).toMatchObject({ code: 'OHM_FOREIGN_ORIGIN' })
  expect(answer.cookies).toEqual([])
})

test('a token is no cookie: it may come from anywhere', async () => {
  const token = await the.api.inject({
    method: 'POST',
    url: '/api/tokens',
    headers: { cookie },
    payload: { name: 't', scopes: ['read', 'write'] },
  })
  const headers = {
    authorization: `Bearer ${token.json().token}`,
    origin: 'https://other.example',
    'sec-fetch-site': 'cross-site',
  }
  expect(await create(headers)).toBe(201)
})

test('reading is never refused for where it comes from', async () => {
  const headers = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  expect((await the.api.inject({ url: '/api/sites', headers })).statusCode).toBe(200)
})
