import type { Data } from 'apache-arrow'
import type { About, Chunk, Encoder, SeriesHead } from './columns.ts'

/** Six names of a series, then the point. */
const texts = ['site', 'device', 'measurement', 'field', 'tags', 'unit'] as const

/**
 * Arrow IPC stream, one record batch a chunk. Names are dictionaries, so that they cost four bytes a point; numbers and
 * booleans (0, 1) are in `value`, texts in `text`.
 */
export const arrow: Encoder = async function* (chunks, about) {
  // Loaded when first wanted: most servers are never asked for this format.
  const library = await import('apache-arrow')
  class Pieces extends library.AsyncByteQueue {
    readonly pieces: Uint8Array[] = []
    override write(piece: Uint8Array): void {
      // The writer reuses nothing, but padding and prefixes come in crumbs: they leave together.
      this.pieces.push(piece)
    }
    take(): Uint8Array {
      return Buffer.concat(this.pieces.splice(0))
    }
  }
  const table = tableOf(library, about)
  const out = new Pieces()
  const writer = new library.RecordBatchStreamWriter()
  writer.reset(out, table.schema)
  for await (const chunk of chunks) {
    if (chunk.times.length === 0) continue
    writer.write(table.batch(chunk))
    yield out.take()
  }
  writer.finish()
  yield out.take()
}

/** The export's schema, and chunks as its record batches. */
function tableOf(library: typeof import('apache-arrow'), { site, timezone, heads }: About) {
  const { Dictionary, Field, Float64, Int32, RecordBatch, Schema, Struct, TimestampMillisecond, Utf8 } =
    library
  const { makeData, vectorFromArray } = library
  const names = texts.map(name => {
    const words = [...new Set(heads.map(head => label(head, name)))]
    // Dictionaries are told apart by number, and every series' name is known before the first point.
    const type = new Dictionary(new Utf8(), new Int32(), texts.indexOf(name))
    return { name, words, type, dictionary: vectorFromArray(words, new Utf8()) }
  })
  const fields = [
    ...names.map(({ name, type }) => new Field(name, type, false)),
    new Field('time', new TimestampMillisecond('UTC'), false),
    new Field('value', new Float64(), true),
    new Field('text', new Utf8(), true),
  ]
  const units = Object.fromEntries(heads.map(head => [`${head.measurement}.${head.field}`, head.unit]))
  const metadata = new Map([
    ['ohmstead.site', site],
    ['ohmstead.timezone', timezone],
    ['ohmstead.resolution', heads[0]?.resolution ?? 'raw'],
    ['ohmstead.units', JSON.stringify(units)],
  ])
  const schema = new Schema(fields, metadata)

  function batch({ head, times, values }: Chunk) {
    const length = times.length
    const children: Data[] = names.map(({ name, words, type, dictionary }) =>
      makeData({
        type,
        length,
        data: new Int32Array(length).fill(words.indexOf(label(head, name))),
        dictionary,
      }),
    )
    children.push(makeData({ type: new TimestampMillisecond('UTC'), length, data: stamps(times) }))
    children.push(...pointsOf(values))
    return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }))
  }

  function pointsOf(values: Chunk['values']): Data[] {
    const { length } = values
    // A column without any value still has a place for each.
    const none = { length, nullCount: length, nullBitmap: new Uint8Array(Math.ceil(length / 8)) }
    if (typeof values[0] === 'string') {
      const noNumbers = makeData({ type: new Float64(), ...none, data: new Float64Array(length) })
      return [noNumbers, vectorFromArray(values as string[], new Utf8()).data[0]!]
    }
    const numbers = values instanceof Float64Array ? values : Float64Array.from(values, Number)
    const noTexts = makeData({
      type: new Utf8(),
      ...none,
      valueOffsets: new Int32Array(length + 1),
      data: new Uint8Array(),
    })
    return [makeData({ type: new Float64(), length, data: numbers }), noTexts]
  }

  return { schema, batch }
}

/** Epoch ms as 64-bit integers, by halves: through BigInt it would take ten times as long. */
function stamps(times: Float64Array): BigInt64Array {
  const halves = new Int32Array(times.length * 2)
  for (let at = 0; at < times.length; at++) {
    const time = times[at]!
    const high = Math.floor(time / 2 ** 32)
    halves[at * 2] = (time - high * 2 ** 32) | 0
    halves[at * 2 + 1] = high
  }
  return new BigInt64Array(halves.buffer)
}

function label(head: SeriesHead, name: (typeof texts)[number]): string {
  if (name === 'tags') return JSON.stringify(head.tags)
  return head[name] ?? ''
}
