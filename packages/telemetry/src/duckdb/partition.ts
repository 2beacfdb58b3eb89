import type { Instant } from '@ohmstead/model'

/** What a partition holds of each series, as columns in the order of series ids. */
export interface ExtentColumns {
  readonly series: Int32Array
  readonly rows: Float64Array
  readonly first: Float64Array
  readonly last: Float64Array
  /** The value at `last`; of texts the mean of their bytes (NaN where an older version wrote it). */
  readonly tail: Float64Array
  /** Length of the cells that the series has beside its points, ms; 0 where it has none. */
  readonly cellMs: Float64Array
}

export interface Extent {
  readonly rows: number
  readonly first: Instant
  readonly last: Instant
  readonly tail: number
  readonly cellMs: number
}

/**
 * A stretch of time whose points are sorted by series and time, each once: tables p_<id> (numbers), x_<id> (texts) and
 * r_<id> (cells). Partitions do not overlap.
 */
export class Partition {
  readonly id: number
  readonly start: Instant
  readonly stop: Instant
  readonly rows: number
  readonly first: Instant
  readonly last: Instant
  readonly extents: ExtentColumns

  constructor(id: number, start: Instant, stop: Instant, extents: ExtentColumns) {
    this.id = id
    this.start = start
    this.stop = stop
    this.extents = extents
    this.rows = extents.rows.reduce((sum, rows) => sum + rows, 0)
    this.first = extents.first.reduce((least, first) => Math.min(least, first), Number.POSITIVE_INFINITY)
    this.last = extents.last.reduce((most, last) => Math.max(most, last), Number.NEGATIVE_INFINITY)
  }

  extent(series: number): Extent | undefined {
    const { rows, first, last, tail, cellMs } = this.extents
    const at = indexOf(this.extents.series, series)
    if (at === -1) return
    return { rows: rows[at], first: first[at], last: last[at], tail: tail[at], cellMs: cellMs[at] }
  }

  without(series: ReadonlySet<number>): Partition {
    const kept: number[] = []
    this.extents.series.forEach((id, i) => {
      if (!series.has(id)) kept.push(i)
    })
    return new Partition(this.id, this.start, this.stop, pickExtents(this.extents, kept))
  }
}

function indexOf(sorted: Int32Array, wanted: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] === wanted) return middle
    if (sorted[middle] < wanted) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function pickExtents(from: ExtentColumns, at: readonly number[]): ExtentColumns {
  return {
    series: Int32Array.from(at, i => from.series[i]),
    rows: Float64Array.from(at, i => from.rows[i]),
    first: Float64Array.from(at, i => from.first[i]),
    last: Float64Array.from(at, i => from.last[i]),
    tail: Float64Array.from(at, i => from.tail[i]),
    cellMs: Float64Array.from(at, i => from.cellMs[i]),
  }
}

/** Extents out of rows that come in any order. */
export function extentsOf(rows: readonly (Extent & { series: number })[]): ExtentColumns {
  const sorted = [...rows].sort((a, b) => a.series - b.series)
  return {
    series: Int32Array.from(sorted, row => row.series),
    rows: Float64Array.from(sorted, row => row.rows),
    first: Float64Array.from(sorted, row => row.first),
    last: Float64Array.from(sorted, row => row.last),
    tail: Float64Array.from(sorted, row => row.tail),
    cellMs: Float64Array.from(sorted, row => row.cellMs),
  }
}
