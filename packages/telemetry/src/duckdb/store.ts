import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
import { type StoreDamaged, StoreNotOpened, StoreUnavailable } from '../errors.ts'
import { checkBatch } from '../query/checkBatch.ts'
import { emptyRun, toPoints } from '../query/run.ts'
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
import { Changes } from './changes.ts'
import { Disk } from './disk.ts'
import { Engine } from './engine.ts'
import { Keeper, type Log } from './keeper.ts'
import { load, prepare } from './load.ts'
import { takeLock } from './lock.ts'
import { latestOf, pointsAround } from './nearby.ts'
import { aggregate, type QueryContext, raw, shape, wholeRange } from './queries.ts'
import { QueryRunner } from './queryRunner.ts'
import type { Segment } from './segment.ts'
import { State } from './state.ts'
import { Upkeep } from './upkeep.ts'
import { Writer } from './writer.ts'

export interface DuckStoreOptions {
  /** The data folder, made when absent; the store is `readings.duckdb` in it. Or the file itself. */
  readonly dir?: string
  readonly file?: string
  readonly clock?: Clock
  readonly log?: Log
  /** Told once, when a damaged block is met for the first time; its `cause` names the block. */
  readonly onDamage?: (damage: StoreDamaged) => void
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
  /** Bytes of values in arrival order, texts above all, after which others go to tables and memory of their own. */
  readonly segmentBytes?: number
  /** Values kept in memory beside the disk, bytes; numbers take 16. The newest segment is always there. */
  readonly recentBytes?: number
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
  segmentBytes: 16_000_000,
  recentBytes: 40_000_000,
  background: true,
  beforeCompact: async () => {},
}

/** An option that is undefined is one that was not given. */
function withDefaults(options: DuckStoreOptions) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { log: options.log, ...defaults, ...(Object.fromEntries(given) as Partial<typeof defaults>) }
}

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
  readonly #options: ReturnType<typeof withDefaults>
  readonly #clock: Clock
  readonly #unlock: () => void
  readonly #keeper: Keeper
  readonly #disk: Disk
  readonly #state = new State()
  readonly #writer = new Writer()
  readonly #changes: Changes
  readonly #upkeep: Upkeep
  readonly #runner: QueryRunner
  readonly #context: QueryContext
  #closing: Promise<void> | undefined

  constructor(file: string, options: DuckStoreOptions, unlock: () => void) {
    this.file = file
    this.#options = withDefaults(options)
    this.#clock = options.clock ?? systemClock
    this.#unlock = unlock
    this.#keeper = new Keeper(() => this.#open(), this.#clock, options.log, options.onDamage)
    this.#disk = new Disk(file, options.reserveBytes, this.#clock)
    this.#changes = new Changes(this.#state, this.#keeper, this.#clock, this.#options.recentBytes)
    this.#upkeep = new Upkeep(this.#changes, this.#keeper, this.#disk, this.#clock, this.#options)
    this.#runner = new QueryRunner(this.#keeper, this.#clock, this.#options)
    this.#context = {
      catalog: () => this.#state.catalog,
      floor: series => this.#state.floor(series),
      use: limits => this.#runner.use(limits?.signal),
      maxPoints: this.#options.maxPoints,
    }
  }

  /** Called once, by openDuckStore. */
  async start(): Promise<void> {
    await this.#keeper.start()
    this.#upkeep.start()
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
    await this.#upkeep.makeRoom()
    await this.#changes.betweenBatches(() => this.#commit(batch))
    this.#upkeep.afterBatch(batch.length)
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
      latestOf(catalog, this.#known(series), Math.floor(at), floor, this.#runner.use(undefined)),
    )
  }

  async window(series: Series, range: TimeRange, around: { before: number; after: number }): Promise<Points> {
    await this.#keeper.engine()
    if (this.#known([series]).length === 0) return toPoints(series, emptyRun(series.type === 'string'))
    const { from, to } = wholeRange({ from: range.from, to: Math.max(range.from, range.to) })
    const floor = Math.max(this.#state.floor(series), Number.MIN_SAFE_INTEGER)
    const use = this.#runner.use(undefined)
    return this.#reading(async catalog => {
      return toPoints(series, await pointsAround(catalog, series, { from, to }, { ...around, floor }, use))
    })
  }

  /** @param site only this site's values; of every site when left out */
  retain(before: Instant, site?: string): Promise<void> {
    return this.#upkeep.retain(Math.floor(before), site)
  }

  async remove(series: readonly Series[]): Promise<void> {
    const known = this.#known(series)
    if (known.length > 0) await this.#upkeep.remove(known)
  }

  compact(signal?: AbortSignal): Promise<void> {
    return this.#upkeep.compact(signal)
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

  /** Bytes of values kept in memory beside the disk, at most. */
  get recentBytes(): number {
    const inMemory = this.#state.catalog.segments.filter(segment => segment.isInMemory)
    return inMemory.reduce((sum, { bytes }) => sum + bytes, 0)
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
      compaction: this.#upkeep.compaction,
      damagedReads: this.#keeper.damagedReads,
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
    await this.#upkeep.close()
    await this.#changes.betweenBatches(() => this.#keeper.close())
    this.#unlock()
  }

  async #open(): Promise<Engine> {
    const engine = await Engine.open(this.file, this.#options)
    try {
      await engine.maintaining(async db => {
        await prepare(db, this.file)
        this.#state.load(await load(db, this.#state.book, this.#options.recentBytes))
      })
      if (this.#state.catalog.segments.length === 0) await this.#changes.addSegment(engine)
      return engine
    } catch (error) {
      await engine.close()
      if (error instanceof StoreNotOpened) throw error
      throw new StoreNotOpened(`'${this.file}' cannot be read: ${(error as Error).message}`, { cause: error })
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

  async #commit(batch: Batch): Promise<void> {
    const engine = await this.#keeper.engine()
    await this.#disk.demandRoom()
    const { book, catalog } = this.#state
    const fresh = this.#freshIn(batch)
    try {
      this.#changes.logged(await this.#writer.write(engine, catalog.active.id, batch, fresh))
    } catch (error) {
      const fault = this.#keeper.report(engine, error)
      // Opening it again reads what is durable; when that fails the next caller tries again.
      if (fault !== 'failed') await this.#keeper.engine().catch(() => {})
      if (fault === 'stored') return
      throw new StoreUnavailable('the batch was not stored', { cause: error })
    }
    for (const { id } of fresh) book.fresh.delete(id)
    remember(catalog.active, batch)
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
}

/** Where queries find the batch from now on. */
function remember(active: Segment, { length, series, times, numbers, texts }: Batch): void {
  const hasTexts = texts.size > 0
  for (let i = 0; i < length; i++) {
    const value = (hasTexts ? texts.get(i) : undefined) ?? numbers[i]
    active.add(series[i].id, Math.floor(times[i]), value)
  }
}
