/** The event loop is given back after so long. */
const sliceMs = 8
/** To ask the time costs as much as a simple rule, so that is done after so many of them, and after each one that takes long. */
const mostUnasked = 64
const askEveryMs = 1

/** Gives the event loop back after a slice of work, and adds up the work. */
export class Pace {
  readonly #signal: AbortSignal
  #since = Number.NaN
  #asked = Number.NaN
  #unasked = 0
  #stride = 1
  #busyMs = 0

  constructor(signal: AbortSignal) {
    this.#signal = signal
    this.begin()
  }

  /** Work in hand included. */
  get busyMs(): number {
    return this.#busyMs + (Number.isNaN(this.#since) ? 0 : performance.now() - this.#since)
  }

  /** As of the last time that it asked. */
  get workedMs(): number {
    return this.#busyMs + this.#asked - this.#since
  }

  begin(): void {
    this.#since = this.#asked = performance.now()
  }

  end(): void {
    this.#busyMs = this.busyMs
    this.#since = Number.NaN
  }

  /** To be asked after each piece of work. */
  isDue(): boolean {
    if (++this.#unasked < this.#stride) return false
    const now = performance.now()
    const eachMs = (now - this.#asked) / this.#unasked
    this.#stride = Math.max(1, Math.min(mostUnasked, 2 * this.#stride, Math.floor(askEveryMs / eachMs)))
    this.#asked = now
    this.#unasked = 0
    return now - this.#since > sliceMs
  }

  /** @throws the signal's reason */
  async turn(): Promise<void> {
    this.end()
    await new Promise(resolve => setImmediate(resolve))
    this.#signal.throwIfAborted()
    this.begin()
  }
}
