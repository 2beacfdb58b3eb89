import { BIGINT, DOUBLE, type DuckDBAppender, DuckDBDataChunk, INTEGER, VARCHAR } from '@duckdb/node-api'
import type { Batch } from '../batch.ts'

/** Rows of a DuckDB data chunk, at most. */
const chunkRows = 2048
const twoTo32 = 4_294_967_296

/** A column vector; its items are what its type says, to be flushed when filled. */
interface Vector {
  readonly items: Int32Array | Float64Array
  setItem(index: number, value: string): void
  flush(): void
}

/** Hands the numbers of a batch to an appender, a chunk's column at a time: no call per value. */
export function fillNumbers(appender: DuckDBAppender, batch: Batch): number {
  const rows = batch.texts.size === 0 ? undefined : numberRows(batch)
  const total = rows?.length ?? batch.length
  const chunk = DuckDBDataChunk.create([INTEGER, BIGINT, DOUBLE])
  for (let from = 0; from < total; from += chunkRows) {
    const count = Math.min(chunkRows, total - from)
    const [ids, times, values] = vectorsOf(chunk, count)
    const halves = halvesOf(times, count)
    for (let i = 0; i < count; i++) {
      const row = rows === undefined ? from + i : rows[from + i]
      ids.items[i] = batch.series[row].id
      putTime(halves, i, batch.times[row])
      values.items[i] = batch.numbers[row]
    }
    finish(appender, chunk, [ids, times, values])
  }
  return total
}

export function fillTexts(appender: DuckDBAppender, batch: Batch): number {
  const rows = [...batch.texts.keys()].filter(row => row < batch.length).sort((a, b) => a - b)
  const chunk = DuckDBDataChunk.create([INTEGER, BIGINT, VARCHAR])
  for (let from = 0; from < rows.length; from += chunkRows) {
    const count = Math.min(chunkRows, rows.length - from)
    const [ids, times, values] = vectorsOf(chunk, count)
    const halves = halvesOf(times, count)
    for (let i = 0; i < count; i++) {
      const row = rows[from + i]
      ids.items[i] = batch.series[row].id
      putTime(halves, i, batch.times[row])
      values.setItem(i, batch.texts.get(row) as string)
    }
    finish(appender, chunk, [ids, times, values])
  }
  return rows.length
}

function numberRows(batch: Batch): Int32Array {
  const rows = new Int32Array(batch.length)
  let length = 0
  for (let row = 0; row < batch.length; row++) if (!batch.texts.has(row)) rows[length++] = row
  return rows.subarray(0, length)
}

function vectorsOf(chunk: DuckDBDataChunk, count: number): Vector[] {
  chunk.reset()
  chunk.rowCount = count
  return [0, 1, 2].map(column => chunk.getColumnVector(column) as unknown as Vector)
}

function finish(appender: DuckDBAppender, chunk: DuckDBDataChunk, vectors: Vector[]): void {
  for (const vector of vectors) vector.flush()
  appender.appendDataChunk(chunk)
}

/** A 64-bit column seen as pairs of 32 bits, low half first: ten times faster than a BigInt a value. */
function halvesOf(vector: Vector, count: number): Int32Array {
  return new Int32Array(vector.items.buffer, vector.items.byteOffset, count * 2)
}

function putTime(halves: Int32Array, index: number, time: number): void {
  const whole = Math.floor(time)
  const high = Math.floor(whole / twoTo32)
  halves[2 * index] = whole - high * twoTo32
  halves[2 * index + 1] = high
}
