import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maxDepth, parseJson } from './bodies.ts'
import { admin, type Fixture, fixture, site } from './fixture.ts'

let the: Fixture
let home: Awaited<ReturnType<typeof site>>
beforeAll(async () => {
  the = await fixture()
  home = await site(the, 'home')
})
afterAll(() => the[Symbol.asyncDispose]())

const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))

test('nesting is read up to its limit and refused beyond', () => {
  expect(parseJson(nested(maxDepth))).toBeDefined()
  expect(() => parseJson(nested(maxDepth + 1))).toThrow('nested deeper')
  expect(() => parseJson(nested(200_000))).toThrow('nested deeper')
})

test.each(['{"a":"[[[["}', '{"a":"\\"[[[[","b":"\\\\"}', '{"[{":"]"}'])(
  'brackets in strings do not count: %s',
  text => {
    const padded = text.replaceAll('[[[[', '['.repeat(100))
    expect(parseJson(Buffer.from(padded))).toEqual(JSON.parse(padded))
  },
)

test.each(['{', '{"a":}', '"', 'nul', '[1,]', '{"a":"', '\\', '"\\'])('%s is not JSON', text => {
  expect(() => parseJson(Buffer.from(text))).toThrow('not valid JSON')
})

const pollution = [
  '{"__proto__":{"polluted":true}}',
  '{"fields":{"__proto__":1}}',
  '{"\\u005f_proto__":{"polluted":true}}',
  '{"__pr\\u006fto__":{"polluted":true}}',
]
test.each(pollution)('a key that would become a prototype is refused: %s', async payload => {
  expect(() => parseJson(Buffer.from(payload))).toThrow('__proto__')
  const { authorization } = home.token
  const headers = { authorization, 'content-type': 'application/json' }
  const answer = await the.api.inject({
    method: 'POST',
    url: '/api/sites/home/devices/fridge/readings',
    headers,
    payload,
  })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ field: '__proto__' })
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test.each([
  '__proto__[polluted]=1',
  '__proto__.polluted=1',
  'constructor=1',
  'device=__proto__',
  'tag=__proto__:x',
  'measurement=constructor',
])('a query cannot pollute either: %s', async query => {
  const { authorization } = home.token
  const answer = await the.api.inject({
    url: `/api/sites/home/readings?${query}`,
    headers: { authorization },
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toEqual({ series: [] })
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('what nobody may set is not set', async () => {
  const cookie = await the.login(admin.email, admin.password)
  const payload = {
    id: 'mass',
    name: 'Mass',
    timezone: 'Europe/Oslo',
    createdAt: 1,
    tenantId: 'x',
    role: 'owner',
  }
  const made = await the.api.inject({ method: 'POST', url: '/api/sites', headers: { cookie }, payload })
  expect(made.statusCode).toBe(201)
  expect(Object.keys(made.json())).not.toEqual(expect.arrayContaining(['createdAt']))
  const moved = await the.api.inject({
    method: 'PATCH',
    url: '/api/sites/mass',
    headers: { cookie },
    payload: { id: 'other', name: 'Still mass' },
  })
  expect(moved.json()).toMatchObject({ id: 'mass', name: 'Still mass' })
})

const readings = '/api/sites/home/devices/fridge/readings'

test('a gzipped body is read where readings come in', async () => {
  const headers = {
    authorization: home.token.authorization,
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  }
  const payload = gzipSync(JSON.stringify([{ measurement: 'm', fields: { a: 1 } }]))
  const answer = await the.api.inject({ method: 'POST', url: readings, headers, payload })
  expect(answer.json()).toEqual({ accepted: 1, rejected: [] })
})

test('a body that unpacks to far more than it is, is stopped', async () => {
  const headers = {
    authorization: home.token.authorization,
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  }
  const answer = await the.api.inject({
    method: 'POST',
    url: readings,
    headers,
    payload: gzipSync(Buffer.alloc(40_000_000, 0x20)),
  })
  expect(answer.statusCode).toBe(413)
  expect(answer.json()).toMatchObject({ code: 'OHM_CONTENT_TOO_LARGE' })
})

test.each([
  ['gzip', Buffer.from('not gzip'), 400],
  ['br', Buffer.from('x'), 415],
])('content-encoding %s that cannot be read is refused', async (encoding, payload, status) => {
  const headers = {
    authorization: home.token.authorization,
    'content-type': 'application/json',
    'content-encoding': encoding,
  }
  expect((await the.api.inject({ method: 'POST', url: readings, headers, payload })).statusCode).toBe(status)
})

test('other routes do not unpack', async () => {
  const cookie = await the.login(admin.email, admin.password)
  const headers = { cookie, 'content-type': 'application/json', 'content-encoding': 'gzip' }
  const answer = await the.api.inject({ method: 'POST', url: '/api/sites', headers, payload: gzipSync('{}') })
  expect(answer.statusCode).toBe(415)
})

test('a body beyond the limit is refused before it is parsed', async () => {
  const cookie = await the.login(admin.email, admin.password)
  const headers = { cookie, 'content-type': 'application/json' }
  const answer = await the.api.inject({
    method: 'POST',
    url: '/api/sites',
    headers,
    payload: Buffer.alloc(1_100_000, 0x20),
  })
  expect(answer.statusCode).toBe(413)
})
