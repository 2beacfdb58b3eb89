import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import {
  type Clock,
  type Instant,
  type Points,
  type Series,
  type SeriesKey,
  systemClock,
  type ValueType,
} from '@ohmstead/model'
import type { Batch } from '../batch.ts'
import { QueryTooLarge, StoreNotOpened, StoreUnavailable } from '../errors.ts'
import { checkBatch } from '../query/checkBatch.ts'
import { concat, emptyRun, toPoints } from '../query/run.ts'
import type {
  Aggregate,
  Buckets,
  Latest,
  QueryLimits,
  ReadingStore,
  SeriesFilter,
  SeriesPoints,
  StoreStatus,
  TimeRange,
} from '../store.ts'
import type { Catalog } from './catalog.ts'
import { compactSealed } from './compaction.ts'
import { Disk } from './disk.ts'
import { Engine, runAll, transaction } from './engine.ts'
import { isInterrupt } from './faults.ts'
import { Gate, Turnstile } from './gate.ts'
import { gather, type Use } from './gather.ts'
import { Keeper, type Log } from './keeper.ts'
import { load, prepare } from './load.ts'
import { takeLock } from './lock.ts'
import { latestOf, pointsAfter, pointsBefore } from './nearby.ts'
import { aggregate, type QueryContext, raw, shape, wholeRange } from './queries.ts'
import { forgetSeries, forgottenOf, setFloor } from './retention.ts'
import { createSegment, int } from './schema.ts'
import { Segment } from './segment.ts'
import { State } from './state.ts'
import { Writer } from './writer.ts'

export interface DuckStoreOptions {
  /** The data folder, made when absent; the store is `readings.duckdb` in it. Or the file itself. */
  readonly dir?: string
  readonly file?: string
  readonly clock?: Clock
  readonly log?: Log
  /** Awaited before values that are not yet compacted lose their mark (see recentRanges). */
  readonly beforeCompact?: () => Promise<void>
  /** The database's own buffers, at most. */
  readonly memoryMb?: number
  readonly threads?: number
  /** Queries that run at once; others wait. Each takes a thread of libuv's pool (UV_THREADPOOL_SIZE, 4). */
  readonly readers?: number
  /** Queries that wait, at most. */
  readonly queue?: number
  /** A query is stopped after so long. */
  readonly queryMs?: number
  /** Points that a query may touch when it does not say. */
  readonly maxPoints?: number
  /** Values in arrival order after which they are sorted. */
  readonly segmentRows?: number
  /** Values kept in memory beside the disk, about 16 bytes each. */
  readonly memoryRows?: number
  /** Free bytes on the disk below which batches are refused. */
  readonly reserveBytes?: number
  /** Whether compaction and checkpoints run by themselves; tests that count steps switch it off. */
  readonly background?: boolean
}

const defaults = {
  memoryMb: 256,
  threads: 2,
  readers: 2,
  queue: 1_000,
  queryMs: 30_000,
  maxPoints: 50_000_000,
  segmentRows: 1_000_000,
  memoryRows: 2_500_000,
  background: true,
}

/** About 30 ms of checkpoint, during which batches wait. */
const checkpointBytes = 8_000_000
const tickMs = 60_000
/** Fewer values than `segmentRows` are sorted too when they have waited so long, and are not just a handful. */
const restMs = 6 * 3_600_000
const restRows = 20_000
/** A large partition is rewritten for a few late values after so long. */
const patienceMs = 24 * 3_600_000

/**
 * Opens the store, or makes it.
 * @throws StoreNotOpened naming the holder, the newer version or the fault; nothing is changed then
 */
export async function openDuckStore(options: DuckStoreOptions): Promise<DuckStore> {
  const file = options.file ?? join(options.dir ?? '.', 'readings.duckdb')
  try {
    mkdirSync(dirname(file), { recursive: true })
  } catch (error) {
    throw new StoreNotOpened(`'${dirname(file)}' cannot be made: ${(error as Error).message}`, {
      cause: error,
    })
  }
  const unlock = takeLock(file)
  const store = new DuckStore(file, options, unlock)
  try {
    await store.start()
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Readings in one DuckDB file, which this process owns. */
export class DuckStore implements ReadingStore {
  readonly file: string
  readonly #options: DuckStoreOptions & typeof defaults
  readonly #clock: Clock
  readonly #unlock: () => void
  readonly #keeper: Keeper
  readonly #disk: Disk
  readonly #state = new State()
  readonly #writer = new Writer()
  /** Batches, checkpoints and changes of the catalogue, one at a time. */
  readonly #gate = new Gate()
  /** Compaction, retention and removal, one at a time. */
  readonly #upkeep = new Gate()
  readonly #turnstile: Turnstile
  readonly #context: QueryContext
  #logBytes = 0
  #compaction = { running: false, progress: 0, lastMs: null as number | null }
  #abort = new AbortController()
  #sorting: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #stopTick = () => {}

  constructor(file: string, options: DuckStoreOptions, unlock: () => void) {
    this.file = file
    this.#options = { ...defaults, ...options }
    this.#clock = options.clock ?? systemClock
    this.#unlock = unlock
    this.#keeper = new Keeper(() => this.#open(), this.#clock, options.log)
    this.#disk = new Disk(file, options.reserveBytes, this.#clock)
    this.#turnstile = new Turnstile(this.#options.readers, this.#options.queue)
    this.#context = {
      catalog: () => this.#state.catalog,
      floor: series => this.#state.floor(series),
      use: limits => this.#use(limits),
      maxPoints: this.#options.maxPoints,
    }
  }

  /** Called once, by openDuckStore. */
  async start(): Promise<void> {
    await this.#keeper.start()
    if (this.#options.background) this.#tick()
  }

  find(key: SeriesKey): Series | undefined {
    return this.#state.book.find(key)
  }

  resolve(key: SeriesKey, type: ValueType): Series {
    return this.#state.book.resolve(key, type)
  }

  select(filter: SeriesFilter): Series[] {
    return this.#state.book.select(filter)
  }

  async append(batch: Batch): Promise<void> {
    checkBatch(batch)
    if (batch.length === 0) return
    await this.#gate.run(() => this.#commit(batch))
    if (this.#options.background) this.#afterCommit()
  }

  async *raw(
    series: readonly Series[],
    range: TimeRange,
    limits?: QueryLimits,
  ): AsyncGenerator<SeriesPoints> {
    await this.#keeper.engine()
    yield* raw(this.#context, this.#known(series), range, limits)
  }

  async aggregate(
    series: readonly Series[],
    range: TimeRange,
    buckets: Buckets,
    kind: Aggregate,
    limits?: QueryLimits,
  ): Promise<SeriesPoints[]> {
    await this.#keeper.engine()
    return aggregate(this.#context, this.#known(series), range, buckets, kind, limits)
  }

  async shape(
    series: readonly Series[],
    range: TimeRange,
    points: number,
    limits?: QueryLimits,
  ): Promise<SeriesPoints[]> {
    await this.#keeper.engine()
    return shape(this.#context, this.#known(series), range, points, limits)
  }

  async latest(series: readonly Series[], at: Instant = 8.64e15): Promise<Latest[]> {
    await this.#keeper.engine()
    const floor = (one: Series) => this.#state.floor(one)
    return this.#reading(catalog =>
      latestOf(catalog, this.#known(series), Math.floor(at), floor, this.#use(undefined)),
    )
  }

  async window(series: Series, range: TimeRange, around: { before: number; after: number }): Promise<Points> {
    await this.#keeper.engine()
    if (this.#known([series]).length === 0) return toPoints(series, emptyRun(series.type === 'string'))
    const { from, to } = wholeRange(range)
    const floor = Math.max(this.#state.floor(series), Number.MIN_SAFE_INTEGER)
    const use = this.#use(undefined)
    return this.#reading(async catalog => {
      const older = await pointsBefore(
        catalog,
        series,
        { from: floor, before: from, count: around.before },
        use,
      )
      const inside = await gather(catalog, [series], { from, to }, { cells: false, floor: () => floor }, use)
      const newer = await pointsAfter(
        catalog,
        series,
        { from: Math.max(to, floor), count: around.after },
        use,
      )
      const runs = [older, ...[...inside.values()].map(({ points }) => points), newer]
      return toPoints(series, concat(runs, series.type === 'string'))
    })
  }

  /** @param site only this site's values; of every site when left out */
  async retain(before: Instant, site?: string): Promise<void> {
    await this.#instead(engine => setFloor(this.#changes(engine), Math.floor(before), site))
  }

  async remove(series: readonly Series[]): Promise<void> {
    const known = this.#known(series)
    if (known.length > 0) await this.#instead(engine => forgetSeries(this.#changes(engine), known))
  }

  async compact(signal?: AbortSignal): Promise<void> {
    for (let isDone = false; !isDone && signal?.aborted !== true && this.#closing === undefined; ) {
      isDone = await this.#upkeep.run(() => this.#sortOnce(false, signal))
    }
  }

  /** What is not yet compacted, by series: `to` is after the last value. From memory. */
  async recentRanges(): Promise<{ series: Series; from: Instant; to: Instant }[]> {
    await this.#keeper.engine()
    const ranges = new Map<number, { from: Instant; to: Instant }>()
    for (const segment of this.#state.catalog.segments) {
      for (const id of segment.series()) {
        const reach = segment.reach(id)
        if (reach === undefined) continue
        const known = ranges.get(id) ?? { from: reach.first, to: reach.last + 1 }
        ranges.set(id, { from: Math.min(known.from, reach.first), to: Math.max(known.to, reach.last + 1) })
      }
    }
    return [...ranges].flatMap(([id, range]) => {
      const series = this.#state.book.get(id)
      return series === undefined ? [] : [{ series, ...range }]
    })
  }

  async status(): Promise<StoreStatus> {
    const { catalog, book } = this.#state
    const uncompacted = catalog.segments.reduce((sum, { rows }) => sum + rows, 0)
    const ranges = [
      ...(await this.recentRanges()),
      ...catalog.partitions.map(({ first, last }) => ({ from: first, to: last + 1 })),
    ]
    const earliest = ranges.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY)
    const latest = ranges.reduce((most, { to }) => Math.max(most, to - 1), Number.NEGATIVE_INFINITY)
    return {
      series: book.size,
      values: uncompacted + catalog.partitions.reduce((sum, { rows }) => sum + rows, 0),
      bytes: await this.#disk.used(),
      uncompacted,
      compaction: { ...this.#compaction },
      earliest: Number.isFinite(earliest) ? earliest : null,
      latest: Number.isFinite(latest) ? latest : null,
    }
  }

  /** Finishes the batches in hand, stops compaction where it is, and lets the file go. Harmless when called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#stopTick()
    this.#abort.abort()
    await this.#upkeep.run(async () => {})
    await this.#gate.run(() => this.#keeper.close())
    this.#unlock()
  }

  async #open(): Promise<Engine> {
    const engine = await Engine.open(this.file, this.#options)
    try {
      await engine.maintaining(async db => {
        await prepare(db, this.file)
        this.#state.load(await load(db, this.#state.book, this.#options.memoryRows))
      })
      if (this.#state.catalog.segments.length === 0) await this.#addSegment(engine)
      return engine
    } catch (error) {
      await engine.close()
      throw error
    }
  }

  /** Series that were not removed meanwhile, each once. */
  #known(series: readonly Series[]): Series[] {
    return [...new Set(series)].filter(({ id }) => this.#state.book.get(id) !== undefined)
  }

  #reading<T>(work: (catalog: Catalog) => Promise<T>): Promise<T> {
    const { catalog } = this.#state
    return catalog.reading(() => work(catalog))
  }

  #use(limits: QueryLimits | undefined): Use {
    return work => this.#query(work, limits?.signal)
  }

  async #query<T>(work: (db: DuckDBConnection) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (!(await this.#turnstile.enter())) throw new StoreUnavailable('too many queries are waiting')
    try {
      signal?.throwIfAborted()
      const engine = await this.#keeper.engine()
      return await engine
        .reading(db => this.#bounded(db, work, signal))
        .catch(error => this.#explain(engine, error))
    } finally {
      this.#turnstile.leave()
    }
  }

  #explain(engine: Engine, error: unknown): never {
    if (/^Out of Memory Error/.test((error as Error).message)) {
      throw new QueryTooLarge('the query needs more memory than it may have', { cause: error })
    }
    if (this.#keeper.report(engine, error) === 'failed') throw error
    throw new StoreUnavailable('the readings store failed while reading', { cause: error })
  }

  async #bounded<T>(
    db: DuckDBConnection,
    work: (db: DuckDBConnection) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    let isLate = false
    const stop = () => db.interrupt()
    const cancel = this.#clock.after(this.#options.queryMs, () => {
      isLate = true
      stop()
    })
    signal?.addEventListener('abort', stop, { once: true })
    try {
      return await work(db)
    } catch (error) {
      if (isInterrupt(error) && signal?.aborted) throw signal.reason
      if (isInterrupt(error) && isLate) throw new QueryTooLarge(`stopped after ${this.#options.queryMs} ms`)
      throw error
    } finally {
      cancel()
      signal?.removeEventListener('abort', stop)
    }
  }

  async #commit(batch: Batch): Promise<void> {
    const engine = await this.#keeper.engine()
    await this.#disk.demandRoom()
    const { book, catalog } = this.#state
    const fresh = this.#freshIn(batch)
    try {
      this.#logBytes += await this.#writer.write(engine, catalog.active.id, batch, fresh)
    } catch (error) {
      const fault = this.#keeper.report(engine, error)
      // Opening it again reads what is durable; when that fails the next caller tries again.
      if (fault !== 'failed') await this.#keeper.engine().catch(() => {})
      if (fault === 'stored') return
      throw new StoreUnavailable('the batch was not stored', { cause: error })
    }
    for (const { id } of fresh) book.fresh.delete(id)
    for (let i = 0; i < batch.length; i++) {
      const time = Math.floor(batch.times[i])
      catalog.active.add(batch.series[i].id, time, batch.texts.get(i) ?? batch.numbers[i])
    }
  }

  /** Series that this batch must make durable. One that was removed meanwhile begins anew. */
  #freshIn(batch: Batch): Series[] {
    const { book } = this.#state
    const fresh = new Set<Series>()
    for (let i = 0; i < batch.length; i++) {
      let series = batch.series[i]
      if (book.get(series.id) === undefined) batch.series[i] = series = book.resolve(series, series.type)
      if (book.fresh.size > 0 && book.fresh.has(series.id)) fresh.add(series)
    }
    return [...fresh]
  }

  #afterCommit(): void {
    if (this.#logBytes > checkpointBytes) {
      this.#logBytes = 0
      this.#behind(this.#gate.run(() => this.#checkpoint()))
    }
    if (this.#state.catalog.active.rows >= this.#options.segmentRows) {
      this.#behind(this.#rotate(this.#options.segmentRows))
      this.#sortSoon()
    }
  }

  /** Work that nobody waits for; what goes wrong is logged, and tried again when its time comes. */
  #behind(work: Promise<unknown>): void {
    work.catch(error => {
      if (this.#closing === undefined)
        this.#options.log?.warn({ err: error }, 'upkeep of the readings store failed')
    })
  }

  async #checkpoint(): Promise<void> {
    await this.#disk.demandRoom()
    await this.#writing(await this.#keeper.engine(), db => db.run('CHECKPOINT'))
  }

  async #writing<T>(engine: Engine, work: (db: DuckDBConnection) => Promise<T>): Promise<T> {
    try {
      return await engine.writing(work)
    } catch (error) {
      this.#keeper.report(engine, error)
      throw error
    }
  }

  async #define(engine: Engine, statements: readonly string[]): Promise<void> {
    await this.#writing(engine, async db => {
      await transaction(db, () => runAll(db, statements))
      await db.run('CHECKPOINT')
    })
    this.#logBytes = 0
  }

  async #addSegment(engine: Engine): Promise<void> {
    const { catalog } = this.#state
    const segment = new Segment(
      this.#state.nextId(),
      (catalog.segments.at(-1)?.rank ?? 0) + 1,
      this.#clock.now(),
    )
    const entry = `INSERT INTO segments VALUES (${int(segment.id)}, ${int(segment.rank)}, ${int(segment.openedAt)})`
    await this.#define(engine, [...createSegment(segment.id), entry])
    this.#state.publish(catalog.partitions, [...catalog.segments, segment])
    this.#spill()
  }

  /** Begins a new segment when the active one has at least so many rows. */
  #rotate(rows: number): Promise<void> {
    return this.#gate.run(async () => {
      if (this.#state.catalog.active.rows < rows) return
      await this.#addSegment(await this.#keeper.engine())
    })
  }

  /** Lets the oldest sealed segments go from memory when there are too many rows in it. */
  #spill(): void {
    const { segments } = this.#state.catalog
    const inMemory = segments.filter(segment => segment.isInMemory)
    let rows = inMemory.reduce((sum, segment) => sum + segment.rows, 0)
    for (const segment of inMemory.slice(0, -1)) {
      if (rows <= this.#options.memoryRows) return
      rows -= segment.rows
      segment.spill()
    }
  }

  #tick(): void {
    this.#stopTick = this.#clock.after(tickMs, () => {
      const { segments } = this.#state.catalog
      const rows = segments.reduce((sum, segment) => sum + segment.rows, 0)
      const age = this.#clock.now() - Math.min(...segments.map(segment => segment.openedAt))
      if ((rows >= restRows && age >= restMs) || age >= patienceMs) this.#sortSoon()
      this.#tick()
    })
  }

  #sortSoon(): void {
    if (this.#sorting !== undefined || this.#closing !== undefined) return
    this.#sorting = this.#upkeep
      .run(() => this.#sortOnce(true))
      .then(() => {})
      .finally(() => (this.#sorting = undefined))
    this.#behind(this.#sorting.then(() => this.#sortAgain()))
  }

  /** What was sealed while the last compaction ran. */
  #sortAgain(): void {
    const rows = this.#state.catalog.sealed.reduce((sum, segment) => sum + segment.rows, 0)
    if (rows >= this.#options.segmentRows) this.#sortSoon()
  }

  /** @returns whether it came to its end, not stopped for a removal */
  async #sortOnce(patient: boolean, signal?: AbortSignal): Promise<boolean> {
    const began = performance.now()
    this.#compaction = { ...this.#compaction, running: true, progress: 0 }
    const stop = AbortSignal.any([this.#abort.signal, ...(signal === undefined ? [] : [signal])])
    try {
      await this.#rotate(1)
      await this.#compactSealed(patient, stop)
      this.#compaction = { ...this.#compaction, lastMs: performance.now() - began }
      return true
    } catch (error) {
      if (stop.aborted) return false
      throw error
    } finally {
      this.#compaction = { ...this.#compaction, running: false, progress: 0 }
    }
  }

  async #compactSealed(patient: boolean, signal: AbortSignal): Promise<void> {
    const engine = await this.#keeper.engine()
    await this.#disk.demandRoom()
    const { catalog } = this.#state
    const now = this.#clock.now()
    const oldest = Math.min(now, ...catalog.sealed.map(({ openedAt }) => openedAt))
    await compactSealed({
      ...this.#changes(engine),
      now,
      signal,
      forgotten: forgottenOf(this.#state),
      patient: patient && now - oldest < patienceMs,
      beforeCompact: this.#options.beforeCompact ?? (async () => {}),
      onProgress: progress => (this.#compaction = { ...this.#compaction, progress }),
    }).catch(error => {
      this.#keeper.report(engine, error)
      throw error
    })
  }

  /** How upkeep changes tables and catalogue. */
  #changes(engine: Engine) {
    const state = this.#state
    return {
      engine,
      catalog: state.catalog,
      state,
      nextId: () => state.nextId(),
      exclusively: <T>(work: () => Promise<T>) => this.#gate.run(work),
      define: (statements: readonly string[]) => this.#gate.run(() => this.#define(engine, statements)),
      unread: () => state.unread(),
    }
  }

  /** Stops compaction, does `work`, and lets compaction begin again. */
  async #instead(work: (engine: Engine) => Promise<void>): Promise<void> {
    this.#abort.abort()
    this.#abort = new AbortController()
    await this.#upkeep.run(async () => {
      const engine = await this.#keeper.engine()
      await work(engine).catch(error => {
        this.#keeper.report(engine, error)
        throw new StoreUnavailable('nothing was removed', { cause: error })
      })
    })
    if (this.#options.background) this.#sortAgain()
  }
}
