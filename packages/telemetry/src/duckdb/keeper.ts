import type { Clock } from '@ohmstead/model'
import { StoreDamaged, StoreUnavailable } from '../errors.ts'
import type { Engine } from './engine.ts'
import { type Fault, faultOf, isDamage } from './faults.ts'

/** Where the store tells the person on call what changed; pino fits. */
export interface Log {
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

const firstRetryMs = 100
const lastRetryMs = 5_000

/** Keeps one valid engine: opens another when the present one has become invalid, with back-off while that fails. */
export class Keeper {
  readonly #open: () => Promise<Engine>
  readonly #clock: Clock
  readonly #log: Log | undefined
  readonly #onDamage: (damage: StoreDamaged) => void
  #damagedReads = 0
  #engine: Engine | undefined
  #opening: Promise<Engine> | undefined
  #retryAt = 0
  #retryMs = firstRetryMs
  #lastError: unknown
  #ending: Promise<void> = Promise.resolve()
  #isClosed = false

  /**
   * @param open opens the file, checks it and reads what must be in memory
   * @param onDamage told once, when a damaged block is met for the first time
   */
  constructor(
    open: () => Promise<Engine>,
    clock: Clock,
    log?: Log,
    onDamage: (damage: StoreDamaged) => void = () => {},
  ) {
    this.#open = open
    this.#clock = clock
    this.#log = log
    this.#onDamage = onDamage
  }

  get damagedReads(): number {
    return this.#damagedReads
  }

  /** @throws whatever opening throws, so that a first open says what is wrong */
  async start(): Promise<void> {
    this.#engine = await this.#open()
  }

  /** @throws StoreUnavailable while the store cannot be opened */
  async engine(): Promise<Engine> {
    if (this.#isClosed) throw new StoreUnavailable('the store is closed')
    return (
      this.#engine ?? (await (this.#opening ??= this.#reopen().finally(() => (this.#opening = undefined))))
    )
  }

  /** Tells what an error means; after a grave one the engine is not used again. */
  report(engine: Engine, error: unknown): Fault {
    const fault = faultOf(error)
    this.#noteDamage(error)
    if (fault !== 'failed') this.replace(engine, error)
    return fault
  }

  /** The engine is not used again: it is invalid, or nobody knows whether the file is what memory says. */
  replace(engine: Engine, error: unknown): void {
    if (this.#engine !== engine) return
    this.#engine = undefined
    this.#log?.error({ err: error }, 'readings store became invalid, opening it again')
    this.#ending = engine.close()
    // Whoever opens it again hears of it.
    this.#ending.catch(() => {})
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#opening?.catch(() => {})
    await this.#ending.catch(error => this.#log?.warn({ err: error }, 'readings store did not close well'))
    await this.#engine?.close()
    this.#engine = undefined
  }

  async #reopen(): Promise<Engine> {
    const waitMs = this.#retryAt - this.#clock.now()
    // Longer than any back-off is only a wall clock that was set back.
    if (waitMs > 0 && waitMs <= lastRetryMs) {
      throw new StoreUnavailable('the readings store is down', { cause: this.#lastError })
    }
    try {
      // Opened before the old one is gone, it would be the old one again.
      await this.#ending
      this.#engine = await this.#open()
      this.#retryMs = firstRetryMs
      this.#log?.info({}, 'readings store is open again')
      return this.#engine
    } catch (error) {
      this.#noteDamage((error as Error).cause ?? error)
      this.#lastError = error
      this.#retryAt = this.#clock.now() + this.#retryMs
      this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 2)
      throw new StoreUnavailable('the readings store is down', { cause: error })
    }
  }

  #noteDamage(error: unknown): void {
    // What was told already comes here again on its way up.
    if (!isDamage(error) || error instanceof StoreDamaged) return
    if (this.#damagedReads++ === 0) this.#onDamage(new StoreDamaged({ cause: error }))
  }
}
