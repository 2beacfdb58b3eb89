import type { Value } from '@ohmstead/model'
import { tableFromIPC } from 'apache-arrow'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { expect, test } from 'vitest'
import type { Chunk, SeriesHead } from './columns.ts'
import { cell } from './csv.ts'
import { formatOf } from './formats.ts'

const power: SeriesHead = {
  site: 'home',
  device: 'plug-1',
  measurement: 'electricalMeter',
  field: 'power',
  tags: { phase: 'L1' },
  unit: 'W',
  resolution: 'raw',
}
const state: SeriesHead = {
  ...power,
  device: 'valve',
  measurement: 'valve',
  field: 'state',
  tags: {},
  unit: null,
}
const open: SeriesHead = { ...state, field: 'open' }
const start = Date.UTC(2026, 0, 1)

async function* chunks(): AsyncGenerator<Chunk> {
  yield chunk(power, [start, start + 1000], [12.5, -0.25])
  yield chunk(power, [start + 2000], [1e-9])
  yield chunk(state, [start], ['=HYPERLINK("x")'])
  yield chunk(open, [start], [true])
}

function chunk(head: SeriesHead, times: number[], values: Value[]): Chunk {
  const numeric = values.every(value => typeof value === 'number')
  return {
    head,
    times: Float64Array.from(times),
    values: numeric ? Float64Array.from(values as number[]) : values,
  }
}

async function encoded(name: string, source: AsyncIterable<Chunk> = chunks()): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  const about = { site: 'home', timezone: 'Europe/Oslo', heads: [power, state, open] }
  for await (const piece of formatOf(name, undefined).encode(source, about)) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function* none(): AsyncGenerator<Chunk> {}

test('JSON holds each series once, as columns', async () => {
  expect(JSON.parse((await encoded('json')).toString())).toEqual({
    series: [
      { ...power, times: [start, start + 1000, start + 2000], values: [12.5, -0.25, 1e-9] },
      { ...state, times: [start], values: ['=HYPERLINK("x")'] },
      { ...open, times: [start], values: [true] },
    ],
  })
})

test('JSON of many pieces is still one text', async () => {
  const many = 50_000
  async function* long(): AsyncGenerator<Chunk> {
    for (let at = 0; at < many; at += 10_000) {
      const times = Array.from({ length: 10_000 }, (_, index) => start + at + index)
      yield chunk(
        power,
        times,
        times.map(time => time - start),
      )
    }
  }
  const [series] = JSON.parse((await encoded('json', long())).toString()).series
  expect(series.times).toHaveLength(many)
  expect(series.values.at(-1)).toBe(many - 1)
})

test('NDJSON can be sent back as it came', async () => {
  const lines = (await encoded('ndjson'))
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toHaveLength(5)
  expect(lines[0]).toEqual({
    site: 'home',
    device: 'plug-1',
    measurement: 'electricalMeter',
    time: start,
    fields: { power: 12.5 },
    tags: { phase: 'L1' },
  })
  expect(lines[4].fields).toEqual({ open: true })
})

test('CSV quotes, keeps negative numbers and takes the sting out of formulas', async () => {
  expect((await encoded('csv')).toString().split('\r\n')).toEqual([
    'site,device,measurement,field,tags,unit,time,value',
    'home,plug-1,electricalMeter,power,"{""phase"":""L1""}",W,2026-01-01T00:00:00.000Z,12.5',
    'home,plug-1,electricalMeter,power,"{""phase"":""L1""}",W,2026-01-01T00:00:01.000Z,-0.25',
    'home,plug-1,electricalMeter,power,"{""phase"":""L1""}",W,2026-01-01T00:00:02.000Z,1e-9',
    `home,valve,valve,state,,,2026-01-01T00:00:00.000Z,"'=HYPERLINK(""x"")"`,
    'home,valve,valve,open,,,2026-01-01T00:00:00.000Z,true',
    '',
  ])
})

test.each(['=1', '+1', '-1', '@x', '\tx', '\rx'])(
  'a text that begins like a formula is made inert: %j',
  text => {
    expect(cell(text).replace(/^"/, '').startsWith("'")).toBe(true)
  },
)

test('Parquet holds every point, with units and the time zone in its metadata', async () => {
  const bytes = await encoded('parquet')
  const file = new Uint8Array(bytes).buffer
  const rows = await parquetReadObjects({ file })
  expect(rows).toHaveLength(5)
  expect(rows[1]).toMatchObject({ device: 'plug-1', unit: 'W', time: new Date(start + 1000), value: -0.25 })
  expect(rows[3]).toMatchObject({ device: 'valve', value: null, text: '=HYPERLINK("x")' })
  expect(rows[4]).toMatchObject({ field: 'open', value: 1 })
  const metadata = Object.fromEntries(
    parquetMetadata(file).key_value_metadata!.map(({ key, value }) => [key, value]),
  )
  expect(metadata).toMatchObject({ 'ohmstead.site': 'home', 'ohmstead.timezone': 'Europe/Oslo' })
  expect(JSON.parse(metadata['ohmstead.units']!)).toMatchObject({ 'electricalMeter.power': 'W' })
})

test('Arrow holds every point, with the same metadata', async () => {
  const table = tableFromIPC(await encoded('arrow'))
  expect(table.numRows).toBe(5)
  expect(table.schema.metadata.get('ohmstead.timezone')).toBe('Europe/Oslo')
  const rows = table.toArray().map(row => row.toJSON())
  expect(rows[1]).toMatchObject({
    device: 'plug-1',
    field: 'power',
    unit: 'W',
    time: start + 1000,
    value: -0.25,
  })
  expect(rows[3]).toMatchObject({ device: 'valve', value: null, text: '=HYPERLINK("x")' })
  expect(rows[4]).toMatchObject({ field: 'open', value: 1 })
})

test('CSV times are what ISO 8601 says, on every day and to the millisecond', async () => {
  const times = [
    0,
    86_399_999,
    86_400_000,
    -1,
    Date.UTC(2024, 1, 29, 23, 59, 59, 7),
    Date.UTC(1999, 11, 31, 12, 34, 56, 789),
  ]
  async function* some(): AsyncGenerator<Chunk> {
    yield chunk(power, times, times)
  }
  const rows = (await encoded('csv', some())).toString().trimEnd().split('\r\n').slice(1)
  expect(rows.map(row => row.split(',').at(-2))).toEqual(times.map(time => new Date(time).toISOString()))
})

test('Parquet and Arrow of several row groups and series are whole', async () => {
  const count = 100_000
  async function* long(): AsyncGenerator<Chunk> {
    const times = Array.from({ length: count }, (_, index) => start + index)
    yield chunk(power, times, times)
    yield chunk(state, [start, start + 1], ['on', 'off'])
  }
  const rows = await parquetReadObjects({ file: new Uint8Array(await encoded('parquet', long())).buffer })
  expect(rows).toHaveLength(count + 2)
  expect(rows[99_999]).toMatchObject({
    time: new Date(start + 99_999),
    value: start + 99_999,
    text: null,
    device: 'plug-1',
  })
  expect(rows[count]).toMatchObject({ time: new Date(start), value: null, text: 'on', device: 'valve' })
  const table = tableFromIPC(await encoded('arrow', long()))
  expect(table.numRows).toBe(count + 2)
  expect(table.get(99_999)!.toJSON()).toMatchObject({
    time: start + 99_999,
    value: start + 99_999,
    text: null,
  })
  expect(table.get(count + 1)!.toJSON()).toMatchObject({ value: null, text: 'off' })
})

test.each(['json', 'ndjson', 'csv', 'parquet', 'arrow'])('%s of no points is whole', async name => {
  const bytes = await encoded(name, none())
  if (name === 'json') expect(bytes.toString()).toBe('{"series":[]}')
  if (name === 'parquet') expect(await parquetReadObjects({ file: new Uint8Array(bytes).buffer })).toEqual([])
  if (name === 'arrow') expect(tableFromIPC(bytes).numRows).toBe(0)
  if (name === 'ndjson') expect(bytes).toHaveLength(0)
})

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['text/csv', 'text/csv'],
  ['text/html, application/vnd.apache.parquet;q=0.5, text/csv;q=0.9', 'text/csv'],
  ['constructor, text/csv;q=0', 'application/json'],
])('Accept %s is answered as %s', (accept, type) => {
  expect(formatOf(undefined, accept).contentType).toContain(type)
})

test('an unknown format is refused by name', () => {
  expect(() => formatOf('toString', undefined)).toThrow(
    'format: expected one of json, ndjson, csv, parquet, arrow',
  )
})
