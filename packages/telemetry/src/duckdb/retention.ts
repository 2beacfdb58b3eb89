import type { DuckDBConnection } from '@duckdb/node-api'
import type { Instant, Series } from '@ohmstead/model'
import type { Changes } from './changes.ts'
import { runAll } from './engine.ts'
import type { Partition } from './partition.ts'
import type { Forgotten } from './rewrite.ts'
import { dropTable, int, oneOf, partitionTables, segmentTables } from './schema.ts'
import type { State } from './state.ts'

/** The floors as compaction applies them: rows below are not carried over. */
export function forgottenOf({ floors, book }: State): Forgotten {
  return [...floors].map(([site, before]) => ({
    before,
    series: site === '*' ? 'all' : book.select({ site }).map(({ id }) => id),
  }))
}

/**
 * Forgets what is before `before`, of one site or of all: at once for every query, on the disk by whole partitions
 * where nothing else is in them, by rows in others that lie before it, and when it is next compacted for the rest.
 */
export async function setFloor(changes: Changes, before: Instant, site: string | undefined): Promise<void> {
  const { state } = changes
  const key = site ?? '*'
  if ((state.floors.get(key) ?? Number.NEGATIVE_INFINITY) >= before) return
  const past = state.catalog.partitions.filter(({ stop }) => stop <= before)
  const ids = site === undefined ? undefined : state.book.select({ site }).map(({ id }) => id)
  await forget(changes, past, ids, async db => {
    await db.run('DELETE FROM floors WHERE site = $site', { site: key })
    await db.run('INSERT INTO floors VALUES ($site, $before)', { site: key, before: BigInt(before) })
    return () => state.floors.set(key, before)
  })
}

/** Forgets series and all their points. */
export async function forgetSeries(changes: Changes, series: readonly Series[]): Promise<void> {
  const { state } = changes
  const ids = series.map(({ id }) => id)
  await forget(changes, state.catalog.partitions, ids, async db => {
    const { segments } = state.catalog
    for (const table of segments.flatMap(({ id }) => segmentTables(id)))
      await db.run(`DELETE FROM ${table} WHERE ${oneOf(ids)}`)
    await db.run(`DELETE FROM series WHERE ${oneOf(ids, 'id')}`)
    return () => {
      for (const segment of segments) segment.forget(ids)
      for (const one of series) state.book.remove(one)
    }
  })
}

/**
 * Takes series (all, when undefined) out of partitions, in one transaction with `also`, which runs while no batch is
 * committed and answers what to change in memory afterwards.
 */
async function forget(
  changes: Changes,
  partitions: readonly Partition[],
  ids: readonly number[] | undefined,
  also: (db: DuckDBConnection) => Promise<() => void>,
): Promise<void> {
  const { state } = changes
  const gone = new Set(ids)
  const touched = partitions.filter(
    ({ extents }) => ids === undefined || extents.series.some(id => gone.has(id)),
  )
  const kept =
    ids === undefined ? [] : touched.map(partition => partition.without(gone)).filter(({ rows }) => rows > 0)
  const empty = touched.filter(({ id }) => !kept.some(partition => partition.id === id))
  await changes.longWrite(async db => {
    await db.run('BEGIN')
    try {
      await runAll(db, statementsFor(kept, empty, ids ?? []))
      await changes.decide(async () => {
        const apply = await also(db)
        await db.run('COMMIT')
        apply()
        const others = state.catalog.partitions.filter(
          ({ id }) => !touched.some(partition => partition.id === id),
        )
        state.publish([...others, ...kept], state.catalog.segments)
      })
    } catch (error) {
      await db.run('ROLLBACK').catch(() => {})
      throw error
    }
  })
  await state.unread()
  if (empty.length > 0) await changes.define(empty.flatMap(({ id }) => partitionTables(id)).map(dropTable))
}

function statementsFor(
  kept: readonly Partition[],
  empty: readonly Partition[],
  ids: readonly number[],
): string[] {
  return [
    ...empty.flatMap(({ id }) => [
      `DELETE FROM partitions WHERE id = ${int(id)}`,
      `DELETE FROM extents WHERE partition = ${int(id)}`,
    ]),
    ...kept.flatMap(({ id }) => [
      ...partitionTables(id).map(table => `DELETE FROM ${table} WHERE ${oneOf(ids)}`),
      `DELETE FROM extents WHERE partition = ${int(id)} AND ${oneOf(ids)}`,
    ]),
  ]
}
