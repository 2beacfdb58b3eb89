import type { DuckDBConnection } from '@duckdb/node-api'
import type { Changes } from './changes.ts'
import { type Chunk, numberChunks, textChunks } from './chunks.ts'
import { type Engine, runAll, transaction } from './engine.ts'
import { isDamage } from './faults.ts'
import { loadExtents } from './load.ts'
import { extentsOf, Partition } from './partition.ts'
import { countHours, type Forgotten, writeCarried, writeChunk, writeExtents } from './rewrite.ts'
import {
  createPartition,
  createSegment,
  dropTable,
  int,
  lists,
  partitionTables,
  segmentTables,
} from './schema.ts'
import { Segment } from './segment.ts'
import { planTargets, type Target } from './targets.ts'

/** What compaction needs of the store. */
export interface CompactionContext {
  readonly changes: Changes
  readonly now: number
  readonly forgotten: Forgotten
  /** Leaves large partitions alone that would get only a few rows. */
  readonly patient: boolean
  /** Partitions that cannot be read, by id: they stay as they are, and what belongs in them in arrival order. */
  readonly unreadable: Set<number>
  readonly signal: AbortSignal
  /** Waits, between one chunk and the next, while others need the machine more. */
  calm(): Promise<void>
  beforeCompact(): Promise<void>
  onProgress(share: number): void
}

interface Job extends Target {
  readonly id: number
}

/**
 * Sorts the sealed segments into partitions. New tables are filled in the background, chunk after chunk; one small
 * transaction then puts them in the place of the old. Killed before it, nothing has happened; after it, only tables
 * without a name are left, which the next start drops.
 *
 * @returns the segments that stay in arrival order, as what is in them waits
 */
export async function compactSealed(context: CompactionContext): Promise<ReadonlySet<Segment>> {
  const life = await context.changes.life()
  const { catalog } = context.changes.state
  const { sealed } = catalog
  const hours = await context.changes.read(db => countHours(db, sealed))
  const targets = planTargets(hours, catalog.partitions, context.now, context.patient).filter(({ sources }) =>
    sources.every(({ id }) => !context.unreadable.has(id)),
  )
  if (targets.length === 0 && sealed.every(segment => segment.rows > 0)) return new Set(sealed)
  const taken = targets.reduce((sum, { rows }) => sum + rows, 0)
  const all = hours.values().reduce((sum, rows) => sum + rows, 0)
  const carried = await rewrite(context, life, targets, sealed, all > taken)
  return new Set(carried === undefined ? [] : [carried])
}

/**
 * Writes a partition anew, as it is: into blocks further to the front of the file where there are free ones, so that
 * the file becomes shorter.
 */
export async function moveForward(context: CompactionContext, partition: Partition): Promise<void> {
  const life = await context.changes.life()
  // Opened again since it was chosen, the database has another list of what there is.
  if (!context.changes.state.catalog.partitions.includes(partition)) return
  const { start, stop } = partition
  await rewrite(context, life, [{ start, stop, sources: [partition], rows: 0 }], [], false)
}

/** Writes the small tables anew that say what there is, as a block of theirs can hold the file's end too. */
export async function moveLists(changes: Changes): Promise<void> {
  await changes.longWrite(db =>
    transaction(db, async () => {
      for (const list of lists) {
        const rows = await db.runAndReadAll(`SELECT coalesce(max(rowid), -1)::DOUBLE FROM ${list}`)
        const last = int(Number(rows.getRows()[0][0]))
        await db.run(`INSERT INTO ${list} SELECT * FROM ${list}`)
        await db.run(`DELETE FROM ${list} WHERE rowid <= ${last}`)
      }
    }),
  )
  await changes.checkpoint()
}

/** What is done with which tables. */
interface Work {
  /** All of it happens in one: opened again, the database has dropped the new tables, and may use their ids anew. */
  readonly life: Engine
  readonly jobs: readonly Job[]
  /** Segments that end with it. */
  readonly segments: readonly Segment[]
  /** Takes the rows of the segments that no job takes. */
  readonly carried: Segment | undefined
}

async function rewrite(
  context: CompactionContext,
  life: Engine,
  targets: readonly Target[],
  segments: readonly Segment[],
  isRest: boolean,
): Promise<Segment | undefined> {
  const jobs = targets.map(target => ({ ...target, id: context.changes.state.nextId() }))
  const carried = isRest ? carriedFrom(context, segments) : undefined
  const work: Work = { life, jobs, segments, carried }
  try {
    const tables = jobs.flatMap(({ id }) => createPartition(id))
    await context.changes.define(
      [...tables, ...(carried === undefined ? [] : createSegment(carried.id))],
      life,
    )
    await fill(context, work)
    if (segments.length > 0) await context.beforeCompact()
    await swap(context, work)
  } catch (error) {
    await dropQuietly(context, work)
    throw error
  }
  await dropOld(context, work)
  return carried
}

/** Of the rank of the last of them: later than whatever they followed, earlier than what follows them. */
function carriedFrom(context: CompactionContext, segments: readonly Segment[]): Segment {
  const oldest = Math.min(...segments.map(({ openedAt }) => openedAt))
  return new Segment(context.changes.state.nextId(), segments.at(-1)?.rank ?? 0, oldest)
}

async function fill(context: CompactionContext, { life, jobs, segments, carried }: Work): Promise<void> {
  const { signal } = context
  const parts: { job: Job; chunks: Chunk[] }[] = []
  for (const job of jobs) parts.push({ job, chunks: await chunksFor(context, job, segments) })
  const total = parts.flatMap(({ chunks }) => chunks).reduce((sum, { bytes }) => sum + bytes, 1)
  let done = 0
  for (const { job, chunks } of parts) {
    for (const chunk of chunks) {
      await context.calm()
      signal.throwIfAborted()
      await remembering(context, job, () =>
        context.changes.longWrite(
          db => writeChunk(db, job.id, job, chunk, segments, context.forgotten),
          life,
        ),
      )
      done += chunk.bytes
      context.onProgress(done / total)
    }
    signal.throwIfAborted()
    await context.changes.longWrite(db => writeExtents(db, job.id), life)
  }
  if (carried !== undefined)
    await context.changes.longWrite(db => writeCarried(db, carried.id, jobs, segments), life)
}

async function chunksFor(context: CompactionContext, job: Job, segments: readonly Segment[]) {
  const texts = await remembering(context, job, () =>
    context.changes.read(db => textChunks(db, job, segments)),
  )
  return [...numberChunks(job, segments), ...texts]
}

/** What damage stopped is remembered, so that the next compaction goes around it. */
async function remembering<T>(
  { unreadable }: CompactionContext,
  job: Job,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isDamage(error)) for (const { id } of job.sources) unreadable.add(id)
    throw error
  }
}

async function swap(context: CompactionContext, work: Work): Promise<void> {
  const { changes, signal } = context
  const { jobs, segments, carried } = work
  // One after the other: a connection streams one result at a time.
  const made: Partition[] = []
  for (const job of jobs) made.push(await madePartition(changes, job))
  if (carried !== undefined) await changes.loadSegment(carried)
  signal.throwIfAborted()
  const replaced = replacedBy(work)
  const swapping = (db: DuckDBConnection) => async () => {
    await transaction(db, () => runAll(db, swapStatements(work)))
    const { catalog } = changes.state
    const kept = catalog.partitions.filter(partition => !replaced.includes(partition))
    const later = catalog.segments.filter(segment => !segments.includes(segment))
    changes.state.publish([...kept, ...made], carried === undefined ? later : [carried, ...later])
  }
  await changes.longWrite(db => changes.decide(swapping(db), work.life), work.life)
}

const replacedBy = ({ jobs }: Work): Partition[] => jobs.flatMap(({ sources }) => sources)

async function madePartition(changes: Changes, job: Job): Promise<Partition> {
  const extents = await changes.read(db => loadExtents(db, job.id))
  return new Partition(job.id, job.start, job.stop, extentsOf(extents.get(job.id) ?? []))
}

function swapStatements(work: Work): string[] {
  const { jobs, segments, carried } = work
  const added = carried === undefined ? [] : [carried]
  return [
    ...replacedBy(work).flatMap(({ id }) => [
      `DELETE FROM partitions WHERE id = ${int(id)}`,
      `DELETE FROM extents WHERE partition = ${int(id)}`,
    ]),
    ...jobs.map(
      ({ id, start, stop }) => `INSERT INTO partitions VALUES (${int(id)}, ${int(start)}, ${int(stop)})`,
    ),
    ...segments.map(({ id }) => `DELETE FROM segments WHERE id = ${int(id)}`),
    ...added.map(
      ({ id, rank, openedAt }) => `INSERT INTO segments VALUES (${int(id)}, ${int(rank)}, ${int(openedAt)})`,
    ),
  ]
}

async function dropOld({ changes }: CompactionContext, work: Work): Promise<void> {
  await changes.state.unread()
  const tables = [
    ...replacedBy(work).flatMap(({ id }) => partitionTables(id)),
    ...work.segments.flatMap(({ id }) => segmentTables(id)),
  ]
  if (tables.length > 0) await changes.define(tables.map(dropTable), work.life)
}

/**
 * Drops what a rewrite that failed has left. A swap whose answer was lost, as when the database is closed at that moment,
 * may have happened all the same: what has a name by now holds readings and stays. What is not dropped now, the next
 * start drops.
 */
async function dropQuietly({ changes }: CompactionContext, { life, jobs, carried }: Work): Promise<void> {
  try {
    const named = await changes.read(namedIds, life)
    const isLeft = ({ id }: { readonly id: number }) => !named.has(id)
    const tables = [
      ...jobs.filter(isLeft).flatMap(({ id }) => partitionTables(id)),
      ...(carried !== undefined && isLeft(carried) ? segmentTables(carried.id) : []),
    ]
    const extents = jobs.filter(isLeft).map(({ id }) => `DELETE FROM extents WHERE partition = ${int(id)}`)
    if (tables.length > 0) await changes.define([...extents, ...tables.map(dropTable)], life)
  } catch {
    // The error that led here says more than that this failed too.
  }
}

/** Ids of partitions and segments that the catalogue in the file names. */
async function namedIds(db: DuckDBConnection): Promise<Set<number>> {
  const rows = await db.runAndReadAll('SELECT id FROM partitions UNION ALL SELECT id FROM segments')
  return new Set(rows.getRows().map(([id]) => Number(id)))
}
