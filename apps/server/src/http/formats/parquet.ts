import type { SchemaElement } from 'hyparquet'
import type { ColumnSource } from 'hyparquet-writer'
import type { About, Chunk, Encoder, SeriesHead } from './columns.ts'

/** Rows of a row group: readers take these in one piece, and so do we. */
const groupRows = 100_000

const texts = ['site', 'device', 'measurement', 'field', 'tags', 'unit'] as const

const schema: SchemaElement[] = [
  { name: 'root', num_children: texts.length + 3 },
  ...texts.map(name => text(name)),
  { name: 'time', type: 'INT64', repetition_type: 'REQUIRED', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' }, converted_type: 'TIMESTAMP_MILLIS' },
  { name: 'value', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  text('text', 'OPTIONAL'),
]

function text(name: string, repetition_type: 'REQUIRED' | 'OPTIONAL' = 'REQUIRED'): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, repetition_type }
}

/**
 * One row a point; numbers and booleans (0, 1) in `value`, texts in `text`. The file's metadata holds the site, its
 * time zone and the unit of each field.
 */
export const parquet: Encoder = async function* (chunks, about) {
  // Loaded when first wanted: most servers are never asked for this format.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer')
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({ writer: bytes, schema, kvMetadata: metadata(about), createdBy: 'ohmstead' })
  const take = () => {
    const piece = Uint8Array.from(bytes.getBytes())
    bytes.index = 0
    return piece
  }
  for await (const group of groups(chunks)) {
    writer.write({ columnData: group.columns(), rowGroupSize: groupRows })
    yield take()
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

/** Rows of one group, column by column. */
class Group {
  rows = 0
  readonly #heads: SeriesHead[] = []
  readonly #times: bigint[] = []
  readonly #values: (number | null)[] = []
  readonly #texts: (string | null)[] = []

  add(head: SeriesHead, time: number, value: Chunk['values'][number]): void {
    this.#heads.push(head)
    this.#times.push(BigInt(time))
    this.#values.push(typeof value === 'string' ? null : Number(value))
    this.#texts.push(typeof value === 'string' ? value : null)
    this.rows++
  }

  columns(): ColumnSource[] {
    return [
      ...texts.map(name => ({ name, data: this.#heads.map(head => label(head, name)) })),
      // Time stamps of sensors are nearly even, and their differences pack well.
      { name: 'time', data: this.#times, encoding: 'DELTA_BINARY_PACKED' },
      { name: 'value', data: this.#values },
      { name: 'text', data: this.#texts },
    ]
  }
}

function label(head: SeriesHead, name: (typeof texts)[number]): string {
  if (name === 'tags') return JSON.stringify(head.tags)
  return head[name] ?? ''
}

async function* groups(chunks: AsyncIterable<Chunk>): AsyncGenerator<Group> {
  let group = new Group()
  for await (const { head, times, values } of chunks) {
    for (let at = 0; at < times.length; at++) {
      group.add(head, times[at]!, values[at]!)
      if (group.rows < groupRows) continue
      yield group
      group = new Group()
    }
  }
  if (group.rows > 0) yield group
}
