import type { Catalog } from './catalog.ts'
import { type Engine, runAll, transaction } from './engine.ts'
import { loadExtents, loadPoints } from './load.ts'
import { extentsOf, Partition } from './partition.ts'
import { chunksOf, countHours, type Forgotten, writeCarried, writeChunk, writeExtents } from './rewrite.ts'
import { createPartition, createSegment, dropTable, int, partitionTables, segmentTables } from './schema.ts'
import { Segment } from './segment.ts'
import type { State } from './state.ts'
import { planTargets, type Target } from './targets.ts'

/** What compaction needs of the store. */
export interface CompactionContext {
  readonly engine: Engine
  readonly catalog: Catalog
  readonly now: number
  readonly forgotten: Forgotten
  /** Leaves large partitions alone that would get only a few rows. */
  readonly patient: boolean
  readonly signal: AbortSignal
  nextId(): number
  /** Runs while no batch is being committed. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  /** DDL, then a checkpoint, before batches go on: replaying DDL from the log is where DuckDB's open bugs are. */
  define(statements: readonly string[]): Promise<void>
  beforeCompact(): Promise<void>
  onProgress(share: number): void
  readonly state: State
  /** Resolves when nobody reads by an earlier catalogue any more. */
  unread(): Promise<void>
}

interface Job extends Target {
  readonly id: number
}

/**
 * Sorts the sealed segments into partitions. New tables are filled in the background, chunk after chunk; one small
 * transaction then puts them in the place of the old. Killed before it, nothing has happened; after it, only tables
 * without a name are left, which the next start drops.
 *
 * @returns whether anything was done
 */
export async function compactSealed(context: CompactionContext): Promise<boolean> {
  const { catalog, engine } = context
  const sealed = catalog.sealed
  const hours = await engine.maintaining(db => countHours(db, sealed))
  const targets = planTargets(hours, catalog.partitions, context.now, context.patient)
  if (targets.length === 0 && sealed.every(segment => segment.rows > 0)) return false
  const jobs = targets.map(target => ({ ...target, id: context.nextId() }))
  const carried = await makeTables(context, jobs, hours)
  try {
    await fill(context, jobs, carried)
    await context.beforeCompact()
    await swap(context, jobs, carried)
  } catch (error) {
    await dropQuietly(context, jobs, carried)
    throw error
  }
  await dropOld(context, jobs)
  return true
}

/** @returns the segment for rows that stay behind, where there are such rows */
async function makeTables(
  context: CompactionContext,
  jobs: Job[],
  hours: Map<number, number>,
): Promise<Segment | undefined> {
  const { sealed } = context.catalog
  const taken = jobs.reduce((sum, { rows }) => sum + rows, 0)
  const all = hours.values().reduce((sum, rows) => sum + rows, 0)
  const oldest = Math.min(...sealed.map(({ openedAt }) => openedAt))
  const rank = sealed.at(-1)?.rank ?? 0
  const carried = all > taken ? new Segment(context.nextId(), rank, oldest) : undefined
  await context.define([
    ...jobs.flatMap(({ id }) => createPartition(id)),
    ...(carried === undefined ? [] : createSegment(carried.id)),
  ])
  return carried
}

async function fill(context: CompactionContext, jobs: Job[], carried: Segment | undefined): Promise<void> {
  const { engine, catalog, signal } = context
  const work = jobs.map(job => ({ job, chunks: chunksOf(job, catalog.sealed) }))
  const total = work.flatMap(({ chunks }) => chunks).reduce((sum, { rows }) => sum + rows, 1)
  let done = 0
  for (const { job, chunks } of work) {
    for (const chunk of chunks) {
      signal.throwIfAborted()
      await engine.maintaining(db => writeChunk(db, job.id, job, chunk, catalog.sealed, context.forgotten))
      done += chunk.rows
      context.onProgress(done / total)
    }
    signal.throwIfAborted()
    await engine.maintaining(db => writeExtents(db, job.id))
  }
  if (carried !== undefined)
    await engine.maintaining(db => writeCarried(db, carried.id, jobs, catalog.sealed))
}

async function swap(context: CompactionContext, jobs: Job[], carried: Segment | undefined): Promise<void> {
  const { engine, catalog } = context
  // One after the other: a connection streams one result at a time.
  const made: Partition[] = []
  for (const job of jobs) made.push(await madePartition(engine, job))
  if (carried !== undefined) await engine.maintaining(db => loadPoints(db, carried))
  context.signal.throwIfAborted()
  const replaced = jobs.flatMap(({ sources }) => sources)
  await context.exclusively(async () => {
    const statements = swapStatements(jobs, replaced, catalog.sealed, carried)
    await engine.maintaining(db => transaction(db, () => runAll(db, statements)))
    const kept = catalog.partitions.filter(partition => !replaced.includes(partition))
    const later = context.state.catalog.segments.filter(segment => !catalog.sealed.includes(segment))
    context.state.publish([...kept, ...made], carried === undefined ? later : [carried, ...later])
  })
}

async function madePartition(engine: Engine, job: Job): Promise<Partition> {
  const extents = await engine.maintaining(db => loadExtents(db, job.id))
  return new Partition(job.id, job.start, job.stop, extentsOf(extents.get(job.id) ?? []))
}

function swapStatements(
  jobs: Job[],
  replaced: Partition[],
  sealed: readonly Segment[],
  carried: Segment | undefined,
) {
  const gone = replaced.map(({ id }) => int(id)).join(',')
  return [
    ...(gone === ''
      ? []
      : [`DELETE FROM partitions WHERE id IN (${gone})`, `DELETE FROM extents WHERE partition IN (${gone})`]),
    ...jobs.map(
      ({ id, start, stop }) => `INSERT INTO partitions VALUES (${int(id)}, ${int(start)}, ${int(stop)})`,
    ),
    ...sealed.map(({ id }) => `DELETE FROM segments WHERE id = ${int(id)}`),
    ...(carried === undefined
      ? []
      : [`INSERT INTO segments VALUES (${int(carried.id)}, ${int(carried.rank)}, ${int(carried.openedAt)})`]),
  ]
}

async function dropOld({ catalog, define, unread }: CompactionContext, jobs: Job[]): Promise<void> {
  await unread()
  const replaced = jobs.flatMap(({ sources }) => sources)
  const names = [
    ...replaced.flatMap(({ id }) => partitionTables(id)),
    ...catalog.sealed.flatMap(({ id }) => segmentTables(id)),
  ]
  if (names.length > 0) await define(names.map(dropTable))
}

/** What is not dropped now, the next start drops. */
async function dropQuietly(
  { define }: CompactionContext,
  jobs: Job[],
  carried: Segment | undefined,
): Promise<void> {
  const tables = [
    ...jobs.flatMap(({ id }) => partitionTables(id)),
    ...(carried ? segmentTables(carried.id) : []),
  ]
  const extents = jobs.map(({ id }) => `DELETE FROM extents WHERE partition = ${int(id)}`)
  await define([...extents, ...tables.map(dropTable)]).catch(() => {})
}
