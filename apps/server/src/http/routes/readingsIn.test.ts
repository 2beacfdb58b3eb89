import { StoreUnavailable } from '@ohmstead/telemetry'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Fixture, fixture, site } from '../fixture.ts'

let the: Fixture
let home: Awaited<ReturnType<typeof site>>
beforeAll(async () => {
  the = await fixture()
  home = await site(the, 'home')
})
beforeEach(() => {
  the.ingest.submitted.length = 0
})
afterAll(() => the[Symbol.asyncDispose]())

const reading = {
  measurement: 'electricalMeter',
  time: '2026-01-01T00:00:00Z',
  fields: { power: 12.5 },
  tags: {},
}

function post(
  url: string,
  payload: string | object,
  { authorization = home.token.authorization, type = 'application/json' } = {},
) {
  return the.api.inject({ method: 'POST', url, headers: { authorization, 'content-type': type }, payload })
}

test('a device sends one reading with its own password', async () => {
  const answer = await post('/api/sites/home/devices/fridge/readings', reading, {
    authorization: home.device.authorization,
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toBe('{"accepted":1,"rejected":[]}')
  const [submitted] = the.ingest.submitted
  expect(submitted).toMatchObject({
    items: [reading],
    target: { site: 'home', device: 'fridge' },
    origin: { via: 'http', principal: { kind: 'device', device: 'fridge' } },
  })
})

test('an array is a batch', async () => {
  const answer = await post('/api/sites/home/devices/fridge/readings', [reading, reading])
  expect(answer.json()).toEqual({ accepted: 2, rejected: [] })
})

test('readings of many devices say whose they are', async () => {
  const items = [{ site: 'home', device: 'fridge', ...reading }]
  expect((await post('/api/readings', items)).json()).toEqual({ accepted: 1, rejected: [] })
  expect(the.ingest.submitted[0]).toMatchObject({ items, target: undefined })
})

test('NDJSON is a batch too, and a broken line does not spoil the others', async () => {
  const line = JSON.stringify({ site: 'home', device: 'fridge', ...reading })
  the.ingest.next = { accepted: 2, rejected: [{ index: 1, field: '', reason: 'expected an object' }] }
  const answer = await post('/api/readings', `${line}\n{broken\r\n\n${line}`, {
    type: 'application/x-ndjson',
  })
  expect(answer.json()).toEqual({
    accepted: 2,
    rejected: [{ index: 1, field: '', reason: 'the line is not valid JSON' }],
  })
  expect(the.ingest.submitted[0]!.items).toEqual([JSON.parse(line), '{broken\r', JSON.parse(line)])
})

test('what was refused is named by index and field; nothing acceptable is 400', async () => {
  const rejected = [{ index: 3, field: 'fields.power', reason: 'is not finite' }]
  the.ingest.next = { accepted: 3, rejected }
  expect((await post('/api/readings', [])).json()).toEqual({ accepted: 3, rejected })
  the.ingest.next = { accepted: 0, rejected }
  const none = await post('/api/readings', [])
  expect(none.statusCode).toBe(400)
  expect(none.json()).toEqual({ accepted: 0, rejected })
})

test('a store that cannot commit is 503 with Retry-After', async () => {
  the.ingest.next = new StoreUnavailable('disk full')
  const answer = await post('/api/readings', [reading])
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.json()).toMatchObject({ code: 'OHM_STORE_UNAVAILABLE', retryAfter: 1 })
})

test('an error that nobody foresaw says nothing of itself', async () => {
  the.ingest.next = new Error('password of the database is hunter2')
  const answer = await post('/api/readings', [reading])
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain('hunter2')
})

test('no body and no JSON are refused as a whole', async () => {
  const { authorization } = home.token
  expect(
    (await the.api.inject({ method: 'POST', url: '/api/readings', headers: { authorization } })).statusCode,
  ).toBe(400)
  const broken = await post('/api/readings', '{"measurement":')
  expect(broken.statusCode).toBe(400)
  expect(broken.json()).toMatchObject({ code: 'OHM_INVALID_INPUT' })
  expect((await post('/api/readings', 'x', { type: 'text/csv' })).statusCode).toBe(415)
  expect(the.ingest.submitted).toEqual([])
})

test.each(['application/x-www-form-urlencoded', 'text/plain', undefined])(
  'with a token, what a tool calls %s is read for what it is',
  async type => {
    const { authorization } = home.token
    const headers = { authorization, ...(type === undefined ? {} : { 'content-type': type }) }
    const url = '/api/sites/home/devices/fridge/readings'
    const one = await the.api.inject({
      method: 'POST',
      url,
      headers,
      payload: Buffer.from(JSON.stringify(reading)),
    })
    expect(one.json()).toEqual({ accepted: 1, rejected: [] })
    const lines = Buffer.from(`${JSON.stringify(reading)}\n${JSON.stringify(reading)}\n`)
    expect((await the.api.inject({ method: 'POST', url, headers, payload: lines })).json()).toEqual({
      accepted: 2,
      rejected: [],
    })
    const broken = await the.api.inject({ method: 'POST', url, headers, payload: Buffer.from('power=5') })
    expect(broken.statusCode).toBe(400)
  },
)
