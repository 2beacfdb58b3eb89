/** Length of a rolled-up stretch of a dense series: a slot. Every zone's days begin on a multiple of it. */
export const cellMs = 900_000

/** From this many points a cell on, rolling up pays: 27 bytes a cell were measured, against 2–3 a point. */
export const denseCell = 100

/**
 * What is known of each cell of one series, oldest first, as columns; the order is that of the rollup query.
 * Times are full instants.
 */
export interface Cells {
  readonly start: Float64Array
  readonly count: Float64Array
  readonly sum: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
  readonly first: Float64Array
  readonly last: Float64Array
  readonly minAt: Float64Array
  readonly maxAt: Float64Array
  readonly firstAt: Float64Array
  readonly lastAt: Float64Array
}

export const cellColumns = 11

export function cellsOf(columns: readonly Float64Array[]): Cells {
  const [start, count, sum, min, max, first, last, minAt, maxAt, firstAt, lastAt] = columns
  return { start, count, sum, min, max, first, last, minAt, maxAt, firstAt, lastAt }
}

export const floorCell = (time: number) => Math.floor(time / cellMs) * cellMs
export const ceilCell = (time: number) => Math.ceil(time / cellMs) * cellMs
