/**
 * Lengths of a rolled-up stretch: a slot (every zone's days begin on a multiple of it) for dense series, an hour for
 * those that come every 36 s or more often.
 */
export const cellLengths = [900_000, 3_600_000] as const

/** From this many points a cell on, rolling up pays: 27 bytes a cell were measured, against 2–3 a point. */
export const denseCell = 100

/** Which cells a query can use; those whose length divides its buckets. */
export type Usable = (cellMs: number) => boolean

export const noCells: Usable = () => false

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

export const floorTo = (time: number, stepMs: number) => Math.floor(time / stepMs) * stepMs
export const ceilTo = (time: number, stepMs: number) => Math.ceil(time / stepMs) * stepMs
