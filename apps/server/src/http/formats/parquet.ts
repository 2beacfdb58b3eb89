import { setImmediate } from 'node:timers/promises'
import type { Value } from '@ohmstead/model'
import type { SchemaElement } from 'hyparquet'
import type { ColumnSource } from 'hyparquet-writer'
import type { About, Chunk, Encoder, SeriesHead } from './columns.ts'

/** Rows of a row group. Each is made in one go, while nothing else runs: some ten milliseconds. */
const groupRows = 32_768

const texts = ['site', 'device', 'measurement', 'field', 'tags', 'unit'] as const

const schema: SchemaElement[] = [
  { name: 'root', num_children: texts.length + 3 },
  ...texts.map(name => text(name)),
  {
    name: 'time',
    type: 'INT64',
    repetition_type: 'REQUIRED',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    converted_type: 'TIMESTAMP_MILLIS',
  },
  { name: 'value', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  text('text', 'OPTIONAL'),
]

function text(name: string, repetition_type: 'REQUIRED' | 'OPTIONAL' = 'REQUIRED'): SchemaElement {
  return {
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    logical_type: { type: 'STRING' },
    repetition_type,
  }
}

/**
 * One row a point; numbers and booleans (0, 1) in `value`, texts in `text`. The file's metadata holds the site, its
 * time zone and the unit of each field.
 */
export const parquet: Encoder = async function* (chunks, about) {
  // Loaded when first wanted: most servers are never asked for this format.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer')
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema,
    kvMetadata: metadata(about),
    createdBy: 'ohmstead',
  })
  const take = () => {
    const piece = Uint8Array.from(bytes.getBytes())
    bytes.index = 0
    return piece
  }
  for await (const runs of groups(chunks)) {
    writer.write({ columnData: columnsOf(runs), rowGroupSize: groupRows })
    yield take()
    // Readings come first.
    await setImmediate()
  }
  writer.finish()
  yield take()
}

function metadata({ site, timezone, heads }: About) {
  const units = Object.fromEntries(heads.map(head => [`${head.measurement}.${head.field}`, head.unit]))
  return [
    { key: 'ohmstead.site', value: site },
    { key: 'ohmstead.timezone', value: timezone },
    { key: 'ohmstead.resolution', value: heads[0]?.resolution ?? 'raw' },
    { key: 'ohmstead.units', value: JSON.stringify(units) },
  ]
}

/** Neighbouring points of one series. */
interface Run {
  readonly head: SeriesHead
  readonly times: Float64Array
  readonly values: Chunk['values']
}

/** The columns of a row group. */
function columnsOf(runs: readonly Run[]): ColumnSource[] {
  const rows = runs.reduce((sum, { times }) => sum + times.length, 0)
  return [
    ...texts.map(name => ({ name, data: labels(rows, runs, name), statistics: false })),
    // Time stamps of sensors are nearly even, and their differences pack well.
    {
      name: 'time',
      data: column<bigint>(rows, runs, ({ times }, at) => BigInt(times[at]!)),
      encoding: 'DELTA_BINARY_PACKED',
    },
    { name: 'value', data: column<number | null>(rows, runs, ({ values }, at) => numberOf(values[at]!)) },
    {
      name: 'text',
      data: column<string | null>(rows, runs, ({ values }, at) => textOf(values[at]!)),
      statistics: false,
    },
  ]
}

function column<Cell>(rows: number, runs: readonly Run[], cell: (run: Run, at: number) => Cell): Cell[] {
  const cells = new Array<Cell>(rows)
  let row = 0
  for (const run of runs) for (let at = 0; at < run.times.length; at++) cells[row++] = cell(run, at)
  return cells
}

function labels(rows: number, runs: readonly Run[], name: (typeof texts)[number]): string[] {
  const cells = new Array<string>(rows)
  let row = 0
  for (const { head, times } of runs) cells.fill(label(head, name), row, (row += times.length))
  return cells
}

const numberOf = (value: Value) => (typeof value === 'string' ? null : Number(value))
const textOf = (value: Value) => (typeof value === 'string' ? value : null)

function label(head: SeriesHead, name: (typeof texts)[number]): string {
  if (name === 'tags') return JSON.stringify(head.tags)
  return head[name] ?? ''
}

/** The chunks' points in row groups; the last may be smaller. */
async function* groups(chunks: AsyncIterable<Chunk>): AsyncGenerator<Run[]> {
  let runs: Run[] = []
  let rows = 0
  for await (const { head, times, values } of chunks) {
    for (let from = 0; from < times.length; ) {
      const to = Math.min(times.length, from + groupRows - rows)
      runs.push({ head, times: times.subarray(from, to), values: values.slice(from, to) })
      rows += to - from
      from = to
      if (rows < groupRows) continue
      yield runs
      runs = []
      rows = 0
    }
  }
  if (rows > 0) yield runs
}
