import type { DuckDBConnection } from '@duckdb/node-api'
import type { Instant } from '@ohmstead/model'
import { readColumns } from './columns.ts'
import { int } from './schema.ts'
import type { Segment } from './segment.ts'
import type { Target } from './targets.ts'

/** What is sorted at a time: checkpoints wait for so much at most, and the database's memory holds it. */
const chunkBytes = 12_000_000
/** Of a number. */
const numberBytes = 24
/** Texts have a row beside them, and the database holds several copies while it sorts. */
const textBytes = 64
/** Texts of one series are cut at these steps, the finer only where the coarser are too large. */
const textSteps = [3_600_000, 1000]

/** A place in the order of a partition. */
interface Place {
  readonly series: number
  readonly time: Instant
}

/** Consecutive values of a partition, from a place to before another, that are sorted together. */
export interface Chunk {
  readonly isText: boolean
  readonly from: Place
  readonly to: Place
  /** About what they take. */
  readonly bytes: number
}

/** Numbers, cut between series, by what partitions and segments say they hold. */
export function numberChunks(target: Target, segments: readonly Segment[]): Chunk[] {
  const rows = rowsBySeries(target, segments)
  const pieces = [...rows.keys()]
    .sort((a, b) => a - b)
    .map(series => ({
      isText: false,
      from: { series, time: target.start },
      to: { series, time: target.stop },
      bytes: numberBytes * (rows.get(series) as number),
    }))
  return together(pieces)
}

function rowsBySeries(target: Target, segments: readonly Segment[]): Map<number, number> {
  const rows = new Map<number, number>()
  const add = (id: number, count: number) => {
    rows.set(id, (rows.get(id) ?? 0) + count)
  }
  for (const { extents } of target.sources) {
    extents.series.forEach((id, i) => {
      add(id, extents.rows[i])
    })
  }
  for (const segment of segments) {
    for (const id of segment.series()) {
      const reach = segment.reach(id)
      if (reach !== undefined && reach.first < target.stop && reach.last >= target.start) add(id, reach.rows)
    }
  }
  return rows
}

/** Texts, cut between series and where one series has many: they are as long as somebody wants. */
export async function textChunks(
  db: DuckDBConnection,
  target: Target,
  segments: readonly Segment[],
): Promise<Chunk[]> {
  const tables = [
    ...target.sources.map(({ id }) => `x_${int(id)}`),
    ...segments.map(({ id }) => `t_${int(id)}`),
  ]
  if (tables.length === 0) return []
  const { start, stop } = target
  return together(await textPieces(db, tables, { start, stop }, textSteps))
}

async function textPieces(
  db: DuckDBConnection,
  tables: readonly string[],
  { start, stop, series }: { start: Instant; stop: Instant; series?: number },
  [stepMs, ...finer]: readonly number[],
): Promise<Chunk[]> {
  const one = series === undefined ? '' : ` AND series = ${int(series)}`
  const rows = tables
    .map(
      table =>
        `SELECT series, time, value FROM ${table} WHERE time >= ${int(start)} AND time < ${int(stop)}${one}`,
    )
    .join(' UNION ALL ')
  const sql =
    `SELECT series, floor(time / ${int(stepMs)}.0) * ${int(stepMs)} AS step, sum(strlen(value) + ${textBytes})::DOUBLE` +
    ` FROM (${rows}) GROUP BY ALL ORDER BY series, step`
  const pieces: Chunk[] = []
  for (const [id, [steps, sizes]] of await readColumns(db, sql, 2)) {
    for (let i = 0; i < steps.length; i++) {
      const from = Math.max(start, steps[i])
      const to = Math.min(stop, steps[i] + stepMs)
      if (sizes[i] > chunkBytes && finer.length > 0)
        pieces.push(...(await textPieces(db, tables, { start: from, stop: to, series: id }, finer)))
      else
        pieces.push({
          isText: true,
          from: { series: id, time: from },
          to: { series: id, time: to },
          bytes: sizes[i],
        })
    }
  }
  return pieces
}

/** Neighbours joined while they are small. Between one and the next there is nothing. */
function together(pieces: readonly Chunk[]): Chunk[] {
  const chunks: Chunk[] = []
  for (const piece of pieces) {
    const open = chunks.at(-1)
    if (open !== undefined && open.bytes + piece.bytes <= chunkBytes)
      chunks[chunks.length - 1] = { ...open, to: piece.to, bytes: open.bytes + piece.bytes }
    else chunks.push(piece)
  }
  return chunks
}
