/** One at a time, in the order of asking. */
export class Gate {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}

/** At most `places` at once; at most `queue` wait, in order. */
export class Turnstile {
  #free: number
  readonly #queue: number
  #waiting: (() => void)[] = []

  constructor(places: number, queue: number) {
    this.#free = places
    this.#queue = queue
  }

  /** @returns whether there is a place, now or after waiting; false when too many wait already */
  async enter(): Promise<boolean> {
    if (this.#free > 0) {
      this.#free--
      return true
    }
    if (this.#waiting.length >= this.#queue) return false
    await new Promise<void>(resolve => this.#waiting.push(resolve))
    return true
  }

  leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
