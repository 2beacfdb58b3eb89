import type { DuckDBConnection } from '@duckdb/node-api'
import type { Clock } from '@ohmstead/model'
import { StoreUnavailable } from '../errors.ts'
import { checkpoint, type Engine, runAll, transaction } from './engine.ts'
import { Gate } from './gate.ts'
import type { Keeper } from './keeper.ts'
import { loadSegment } from './load.ts'
import { createSegment, int } from './schema.ts'
import { Segment } from './segment.ts'
import type { State } from './state.ts'

/** About 30 ms of checkpoint, during which batches wait. */
const checkpointBytes = 8_000_000
/** While batches come fast they wait for fewer, larger ones. A start replays so much in about a second. */
const busyCheckpointBytes = 32_000_000

/** Everything that writes takes its turn here: batches, long transactions, checkpoints and DDL. */
export class Changes {
  readonly state: State
  readonly #keeper: Keeper
  readonly #clock: Clock
  readonly #recentBytes: number
  /** Batches, checkpoints and changes of the catalogue, one at a time. */
  readonly #gate = new Gate()
  /**
   * A checkpoint is refused while a long transaction writes, so these take turns. Always entered before `#gate`, so
   * that batches never wait for a long transaction.
   */
  readonly #longWrites = new Gate()
  #logBytes = 0

  constructor(state: State, keeper: Keeper, clock: Clock, recentBytes: number) {
    this.state = state
    this.#keeper = keeper
    this.#clock = clock
    this.#recentBytes = recentBytes
  }

  /** Runs while no batch is being committed. */
  betweenBatches<T>(work: () => Promise<T>): Promise<T> {
    return this.#gate.run(work)
  }

  /** A write transaction of some length: checkpoints wait for it, batches do not. */
  longWrite<T>(work: (db: DuckDBConnection) => Promise<T>, life?: Engine): Promise<T> {
    return this.#longWrites.run(async () => (await this.#engine(life)).maintaining(work))
  }

  /** Brings the values of a segment into memory, or only what it reaches when they are too many. */
  loadSegment(segment: Segment): Promise<void> {
    return this.read(db => loadSegment(db, segment, this.#recentBytes).then(() => {}))
  }

  /** Reads of the background. */
  async read<T>(work: (db: DuckDBConnection) => Promise<T>, life?: Engine): Promise<T> {
    return (await this.#engine(life)).maintaining(work)
  }

  /** DDL, then a checkpoint, before batches go on: replaying DDL from the log is where DuckDB's open bugs are. */
  define(statements: readonly string[], life?: Engine): Promise<void> {
    return this.#alone(async () => this.#define(await this.#engine(life), statements))
  }

  /** Notes how much a batch added to the log. */
  logged(bytes: number): void {
    this.#logBytes += bytes
  }

  isCheckpointDue(isBusy: boolean): boolean {
    return this.#logBytes > (isBusy ? busyCheckpointBytes : checkpointBytes)
  }

  checkpoint(): Promise<void> {
    this.#logBytes = 0
    return this.#alone(async () => this.#writing(await this.#keeper.engine(), checkpoint))
  }

  /** Begins a new segment when the active one is full enough. */
  rotate(isFull: (active: Segment) => boolean): Promise<void> {
    return this.#alone(async () => {
      if (isFull(this.state.catalog.active)) await this.addSegment(await this.#keeper.engine())
    })
  }

  /** While nothing else writes. */
  async addSegment(engine: Engine): Promise<void> {
    const { catalog } = this.state
    const rank = (catalog.segments.at(-1)?.rank ?? 0) + 1
    const segment = new Segment(this.state.nextId(), rank, this.#clock.now())
    const entry = `INSERT INTO segments VALUES (${int(segment.id)}, ${int(rank)}, ${int(segment.openedAt)})`
    await this.#define(engine, [...createSegment(segment.id), entry])
    this.state.publish(catalog.partitions, [...catalog.segments, segment])
    this.#spill()
  }

  /** The present life of the database: what is made of several steps hands it to each, so that all happen in one. */
  life(): Promise<Engine> {
    return this.#keeper.engine()
  }

  /** @throws StoreUnavailable when the database was opened again since `life`: tables that had no name yet are gone then */
  async #engine(life: Engine | undefined): Promise<Engine> {
    const engine = await this.#keeper.engine()
    if (life !== undefined && engine !== life)
      throw new StoreUnavailable('the readings store was opened again meanwhile')
    return engine
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#longWrites.run(() => this.#gate.run(work))
  }

  async #define(engine: Engine, statements: readonly string[]): Promise<void> {
    await this.#decisive(engine, () =>
      this.#writing(engine, async db => {
        await transaction(db, () => runAll(db, statements))
        await checkpoint(db)
      }),
    )
    this.#logBytes = 0
  }

  /**
   * A change of what the file says there is, which memory follows. When its answer is an error nobody knows whether it
   * happened, so the file is opened and read again.
   */
  async #decisive<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      this.#keeper.replace(engine, error)
      throw error
    }
  }

  /** While no batch is being committed, as the last step of a long write. See `#decisive`. */
  async decide<T>(work: () => Promise<T>, life?: Engine): Promise<T> {
    const engine = await this.#engine(life)
    return this.#gate.run(() => this.#decisive(engine, work))
  }

  async #writing<T>(engine: Engine, work: (db: DuckDBConnection) => Promise<T>): Promise<T> {
    try {
      return await engine.writing(work)
    } catch (error) {
      this.#keeper.report(engine, error)
      throw error
    }
  }

  /** Lets the oldest sealed segments go from memory when there is too much in it. */
  #spill(): void {
    const inMemory = this.state.catalog.segments.filter(segment => segment.isInMemory)
    let bytes = inMemory.reduce((sum, segment) => sum + segment.bytes, 0)
    for (const segment of inMemory.slice(0, -1)) {
      if (bytes <= this.#recentBytes) return
      bytes -= segment.bytes
      segment.spill()
    }
  }
}
