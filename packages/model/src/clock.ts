/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** Time is given, never taken: product code asks its clock, tests hand in one that they move. */
export interface Clock {
  now(): Instant
  /** Calls `run` once after `delayMs`; the answer cancels it. Does not keep the process alive. */
  after(delayMs: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref?.()
    return () => clearTimeout(timer)
  },
}
