import type { Clock } from '@ohmstead/model'
import { Batch, type ReadingStore } from '@ohmstead/telemetry'

/** From so many values a commit on, many senders wait together, and there is more to gain from fewer commits than from sooner ones. */
const busyValues = 64
const busyFactor = 2.5

export interface CommitterOptions {
  readonly store: Pick<ReadingStore, 'append'>
  readonly clock: Clock
  /** Least time between the starts of two commits, ms: what arrives meanwhile shares one. While they are large, 2.5 times that. */
  readonly everyMs: number
  /** Values that may wait; beyond, `full` is true and senders have to be slowed down. */
  readonly maxPendingValues: number
  /** After each commit that is durable. */
  readonly committed: (batch: Batch, tookMs: number) => void
  /** After each commit that failed. */
  readonly failed: (error: unknown) => void
  /** What `committed` threw: the commit is durable all the same. */
  readonly unheard: (error: unknown) => void
}

/**
 * Group commit. Whoever has values adds them to `batch` and, in the same turn, takes the promise of `commit()`, which
 * settles with the commit that holds them. One commit runs at a time; an idle committer starts at once.
 */
export class Committer {
  batch = new Batch()
  readonly #options: CommitterOptions
  #waiting = Promise.withResolvers<void>()
  #scheduled = false
  #running: Promise<void> | undefined
  #inFlight = 0
  #lastStart = Number.NEGATIVE_INFINITY
  #lastLength = 0

  constructor(options: CommitterOptions) {
    this.#options = options
  }

  /** Values that are not durable yet. */
  get pending(): number {
    return this.batch.length + this.#inFlight
  }

  get full(): boolean {
    return this.pending >= this.#options.maxPendingValues
  }

  /** Settles with the commit that holds what is in `batch` now. @throws StoreUnavailable */
  commit(): Promise<void> {
    if (this.batch.length === 0) return Promise.resolve()
    this.#schedule()
    return this.#waiting.promise
  }

  /** Settles when all that was handed over before the call is durable, or was refused. */
  async settled(): Promise<void> {
    await this.#running
    await this.commit().catch(() => {})
  }

  /** Commits what waits and ends when all of it has settled. */
  async drain(): Promise<void> {
    while (this.#running || this.batch.length > 0) {
      if (!this.#running) this.#start()
      await this.#running
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#running) return
    this.#scheduled = true
    const { clock } = this.#options
    const everyMs = this.#options.everyMs * (this.#lastLength < busyValues ? 1 : busyFactor)
    // Never longer than that: a wall clock that was set back must not put the next commit off for days.
    const wait = Math.min(everyMs, this.#lastStart + everyMs - clock.now())
    if (wait > 0) clock.after(wait, () => this.#start())
    else setImmediate(() => this.#start())
  }

  #start(): void {
    this.#scheduled = false
    if (this.#running) return
    const { batch } = this
    const waiting = this.#waiting
    this.batch = new Batch(Math.max(256, batch.length))
    this.#waiting = Promise.withResolvers<void>()
    this.#inFlight = batch.length
    this.#lastStart = this.#options.clock.now()
    this.#lastLength = batch.length
    this.#running = this.#append(batch, waiting).finally(() => {
      this.#running = undefined
      this.#inFlight = 0
      if (this.batch.length > 0) this.#schedule()
    })
  }

  async #append(batch: Batch, waiting: PromiseWithResolvers<void>): Promise<void> {
    const { store, clock, failed } = this.#options
    const start = clock.now()
    // Whoever gave up waiting must not turn a failed commit into an unhandled rejection.
    waiting.promise.catch(() => {})
    try {
      if (batch.length > 0) await store.append(batch)
    } catch (error) {
      failed(error)
      waiting.reject(error)
      return
    }
    waiting.resolve()
    this.#tell(batch, clock.now() - start)
  }

  #tell(batch: Batch, tookMs: number): void {
    const { committed, unheard } = this.#options
    try {
      committed(batch, tookMs)
    } catch (error) {
      unheard(error)
    }
  }
}
