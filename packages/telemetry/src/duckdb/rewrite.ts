import type { DuckDBConnection } from '@duckdb/node-api'
import type { Instant } from '@ohmstead/model'
import { cellLengths, denseCell } from '../query/cells.ts'
import type { Chunk } from './chunks.ts'
import { readColumns } from './columns.ts'
import { int } from './schema.ts'
import type { Segment } from './segment.ts'
import type { Target } from './targets.ts'

/** Rows of one segment, at most: a segment's arrivals come after those of any of lower rank. */
const arrivalsPerRank = 2 ** 40

/** What a site (or all, '*') has forgotten, as a condition on rows. */
export type Forgotten = readonly { readonly before: Instant; readonly series: readonly number[] | 'all' }[]

/** New rows by hour, of numbers and texts together. */
export async function countHours(
  db: DuckDBConnection,
  segments: readonly Segment[],
): Promise<Map<Instant, number>> {
  const hours = new Map<Instant, number>()
  const parts = segments.flatMap(({ id }) => [
    `SELECT time FROM n_${int(id)}`,
    `SELECT time FROM t_${int(id)}`,
  ])
  if (parts.length === 0) return hours
  const sql =
    `SELECT 0::INTEGER, floor(time / 3600000.0) * 3600000, count(*)::DOUBLE FROM (${parts.join(' UNION ALL ')})` +
    ' GROUP BY ALL'
  const [starts, counts] = (await readColumns(db, sql, 2)).get(0) ?? []
  starts?.forEach((start, i) => {
    hours.set(start, counts[i])
  })
  return hours
}

/** Puts one chunk into the new partition: sorted, each (series, time) once, the last arrival winning. */
export async function writeChunk(
  db: DuckDBConnection,
  id: number,
  target: Target,
  chunk: Chunk,
  segments: readonly Segment[],
  forgotten: Forgotten,
): Promise<void> {
  const [sorted, arrived] = chunk.isText ? ['x', 't'] : ['p', 'n']
  const condition = `WHERE ${insideOf(chunk, target)}${remembered(forgotten, target)}`
  const parts = [
    ...target.sources.map(
      source => `SELECT series, time, value, 0::BIGINT AS arrival FROM ${sorted}_${int(source.id)}`,
    ),
    ...segments.map((segment, i) => {
      const after = int((i + 1) * arrivalsPerRank)
      return `SELECT series, time, value, rowid + ${after} AS arrival FROM ${arrived}_${int(segment.id)}`
    }),
  ].map(select => `${select} ${condition}`)
  await db.run(
    `INSERT INTO ${sorted}_${int(id)} SELECT series, time, arg_max(value, arrival) FROM (${parts.join(' UNION ALL ')})` +
      ' GROUP BY series, time ORDER BY series, time',
  )
}

/** From the chunk's first (series, time) to before its end. */
function insideOf({ from, to }: Chunk, { start, stop }: Target): string {
  const ids = `series BETWEEN ${int(from.series)} AND ${int(to.series)}`
  const times = `time >= ${int(start)} AND time < ${int(stop)}`
  const isCut = from.time > start || to.time < stop
  return !isCut
    ? `${ids} AND ${times}`
    : `${ids} AND ${times} AND (series > ${int(from.series)} OR time >= ${int(from.time)})` +
        ` AND (series < ${int(to.series)} OR time < ${int(to.time)})`
}

function remembered(forgotten: Forgotten, target: Target): string {
  return forgotten
    .filter(({ before }) => before > target.start)
    .map(({ before, series }) => {
      if (series === 'all') return ` AND time >= ${int(before)}`
      return series.length === 0
        ? ''
        : ` AND (time >= ${int(before)} OR series NOT IN (${series.map(int).join(',')}))`
    })
    .join('')
}

/** Notes what the new partition holds of each series and rolls up the dense ones. */
export async function writeExtents(db: DuckDBConnection, id: number): Promise<void> {
  const extents = (table: string, tail: string, cellMs: string) =>
    `INSERT INTO extents SELECT ${int(id)}, series, count(*), min(time), max(time), ${tail}, ${cellMs}` +
    ` FROM ${table}_${int(id)} GROUP BY series`
  const dense = cellLengths.map(
    ms => `WHEN count(*) >= ${denseCell} * ((max(time) - min(time)) / ${ms}.0 + 1) THEN ${ms}`,
  )
  await db.run(extents('p', 'arg_max(value, time)', `CASE ${dense.join(' ')} ELSE 0 END`))
  await db.run(extents('x', 'avg(strlen(value))', '0'))
  await db.run(rollUp(id))
}

function rollUp(id: number): string {
  const at = (time: string) => `(${time} - cell)::INTEGER`
  return `
    INSERT INTO r_${int(id)}
    SELECT series, cell, count(*), sum(value), min(value), max(value), arg_min(value, time), arg_max(value, time),
      ${at('arg_min(time, value)')}, ${at('arg_max(time, value)')}, ${at('min(time)')}, ${at('max(time)')}
    FROM (
      SELECT series, time, value, (floor(time / cell_ms::DOUBLE) * cell_ms)::BIGINT AS cell
      FROM p_${int(id)} JOIN (SELECT series, cell_ms FROM extents WHERE partition = ${int(id)} AND cell_ms > 0) USING (series)
    )
    GROUP BY series, cell ORDER BY series, cell`
}

/** Rows that no target takes stay in arrival order, in a segment of their own. */
export async function writeCarried(
  db: DuckDBConnection,
  id: number,
  targets: readonly Target[],
  segments: readonly Segment[],
): Promise<void> {
  const taken = targets
    .map(({ start, stop }) => `(time >= ${int(start)} AND time < ${int(stop)})`)
    .join(' OR ')
  const condition = taken === '' ? '' : ` WHERE NOT (${taken})`
  for (const prefix of ['n', 't']) {
    const parts = segments.map(
      segment => `SELECT series, time, value FROM ${prefix}_${int(segment.id)}${condition}`,
    )
    await db.run(`INSERT INTO ${prefix}_${int(id)} ${parts.join(' UNION ALL ')}`)
  }
}
