/** The event loop is given back after so long. */
const sliceMs = 8

/** Gives the event loop back after a slice of work, and adds up the work. */
export class Pace {
  readonly #signal: AbortSignal
  #since = Number.NaN
  #count = 0
  #busyMs = 0

  constructor(signal: AbortSignal) {
    this.#signal = signal
    this.begin()
  }

  /** Work in hand included. */
  get busyMs(): number {
    return this.#busyMs + (Number.isNaN(this.#since) ? 0 : performance.now() - this.#since)
  }

  begin(): void {
    this.#since = performance.now()
  }

  end(): void {
    this.#busyMs = this.busyMs
    this.#since = Number.NaN
  }

  isDue(): boolean {
    // To ask the time costs as much as a simple rule.
    if (++this.#count & 63) return false
    return performance.now() - this.#since > sliceMs
  }

  /** @throws the signal's reason */
  async turn(): Promise<void> {
    this.end()
    await new Promise(resolve => setImmediate(resolve))
    this.#signal.throwIfAborted()
    this.begin()
  }
}
