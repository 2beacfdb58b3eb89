import type { DuckDBConnection } from '@duckdb/node-api'
import type { Instant, Series } from '@ohmstead/model'
import { type Cells, ceilTo, cellColumns, cellsOf, floorTo, type Usable } from '../query/cells.ts'
import type { Gathered } from '../query/gathered.ts'
import { emptyRun, isRising, merge, ordered, type Run } from '../query/run.ts'
import type { TimeRange } from '../store.ts'
import type { Catalog } from './catalog.ts'
import { readColumns, readTexts } from './columns.ts'
import type { Partition } from './partition.ts'
import { int, oneOf } from './schema.ts'
import { mergedRun, type Segment } from './segment.ts'

/** Runs a query on a connection of its own. */
export type Use = <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>

/** A stretch of one table to be read for some series. */
interface Ask {
  readonly table: string
  readonly from: Instant
  readonly to: Instant
  readonly ids: number[]
}

/** More stretches with late data than this in one partition: reading its points is cheaper than going around them. */
const mostDirty = 16
/** Tables in one statement, at most. */
const mostTables = 64

/**
 * Everything that the store holds of `series` in `range`, each time once, late and corrected values in their place.
 * Small enough ranges only: it all goes to memory (see slices.ts).
 *
 * Whole cells that the query can use come rolled up, except those that uncompacted values touch.
 */
export async function gather(
  catalog: Catalog,
  series: readonly Series[],
  range: TimeRange,
  options: { readonly cells: Usable; readonly floor: (series: Series) => Instant },
  use: Use,
): Promise<Map<number, Gathered>> {
  const recent = await recentRuns(catalog.segments, series, range, use)
  const plan = new Plan()
  for (const partition of catalog.partitions) {
    if (partition.stop <= range.from || partition.start >= range.to) continue
    for (const one of series) {
      const from = Math.max(range.from, partition.start, options.floor(one))
      const to = Math.min(range.to, partition.stop)
      if (from < to) plan.add(partition, one, from, to, options.cells, recent.get(one.id))
    }
  }
  const found = await plan.read(use)
  return new Map(
    series.map(one => {
      const kept = clip(recent.get(one.id), options.floor(one))
      return [one.id, combine(one, found, kept, plan.dirty.get(one.id) ?? [])]
    }),
  )
}

function clip(run: Run | undefined, floor: Instant): Run | undefined {
  if (run === undefined || run.times.length === 0 || run.times[0] >= floor) return run
  const isText = !(run.values instanceof Float64Array)
  const start = run.times.findIndex(time => time >= floor)
  if (start === -1) return emptyRun(isText)
  return { times: run.times.subarray(start), values: run.values.slice(start) }
}

/** What the segments hold, from memory where they are in memory. */
export async function recentRuns(
  segments: readonly Segment[],
  series: readonly Series[],
  range: TimeRange,
  use: Use,
): Promise<Map<number, Run>> {
  // Taken before anything is awaited: meanwhile a segment may leave memory.
  const inMemory = segments.filter(segment => segment.isInMemory)
  const spilled = segments.filter(segment => !segment.isInMemory)
  const newer = series.map(one => mergedRun(inMemory, one.id, one.type === 'string', range.from, range.to))
  const older = spilled.length === 0 ? undefined : await spilledRuns(spilled, series, range, use)
  const runs = new Map<number, Run>()
  series.forEach((one, i) => {
    const before = older?.get(one.id)
    const run = before === undefined ? newer[i] : merge(before, newer[i])
    if (run.times.length > 0) runs.set(one.id, run)
  })
  return runs
}

/** Spilled segments are always older than those in memory, and are read in the order of arrival. */
async function spilledRuns(
  segments: readonly Segment[],
  series: readonly Series[],
  range: TimeRange,
  use: Use,
) {
  const asks = (prefix: string, isText: boolean) =>
    segments.flatMap(segment => {
      const ids = series
        .filter(({ type }) => (type === 'string') === isText)
        .map(({ id }) => id)
        .filter(id => overlaps(segment.reach(id), range))
      return ids.length === 0 ? [] : [{ table: `${prefix}_${int(segment.id)}`, ...range, ids }]
    })
  const numbers = await readPoints(asks('n', false), use)
  const texts = await readTextPoints(asks('t', true), use)
  const runs = new Map<number, Run>()
  for (const [id, [times, values]] of numbers) runs.set(id, ordered(times, values))
  for (const [id, { times, values }] of texts) runs.set(id, ordered(Float64Array.from(times), values))
  return runs
}

function overlaps(reach: { first: Instant; last: Instant } | undefined, range: TimeRange): boolean {
  return reach !== undefined && reach.first < range.to && reach.last >= range.from
}

interface Found {
  readonly numbers: Map<number, Float64Array[]>
  readonly texts: Map<number, { times: number[]; values: string[] }>
  readonly cells: Map<number, Float64Array[]>
}

class Plan {
  #numbers = new Map<string, Ask>()
  #texts = new Map<string, Ask>()
  #cells = new Map<string, Ask>()
  /** Cells that uncompacted values touch, as ranges: their rolled-up form is not used. */
  readonly dirty = new Map<number, TimeRange[]>()

  add(
    partition: Partition,
    series: Series,
    from: Instant,
    to: Instant,
    cells: Usable,
    recent: Run | undefined,
  ): void {
    const extent = partition.extent(series.id)
    if (extent === undefined || extent.first >= to || extent.last < from) return
    if (series.type === 'string') {
      ask(this.#texts, `x_${partition.id}`, series.id, from, to)
      return
    }
    const { cellMs } = extent
    const body =
      cellMs > 0 && cells(cellMs) ? { from: ceilTo(from, cellMs), to: floorTo(to, cellMs) } : undefined
    const dirty = body !== undefined && body.from < body.to ? dirtyCells(recent, body, cellMs) : undefined
    if (body === undefined || dirty === undefined || dirty.length > mostDirty) {
      this.#points(partition, series, from, to)
      return
    }
    ask(this.#cells, `r_${partition.id}`, series.id, body.from, body.to)
    this.#points(partition, series, from, body.from)
    for (const range of dirty) this.#points(partition, series, range.from, range.to)
    this.#points(partition, series, body.to, to)
    if (dirty.length > 0) this.dirty.set(series.id, [...(this.dirty.get(series.id) ?? []), ...dirty])
  }

  async read(use: Use): Promise<Found> {
    const cells = inOrder(this.#cells)
    return {
      numbers: await readPoints(inOrder(this.#numbers), use),
      texts: await readTextPoints(inOrder(this.#texts), use),
      cells: await inStatements(cells, selectCells, sql => use(db => readColumns(db, sql, cellColumns))),
    }
  }

  #points(partition: Partition, series: Series, from: Instant, to: Instant): void {
    if (from < to) ask(this.#numbers, `p_${partition.id}`, series.id, from, to)
  }
}

function ask(asks: Map<string, Ask>, table: string, id: number, from: Instant, to: Instant): void {
  const key = `${table} ${from} ${to}`
  const known = asks.get(key)
  if (known === undefined) asks.set(key, { table, from, to, ids: [id] })
  else known.ids.push(id)
}

/** By time: a series' rows then arrive in time order, since no two of its stretches overlap. */
function inOrder(asks: Map<string, Ask>): Ask[] {
  return [...asks.values()].sort((a, b) => a.from - b.from)
}

/** Ranges of whole cells in `body` that hold a recent point. */
function dirtyCells(recent: Run | undefined, body: TimeRange, cellMs: number): TimeRange[] {
  const ranges: { from: Instant; to: Instant }[] = []
  for (const time of recent?.times ?? []) {
    if (time < body.from || time >= body.to) continue
    const from = floorTo(time, cellMs)
    const open = ranges[ranges.length - 1]
    if (open === undefined || from > open.to) ranges.push({ from, to: from + cellMs })
    else open.to = from + cellMs
  }
  return ranges
}

const where = ({ from, to, ids }: Ask, column: string) =>
  `WHERE ${oneOf(ids)} AND ${column} >= ${int(from)} AND ${column} < ${int(to)}`

const selectPoints = (ask: Ask) =>
  `SELECT series, time::DOUBLE, value FROM ${ask.table} ${where(ask, 'time')}`

const selectCells = (ask: Ask) =>
  `SELECT series, cell::DOUBLE, n::DOUBLE, total, least, most, head, tail, (cell + least_at)::DOUBLE,` +
  ` (cell + most_at)::DOUBLE, (cell + head_at)::DOUBLE, (cell + tail_at)::DOUBLE FROM ${ask.table} ${where(ask, 'cell')}`

function readPoints(asks: readonly Ask[], use: Use): Promise<Map<number, Float64Array[]>> {
  return inStatements(asks, selectPoints, sql => use(db => readColumns(db, sql, 2)))
}

async function readTextPoints(asks: readonly Ask[], use: Use) {
  const all = new Map<number, { times: number[]; values: string[] }>()
  for (const sql of statements(asks, selectPoints)) {
    for (const [id, found] of await use(db => readTexts(db, sql))) {
      const known = all.get(id)
      if (known === undefined) all.set(id, found)
      else all.set(id, { times: known.times.concat(found.times), values: known.values.concat(found.values) })
    }
  }
  return all
}

/** UNION ALL keeps the order of its parts and of each part's rows. [DuckDB, Order Preservation] */
function statements(asks: readonly Ask[], select: (ask: Ask) => string): string[] {
  const all: string[] = []
  for (let at = 0; at < asks.length; at += mostTables) {
    all.push(
      asks
        .slice(at, at + mostTables)
        .map(select)
        .join(' UNION ALL '),
    )
  }
  return all
}

async function inStatements(
  asks: readonly Ask[],
  select: (ask: Ask) => string,
  read: (sql: string) => Promise<Map<number, Float64Array[]>>,
): Promise<Map<number, Float64Array[]>> {
  const parts: Map<number, Float64Array[]>[] = []
  for (const sql of statements(asks, select)) parts.push(await read(sql))
  return parts.length === 1 ? parts[0] : concatAll(parts)
}

function concatAll(parts: readonly Map<number, Float64Array[]>[]): Map<number, Float64Array[]> {
  const all = new Map<number, Float64Array[]>()
  for (const part of parts) {
    for (const [id, columns] of part) {
      const known = all.get(id)
      all.set(id, known === undefined ? columns : known.map((column, i) => concat(column, columns[i])))
    }
  }
  return all
}

function concat(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function combine(
  series: Series,
  found: Found,
  recent: Run | undefined,
  dirty: readonly TimeRange[],
): Gathered {
  const isText = series.type === 'string'
  const stored = isText ? textRun(found.texts.get(series.id)) : numberRun(found.numbers.get(series.id))
  const points = recent === undefined ? stored : merge(stored, recent)
  const columns = found.cells.get(series.id)
  return columns === undefined ? { points } : { points, cells: cleanCells(cellsOf(columns), dirty) }
}

function numberRun(columns: Float64Array[] | undefined): Run {
  if (columns === undefined) return emptyRun(false)
  const [times, values] = columns
  return isRising(times) ? { times, values } : ordered(times, values)
}

function textRun(found: { times: number[]; values: string[] } | undefined): Run {
  return found === undefined ? emptyRun(true) : ordered(Float64Array.from(found.times), found.values)
}

function cleanCells(cells: Cells, dirty: readonly TimeRange[]): Cells {
  if (dirty.length === 0) return cells
  const isClean = (start: number) => !dirty.some(range => start >= range.from && start < range.to)
  const kept = Array.from(cells.start.keys()).filter(i => isClean(cells.start[i]))
  const pick = (column: Float64Array) => Float64Array.from(kept, i => column[i])
  const columns = Object.values(cells) as Float64Array[]
  return cellsOf(columns.map(pick))
}
