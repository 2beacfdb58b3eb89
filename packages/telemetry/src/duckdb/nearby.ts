import type { Instant, Series } from '@ohmstead/model'
import { noCells } from '../query/cells.ts'
import { concat, emptyRun, lowerBound, merge, ordered, type Run, span, toValue } from '../query/run.ts'
import type { Latest, TimeRange } from '../store.ts'
import type { Catalog } from './catalog.ts'
import { readColumns, readTexts } from './columns.ts'
import { gather, recentRuns, type Use } from './gather.ts'
import type { Partition } from './partition.ts'
import { int, oneOf } from './schema.ts'

/** The newest `count` points of a series in [from, before). */
export async function pointsBefore(
  catalog: Catalog,
  series: Series,
  { from, before, count }: { from: Instant; before: Instant; count: number },
  use: Use,
): Promise<Run> {
  if (count <= 0 || from >= before) return emptyRun(series.type === 'string')
  const recent = (await recentRuns(catalog.segments, [series], { from, to: before }, use)).get(series.id)
  const near = tail(recent ?? emptyRun(series.type === 'string'), count)
  const reaching = catalog.partitions.filter(({ start }) => start < before).reverse()
  const candidates = enough(
    reaching,
    series,
    count,
    e => e.first < before && e.last >= from,
    e => e.last < before,
  )
  const newest = candidates[0]?.extent(series.id)
  if (newest === undefined || (near.times.length === count && near.times[0] > newest.last)) return near
  const stored = await readEnds(
    candidates,
    series,
    `time >= ${int(from)} AND time < ${int(before)}`,
    'DESC',
    count,
    use,
  )
  return tail(merge(stored, near), count)
}

/** The oldest `count` points of a series from `from` on. */
export async function pointsAfter(
  catalog: Catalog,
  series: Series,
  { from, count }: { from: Instant; count: number },
  use: Use,
): Promise<Run> {
  if (count <= 0) return emptyRun(series.type === 'string')
  const everAfter = { from, to: Number.MAX_SAFE_INTEGER }
  const recent = (await recentRuns(catalog.segments, [series], everAfter, use)).get(series.id)
  const near = span(recent ?? emptyRun(series.type === 'string'), 0, count)
  const candidates = enough(
    catalog.partitions,
    series,
    count,
    e => e.last >= from,
    e => e.first >= from,
  )
  const oldest = candidates[0]?.extent(series.id)
  if (oldest === undefined || (near.times.length === count && near.times[count - 1] < oldest.first))
    return near
  const stored = await readEnds(candidates, series, `time >= ${int(from)}`, 'ASC', count, use)
  return span(merge(stored, near), 0, count)
}

/** Typical gaps that the first look around a range spans, for each point asked for. */
const gapsAround = 4

/**
 * The `before` points before a range, those inside and the `after` points behind it: one read that is likely to reach
 * far enough, and others only for what it did not find.
 */
export async function pointsAround(
  catalog: Catalog,
  series: Series,
  { from, to }: TimeRange,
  { before, after, floor }: { before: number; after: number; floor: Instant },
  use: Use,
): Promise<Run> {
  const gapMs = typicalGap(catalog, series, from) * gapsAround
  const wide = {
    from: Math.max(floor, from - gapMs * before),
    to: Math.min(Number.MAX_SAFE_INTEGER, Math.max(to, floor) + gapMs * after),
  }
  const found = await gather(catalog, [series], wide, { cells: noCells, floor: () => floor }, use)
  const near = found.get(series.id)?.points ?? emptyRun(series.type === 'string')
  const start = lowerBound(near.times, from)
  const end = lowerBound(near.times, to)
  const lacking = { before: before - start, after: after - (near.times.length - end) }
  const older = await pointsBefore(
    catalog,
    series,
    { from: floor, before: wide.from, count: lacking.before },
    use,
  )
  const newer = await pointsAfter(catalog, series, { from: wide.to, count: lacking.after }, use)
  const kept = span(near, Math.max(0, start - before), Math.min(near.times.length, end + after))
  return concat([older, kept, newer], series.type === 'string')
}

/** Mean time between points of a series near an instant, ms; 0 where nothing is known. */
function typicalGap(catalog: Catalog, series: Series, at: Instant): number {
  const partition =
    catalog.partitions.findLast(p => p.start <= at && p.extent(series.id) !== undefined) ??
    catalog.partitions.find(p => p.extent(series.id) !== undefined)
  const known =
    partition?.extent(series.id) ?? catalog.segments.map(s => s.reach(series.id)).find(r => r !== undefined)
  return known === undefined ? 0 : Math.ceil((known.last - known.first) / known.rows)
}

type Bounds = { readonly first: Instant; readonly last: Instant }

function tail(run: Run, count: number): Run {
  return span(run, Math.max(0, run.times.length - count), run.times.length)
}

/** Partitions in the given order until those that lie wholly on the asked side hold `count` points. */
function enough(
  partitions: readonly Partition[],
  series: Series,
  count: number,
  reaches: (extent: Bounds) => boolean,
  isWhole: (extent: Bounds) => boolean,
): Partition[] {
  const picked: Partition[] = []
  let sure = 0
  for (const partition of partitions) {
    if (sure >= count) break
    const extent = partition.extent(series.id)
    if (extent === undefined || !reaches(extent)) continue
    picked.push(partition)
    if (isWhole(extent)) sure += extent.rows
  }
  return picked
}

async function readEnds(
  partitions: readonly Partition[],
  series: Series,
  condition: string,
  order: 'ASC' | 'DESC',
  count: number,
  use: Use,
): Promise<Run> {
  const isText = series.type === 'string'
  const sql = partitions
    .map(
      ({ id }) => `FROM ${isText ? 'x' : 'p'}_${int(id)} WHERE series = ${int(series.id)} AND ${condition}`,
    )
    .map(rest => `(SELECT series, time::DOUBLE, value ${rest} ORDER BY time ${order} LIMIT ${int(count)})`)
    .join(' UNION ALL ')
  if (isText) {
    const found = (await use(db => readTexts(db, sql))).get(series.id)
    return found === undefined ? emptyRun(true) : ordered(Float64Array.from(found.times), found.values)
  }
  const found = (await use(db => readColumns(db, sql, 2))).get(series.id)
  return found === undefined ? emptyRun(false) : ordered(found[0], found[1])
}

/** The newest value of each series that has any in [floor, at]. */
export async function latestOf(
  catalog: Catalog,
  series: readonly Series[],
  at: Instant,
  floor: (series: Series) => Instant,
  use: Use,
): Promise<Latest[]> {
  const stored = await storedLatest(catalog, series, at, use)
  const range = { from: Number.MIN_SAFE_INTEGER, to: at + 1 }
  const found: Latest[] = []
  for (const one of series) {
    const latest = newer(stored.get(one.id), await recentLatest(catalog, one, range, use))
    if (latest !== undefined && latest.time >= floor(one)) {
      found.push({ series: one, time: latest.time, value: toValue(one, latest.value) })
    }
  }
  return found
}

interface Found {
  readonly time: Instant
  readonly value: number | string
}

function newer(stored: Found | undefined, recent: Found | undefined): Found | undefined {
  if (stored === undefined || recent === undefined) return recent ?? stored
  return recent.time >= stored.time ? recent : stored
}

async function recentLatest(
  catalog: Catalog,
  series: Series,
  range: { from: Instant; to: Instant },
  use: Use,
) {
  let found: Found | undefined
  for (const segment of catalog.segments) {
    const reach = segment.reach(series.id)
    if (reach === undefined || reach.first >= range.to) continue
    const isWhole = reach.last < range.to
    found = newer(found, isWhole ? { time: reach.last, value: reach.tail } : undefined)
    if (isWhole) continue
    const run = (await recentRuns([segment], [series], range, use)).get(series.id)
    const end = (run?.times.length ?? 0) - 1
    if (run !== undefined && end >= 0) found = newer(found, { time: run.times[end], value: run.values[end] })
  }
  return found
}

/** From what partitions are known to hold; asked of their tables only where that does not tell. */
async function storedLatest(catalog: Catalog, series: readonly Series[], at: Instant, use: Use) {
  const found = new Map<number, Found>()
  const asks = new Map<string, Ask[]>()
  for (const one of series) {
    const partition = catalog.partitions.findLast(
      p => p.start <= at && (p.extent(one.id)?.first ?? Number.POSITIVE_INFINITY) <= at,
    )
    const extent = partition?.extent(one.id)
    if (partition === undefined || extent === undefined) continue
    const isText = one.type === 'string'
    if (!isText && extent.last <= at) found.set(one.id, { time: extent.last, value: extent.tail })
    else
      push(asks, `${isText ? 'x' : 'p'}_${partition.id}`, {
        id: one.id,
        likelySince: likelySince(extent, at),
      })
  }
  for (const [table, wanted] of asks) await askLatest(table, wanted, at, use, found)
  return found
}

interface Ask {
  readonly id: number
  /** A time after which there is very likely a point. */
  readonly likelySince: Instant
}

function likelySince({ first, last, rows }: Bounds & { readonly rows: number }, at: Instant): Instant {
  return Math.floor(Math.min(at, last) - (2 * gapsAround * (last - first)) / rows)
}

/** The last stretch first: it holds nearly every answer and is a small part of the table. */
async function askLatest(
  table: string,
  asks: readonly Ask[],
  at: Instant,
  use: Use,
  found: Map<number, Found>,
): Promise<void> {
  const likely = asks.reduce((least, { likelySince }) => Math.min(least, likelySince), at)
  const ask = async (ids: number[], since: string) => {
    if (ids.length === 0) return
    const sql =
      `SELECT series, max(time)::DOUBLE, arg_max(value, time) FROM ${table}` +
      ` WHERE ${oneOf(ids)} AND time <= ${int(at)}${since} GROUP BY series`
    const rows = await use(db => db.runAndReadAll(sql))
    for (const [id, time, value] of rows.getRows()) {
      found.set(Number(id), { time: Number(time), value: value as number | string })
    }
  }
  const ids = asks.map(({ id }) => id)
  await ask(ids, ` AND time >= ${int(likely)}`)
  const unanswered = ids.filter(id => !found.has(id))
  await ask(unanswered, '')
}

function push<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [item])
  else known.push(item)
}
