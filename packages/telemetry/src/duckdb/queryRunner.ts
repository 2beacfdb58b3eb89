import type { DuckDBConnection } from '@duckdb/node-api'
import type { Clock } from '@ohmstead/model'
import { QueryTooLarge, StoreDamaged, StoreUnavailable } from '../errors.ts'
import type { Engine } from './engine.ts'
import { isDamage, isInterrupt } from './faults.ts'
import { Turnstile } from './gate.ts'
import type { Use } from './gather.ts'
import type { Keeper } from './keeper.ts'

/** An interrupt that arrives between two statements is lost, so it is repeated. */
const interruptEveryMs = 20

export interface QueryRunnerOptions {
  /** Statements at once, and waiting. */
  readonly readers: number
  readonly queue: number
  /** A statement is stopped after so long. */
  readonly queryMs: number
}

/** Runs statements of queries on a bounded number of connections, each no longer than it may. */
export class QueryRunner {
  readonly #keeper: Keeper
  readonly #clock: Clock
  readonly #queryMs: number
  readonly #turnstile: Turnstile

  constructor(keeper: Keeper, clock: Clock, { readers, queue, queryMs }: QueryRunnerOptions) {
    this.#keeper = keeper
    this.#clock = clock
    this.#queryMs = queryMs
    this.#turnstile = new Turnstile(readers, queue)
  }

  use(signal: AbortSignal | undefined): Use {
    return work => this.#run(work, signal)
  }

  /** @throws StoreUnavailable · StoreDamaged · QueryTooLarge · the signal's reason */
  async #run<T>(work: (db: DuckDBConnection) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
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

  async #bounded<T>(
    db: DuckDBConnection,
    work: (db: DuckDBConnection) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    let isLate = false
    let cancel = this.#clock.after(this.#queryMs, () => {
      isLate = true
      stop()
    })
    const stop = () => {
      cancel()
      db.interrupt()
      cancel = this.#clock.after(interruptEveryMs, stop)
    }
    signal?.addEventListener('abort', stop, { once: true })
    try {
      const result = await work(db)
      // A stream that is interrupted may end as if it were complete: what it gave is not to be trusted.
      if (isLate || signal?.aborted) throw new Error('INTERRUPT')
      return result
    } catch (error) {
      if (isInterrupt(error) && signal?.aborted) throw signal.reason
      if (isInterrupt(error) && isLate) throw new QueryTooLarge(`stopped after ${this.#queryMs} ms`)
      throw error
    } finally {
      cancel()
      signal?.removeEventListener('abort', stop)
    }
  }

  #explain(engine: Engine, error: unknown): never {
    if (error instanceof Error && error.message.startsWith('Out of Memory Error')) {
      throw new QueryTooLarge('the query needs more memory than it may have', { cause: error })
    }
    if (isInterrupt(error))
      throw new StoreUnavailable('the readings store is being opened again', { cause: error })
    const fault = this.#keeper.report(engine, error)
    if (isDamage(error)) throw new StoreDamaged({ cause: error })
    if (fault === 'failed') throw error
    throw new StoreUnavailable('the readings store failed while reading', { cause: error })
  }
}
