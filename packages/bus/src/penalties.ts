import type { Clock, Instant } from '@ohmstead/model'

interface Entry {
  offences: number
  /** Refused until then. */
  until: Instant
  /** Forgiven then, unless it offends again. */
  forgiven: Instant
}

export interface PenaltyOptions {
  clock: Clock
  /** Offences without a penalty. */
  free?: number
  firstMs?: number
  longestMs?: number
  /** Good behaviour after which everything is forgotten. */
  forgivenAfterMs?: number
  /** Entries kept; beyond it the oldest is forgotten. */
  most?: number
}

/**
 * Growing back-offs by key. MQTT 3.1.1 cannot say "no" to a publish: the connection is closed, and a client that keeps the
 * message would come back at once and try again, for ever. So its next CONNECTs are refused for 1 s, 2 s, 4 s … 5 min.
 */
export class Penalties {
  readonly #entries = new Map<string, Entry>()
  readonly #clock: Clock
  readonly #free: number
  readonly #firstMs: number
  readonly #longestMs: number
  readonly #forgivenAfterMs: number
  readonly #most: number

  constructor(options: PenaltyOptions) {
    this.#clock = options.clock
    this.#free = options.free ?? 0
    this.#firstMs = options.firstMs ?? 1000
    this.#longestMs = options.longestMs ?? 5 * 60_000
    this.#forgivenAfterMs = options.forgivenAfterMs ?? 10 * 60_000
    this.#most = options.most ?? 10_000
  }

  /** Keys that are refused now. */
  get active(): number {
    let count = 0
    for (const entry of this.#entries.values()) if (this.#holds(entry)) count++
    return count
  }

  // A wall clock that was set back must not lock anybody out for longer than the longest back-off.
  #holds(entry: Entry): boolean {
    const leftMs = entry.until - this.#clock.now()
    return leftMs > 0 && leftMs <= this.#longestMs
  }

  refuses(key: string): boolean {
    const entry = this.#entries.get(key)
    return entry !== undefined && this.#holds(entry)
  }

  /** Counts one offence; answers how long the key is refused from now, ms. */
  offend(key: string): number {
    const now = this.#clock.now()
    const known = this.#entries.get(key)
    const offences = (known !== undefined && now < known.forgiven ? known.offences : 0) + 1
    const beyond = offences - this.#free
    const backOffMs =
      beyond <= 0 ? 0 : Math.min(this.#longestMs, this.#firstMs * 2 ** Math.min(beyond - 1, 20))
    this.#entries.delete(key)
    this.#entries.set(key, {
      offences,
      until: now + backOffMs,
      forgiven: now + backOffMs + this.#forgivenAfterMs,
    })
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value!)
    return backOffMs
  }

  /** Forgets one key at once: somebody has mended it. */
  forgive(key: string): void {
    this.#entries.delete(key)
  }
}
