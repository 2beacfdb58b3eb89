import type { DuckDBConnection } from '@duckdb/node-api'
import { chunksOf, doubles, integers } from './engine.ts'

/** Columns of one series that grow together. */
class Growing {
  #columns: Float64Array[]
  #length = 0

  constructor(width: number) {
    this.#columns = Array.from({ length: width }, () => new Float64Array(64))
  }

  append(sources: readonly Float64Array[], start: number, end: number): void {
    const length = this.#length + end - start
    if (length > this.#columns[0].length) this.#grow(length)
    this.#columns.forEach((column, i) => {
      column.set(sources[i].subarray(start, end), this.#length)
    })
    this.#length = length
  }

  finish(): Float64Array[] {
    return this.#columns.map(column => column.subarray(0, this.#length))
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.#columns[0].length * 2)
    this.#columns = this.#columns.map(column => {
      const larger = new Float64Array(capacity)
      larger.set(column.subarray(0, this.#length))
      return larger
    })
  }
}

/** Runs a query of (series INTEGER, `width` DOUBLEs) and gives each series its columns, in the order of the rows. */
export async function readColumns(
  connection: DuckDBConnection,
  sql: string,
  width: number,
): Promise<Map<number, Float64Array[]>> {
  const found = new Map<number, Growing>()
  for await (const chunk of chunksOf(await connection.stream(sql))) {
    const ids = integers(chunk, 0)
    const sources = Array.from({ length: width }, (_, i) => doubles(chunk, i + 1))
    for (let start = 0; start < ids.length; ) {
      const id = ids[start]
      let end = start + 1
      while (end < ids.length && ids[end] === id) end++
      let columns = found.get(id)
      if (columns === undefined) found.set(id, (columns = new Growing(width)))
      columns.append(sources, start, end)
      start = end
    }
  }
  return new Map([...found].map(([id, columns]) => [id, columns.finish()]))
}

/** Runs a query of (series INTEGER, time DOUBLE, value VARCHAR). */
export async function readTexts(
  connection: DuckDBConnection,
  sql: string,
): Promise<Map<number, { times: number[]; values: string[] }>> {
  const found = new Map<number, { times: number[]; values: string[] }>()
  for await (const chunk of chunksOf(await connection.stream(sql))) {
    const ids = integers(chunk, 0)
    const times = doubles(chunk, 1)
    const texts = chunk.getColumnVector(2)
    for (let row = 0; row < ids.length; row++) {
      let column = found.get(ids[row])
      if (column === undefined) found.set(ids[row], (column = { times: [], values: [] }))
      column.times.push(times[row])
      column.values.push(texts.getItem(row) as string)
    }
  }
  return found
}
