import { tableFromIPC } from 'apache-arrow'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fixture, fixture, site, start, store } from '../fixture.ts'

let the: Fixture
let home: Awaited<ReturnType<typeof site>>
const minute = 60_000
const first = start - 60 * minute

beforeAll(async () => {
  the = await fixture()
  home = await site(the, 'home')
  await site(the, 'other')
  const points = Array.from({ length: 60 }, (_, index) => [first + index * minute, index] as const)
  await store(the, ['home', 'fridge', 'electricalMeter', 'power'], points, { phase: 'L1' })
  await store(
    the,
    ['home', 'heater', 'electricalMeter', 'power'],
    points.map(([time, value]) => [time, value * 2]),
  )
  await store(
    the,
    ['home', 'heater', 'heatPumpController', 'mode'],
    [
      [first, 'eco'],
      [first + 30 * minute, 'boost'],
    ],
  )
  await store(the, ['home', 'heater', 'switch', 'on'], [[first, true]])
  await store(the, ['other', 'fridge', 'electricalMeter', 'power'], [[first, 666]])
})
afterAll(() => the[Symbol.asyncDispose]())

function ask(query: string, headers: Record<string, string> = {}) {
  return the.api.inject({
    url: `/api/sites/home/readings${query}`,
    headers: { authorization: home.viewer.authorization, ...headers },
  })
}
async function series(query: string) {
  const answer = await ask(query)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json().series
}

test('raw readings come as columns, in the fixed shape', async () => {
  const answer = await series('?device=fridge&measurement=electricalMeter&field=power&from=-1h&to=now')
  expect(answer).toEqual([
    {
      site: 'home',
      device: 'fridge',
      measurement: 'electricalMeter',
      field: 'power',
      tags: { phase: 'L1' },
      unit: 'W',
      resolution: 'raw',
      times: Array.from({ length: 60 }, (_, index) => first + index * minute),
      values: Array.from({ length: 60 }, (_, index) => index),
    },
  ])
})

test('texts and switches keep their type', async () => {
  const answer = await series('?device=heater&field=mode,on')
  expect(answer).toMatchObject([
    { field: 'mode', values: ['eco', 'boost'], unit: null },
    { field: 'on', values: [true] },
  ])
})

test.each([
  ['', 4],
  ['?device=fridge,heater', 4],
  ['?device=fridge&device=heater', 4],
  ['?place=kitchen', 1],
  ['?place=kitchen&device=heater', 0],
  ['?tag=phase:L1', 1],
  ['?tag=phase:L2', 0],
  ['?measurement=switch', 1],
  ['?device=unheard-of', 0],
  ['?from=2020-01-01&to=2020-02-01', 0],
])('filter %s finds %d series, all of this site', async (query, count) => {
  const answer = await series(query)
  expect(answer).toHaveLength(count)
  for (const one of answer) expect(one.site).toBe('home')
})

test('buckets hold what the field’s own way makes of them', async () => {
  const [power] = await series('?device=fridge&resolution=PT15M&from=-1h')
  expect(power).toMatchObject({
    resolution: 'PT15M',
    times: [0, 15, 30, 45].map(m => first + m * minute),
    values: [7, 22, 37, 52],
  })
  const [highest] = await series('?device=fridge&resolution=900&aggregate=max&from=-1h')
  expect(highest.values).toEqual([14, 29, 44, 59])
  const [hours] = await series('?device=fridge&resolution=hour&aggregate=count&from=-1h')
  expect(hours).toMatchObject({ resolution: 'hour', unit: '1', times: [first], values: [60] })
})

test('a chart’s shape has about as many points as asked for, and keeps the extremes', async () => {
  const [power] = await series('?device=fridge&resolution=auto&points=20&from=-1h')
  expect(power.resolution).toBe('auto')
  expect(power.times.length).toBeLessThanOrEqual(40)
  expect(power.values).toEqual(expect.arrayContaining([0, 59]))
})

test('every format holds the same points', async () => {
  const query = '?device=fridge&from=-1h'
  const ndjson = await ask(`${query}&format=ndjson`)
  expect(ndjson.body.trimEnd().split('\n')).toHaveLength(60)
  const csv = await ask(query, { accept: 'text/csv' })
  expect(csv.headers['content-type']).toContain('text/csv')
  expect(csv.headers['content-disposition']).toBe('attachment; filename="home-readings.csv"')
  expect(csv.body.trimEnd().split('\r\n')).toHaveLength(61)
  const parquet = await ask(`${query}&format=parquet`)
  expect(await parquetReadObjects({ file: new Uint8Array(parquet.rawPayload).buffer })).toHaveLength(60)
  const arrow = await ask(query, { accept: 'application/vnd.apache.arrow.stream' })
  expect(tableFromIPC(arrow.rawPayload).numRows).toBe(60)
})

test('the newest values come with their age', async () => {
  const answer = await ask('/latest')
  const all = answer.json().series
  expect(all.map(({ device, field, value }: Record<string, unknown>) => [device, field, value])).toEqual(
    expect.arrayContaining([
      ['fridge', 'power', 59],
      ['heater', 'power', 118],
      ['heater', 'mode', 'boost'],
      ['heater', 'on', true],
    ]),
  )
  const [power] = (await ask('/latest?device=fridge')).json().series
  expect(power).toMatchObject({ time: start - minute, ageMs: minute, times: [start - minute], values: [59] })
  const [before] = (await ask('/latest?device=fridge&at=-30m')).json().series
  expect(before.value).toBe(30)
})

test.each([
  ['?from=whenever', 'from'],
  ['?resolution=often', 'resolution'],
  ['?aggregate=median', 'aggregate'],
  ['?points=1', 'points'],
  ['?format=xml', 'format'],
  ['?tag=novalue', 'tag'],
])('%s is refused by name', async (query, field) => {
  const answer = await ask(query)
  expect(answer.statusCode).toBe(400)
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(answer.json()).toMatchObject({ code: 'OHM_INVALID_INPUT', field })
})

test('a token of one device reads that device only', async () => {
  const { text } = await the.registry.tokens.create(
    { kind: 'system', id: 'test' },
    { name: 't', site: 'home', device: 'fridge', scopes: ['read'] },
  )
  const authorization = `Bearer ${text}`
  expect((await ask('?device=fridge', { authorization })).statusCode).toBe(200)
  for (const query of [
    '?device=heater',
    '?device=fridge,heater',
    '?device=fridge&device=heater',
    '',
    '/latest',
  ])
    expect((await ask(query, { authorization })).statusCode, query).toBe(404)
})

test('a query that fails before its first point is a problem, not half an answer', async () => {
  const { raw } = the.store
  the.store.raw = () => {
    throw new Error('the disk said no')
  }
  const answer = await ask('?device=fridge')
  the.store.raw = raw
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain('disk')
})

test('more questions than are answered at a time are answered all the same', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask('?device=fridge&from=-1h')))
  for (const answer of answers) expect(answer.json().series[0].times).toHaveLength(60)
})

test('a question whose asker left is stopped', async () => {
  const url = await the.api.listen({ host: '127.0.0.1', port: 0 })
  const { raw } = the.store
  const stopped = Promise.withResolvers<void>()
  the.store.raw = async function* (series, _range, limits) {
    limits!.signal!.addEventListener('abort', () => stopped.resolve())
    const many = 10_000
    for (;;) yield { series: series[0]!, times: new Float64Array(many), values: new Float64Array(many) }
  }
  const here = new AbortController()
  const headers = { authorization: home.viewer.authorization }
  const response = await fetch(`${url}/api/sites/home/readings?device=fridge&format=ndjson`, {
    headers,
    signal: here.signal,
  })
  await response.body!.getReader().read()
  here.abort()
  await stopped.promise
  the.store.raw = raw
})
