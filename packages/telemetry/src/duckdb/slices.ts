import type { Instant, Series } from '@ohmstead/model'
import { cellLengths, floorTo, type Usable } from '../query/cells.ts'
import type { TimeRange } from '../store.ts'
import type { Catalog } from './catalog.ts'
import type { Extent } from './partition.ts'
import { countBetween } from './segment.ts'

/** Points that are read into memory at a time, about. */
const slicePoints = 262_144

/** A part of a query that is small enough to be held in memory. */
export interface Slice {
  readonly series: Series[]
  readonly range: TimeRange
}

/** A text that is shorter takes no more memory than a number. */
const shortText = 32
/** What is assumed of texts whose length was not noted. */
const usualText = 256

/** What a point of a series takes in memory, in points of numbers. */
function weightOf(catalog: Catalog, series: Series): number {
  if (series.type !== 'string') return 1
  let [rows, bytes] = [0, 0]
  for (const segment of catalog.segments) {
    const reach = segment.reach(series.id)
    rows += reach?.rows ?? 0
    bytes += reach?.bytes ?? 0
  }
  for (const partition of catalog.partitions) {
    const extent = partition.extent(series.id)
    rows += extent?.rows ?? 0
    bytes += (extent?.rows ?? 0) * ((Number.isNaN(extent?.tail) ? usualText : extent?.tail) ?? 0)
  }
  return Math.max(1, bytes / rows / shortText)
}

/** About how many points (cells, where it can use them) a series has in a range; exact where a range covers what there is. */
export function estimate(catalog: Catalog, series: Series, range: TimeRange, cells: Usable): number {
  let sum = 0
  for (const segment of catalog.segments) {
    if (segment.isInMemory) {
      if (segment.has(series.id))
        sum += countBetween(segment.run(series.id, series.type === 'string'), range.from, range.to)
    } else sum += share(segment.reach(series.id), range)
  }
  for (const partition of catalog.partitions) {
    if (partition.stop <= range.from || partition.start >= range.to) continue
    const extent = partition.extent(series.id)
    sum +=
      extent !== undefined && extent.cellMs > 0 && cells(extent.cellMs)
        ? cellShare(extent, range)
        : share(extent, range)
  }
  return sum
}

type Known = Pick<Extent, 'rows' | 'first' | 'last'> | undefined

function share(known: Known, range: TimeRange): number {
  if (known === undefined) return 0
  const inside = Math.min(range.to, known.last + 1) - Math.max(range.from, known.first)
  return inside <= 0 ? 0 : Math.ceil(known.rows * Math.min(1, inside / (known.last + 1 - known.first)))
}

function cellShare(known: Extent, range: TimeRange): number {
  const inside = Math.min(range.to, known.last + 1) - Math.max(range.from, known.first)
  return inside <= 0 ? 0 : Math.ceil(inside / known.cellMs)
}

/** The time from the first to after the last of a series, cut to `range`; undefined where it has nothing. */
export function reachOf(catalog: Catalog, series: Series, range: TimeRange): TimeRange | undefined {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const holder of [...catalog.segments, ...catalog.partitions]) {
    const known = 'extents' in holder ? holder.extent(series.id) : holder.reach(series.id)
    if (known === undefined) continue
    from = Math.min(from, known.first)
    to = Math.max(to, known.last + 1)
  }
  const cut = { from: Math.max(from, range.from), to: Math.min(to, range.to) }
  return cut.from < cut.to ? cut : undefined
}

/** Slices series after series, each in time order; small series share one, a large one is cut at cells. */
export function slices(
  catalog: Catalog,
  series: readonly Series[],
  range: TimeRange,
  cells: Usable,
): Slice[] {
  const done: Slice[] = []
  let open: Slice | undefined
  let points = 0
  for (const one of series) {
    const weight = weightOf(catalog, one)
    const count = weight * estimate(catalog, one, range, cells)
    if (!(count > 0)) continue
    if (count > slicePoints) {
      done.push(...cut(catalog, one, reachOf(catalog, one, range) ?? range, cells, weight))
      open = undefined
    } else if (open === undefined || points + count > slicePoints) {
      done.push((open = { series: [one], range }))
      points = count
    } else {
      open.series.push(one)
      points += count
    }
  }
  return done
}

function cut(catalog: Catalog, series: Series, range: TimeRange, cells: Usable, weight: number): Slice[] {
  const middle = series.type === 'string' ? Math.floor((range.from + range.to) / 2) : middleOf(range)
  const count = weight * estimate(catalog, series, range, cells)
  if (count <= slicePoints || middle <= range.from || middle >= range.to) return [{ series: [series], range }]
  return [
    { from: range.from, to: middle },
    { from: middle, to: range.to },
  ].flatMap(half => cut(catalog, series, half, cells, weight))
}

function middleOf({ from, to }: TimeRange): Instant {
  return floorTo(from + (to - from) / 2, cellLengths[1])
}
