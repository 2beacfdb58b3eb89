import type { DuckDBConnection } from '@duckdb/node-api'
import { database } from './engine.ts'
import type { Partition } from './partition.ts'
import { partitionTables } from './schema.ts'

/** Blocks of the data file. Free ones at its end are given back at a checkpoint, those between others are not. */
export interface Blocks {
  readonly total: number
  readonly used: number
  readonly free: number
}

export async function countBlocks(db: DuckDBConnection): Promise<Blocks> {
  const rows = await db.runAndReadAll(
    `SELECT total_blocks, used_blocks, free_blocks FROM pragma_database_size() WHERE database_name = '${database}'`,
  )
  const [total, used, free] = rows.getRows()[0].map(Number)
  return { total, used, free }
}

/** So many holes are worth closing when somebody asks for it: a sixteenth of what is used, and some megabytes. */
export const hasHoles = ({ used, free }: Blocks): boolean => free > Math.max(16, used / 16)

/** And so many in passing: what comes next would fill fewer. */
export const isMostlyHoles = ({ used, free }: Blocks): boolean => free > Math.max(128, used / 4)

/** The partition that reaches furthest into the file: how many blocks it has, and the last of them. */
export async function hindmost(
  db: DuckDBConnection,
  partitions: readonly Partition[],
): Promise<{ partition: Partition; blocks: number; end: number } | undefined> {
  let found: { partition: Partition; blocks: number; end: number } | undefined
  for (const partition of partitions) {
    const parts = partitionTables(partition.id).map(
      table => `SELECT block_id FROM pragma_storage_info('${table}')`,
    )
    const sql = `SELECT coalesce(max(block_id), -1), count(DISTINCT block_id) FROM (${parts.join(' UNION ALL ')})`
    const [end, blocks] = (await db.runAndReadAll(sql)).getRows()[0].map(Number)
    if (found === undefined || end > found.end) found = { partition, blocks, end }
  }
  return found
}
