import type { Instant, Series } from '@ohmstead/model'
import { emptyRun, merge, ordered, type Run, span, toValue } from '../query/run.ts'
import type { Latest } from '../store.ts'
import type { Catalog } from './catalog.ts'
import { readColumns, readTexts } from './columns.ts'
import { recentRuns, type Use } from './gather.ts'
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
  const asks = new Map<string, number[]>()
  for (const one of series) {
    const partition = catalog.partitions.findLast(
      p => (p.extent(one.id)?.first ?? Number.POSITIVE_INFINITY) <= at,
    )
    const extent = partition?.extent(one.id)
    if (partition === undefined || extent === undefined) continue
    const isText = one.type === 'string'
    if (!isText && extent.last <= at) found.set(one.id, { time: extent.last, value: extent.tail })
    else push(asks, `${isText ? 'x' : 'p'}_${partition.id}`, one.id)
  }
  for (const [table, ids] of asks) await askLatest(table, ids, at, use, found)
  return found
}

async function askLatest(
  table: string,
  ids: number[],
  at: Instant,
  use: Use,
  found: Map<number, Found>,
): Promise<void> {
  const sql =
    `SELECT series, max(time)::DOUBLE, arg_max(value, time) FROM ${table}` +
    ` WHERE ${oneOf(ids)} AND time <= ${int(at)} GROUP BY series`
  const rows = await use(db => db.runAndReadAll(sql))
  for (const [id, time, value] of rows.getRows()) {
    found.set(Number(id), { time: Number(time), value: value as number | string })
  }
}

function push<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [item])
  else known.push(item)
}
