import type { Clock } from '@ohmstead/model'

/** Values a second from which on batches need the machine for themselves. */
const busyRate = 150_000
/** How long what was counted is felt. */
const memoryMs = 1000

/** How fast values come, as a mean that forgets. */
export class Pace {
  readonly #clock: Clock
  #rate = 0
  #at = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(values: number): void {
    this.#rate = this.#now() + values
    this.#at = this.#clock.now()
  }

  get isBusy(): boolean {
    return this.#now() > busyRate
  }

  /** A clock that was set back or forward makes it calm. */
  #now(): number {
    const elapsedMs = this.#clock.now() - this.#at
    return elapsedMs < 0 ? 0 : this.#rate * Math.exp(-elapsedMs / memoryMs)
  }
}
