interface Trouble {
  readonly reason: string
  readonly since: number
  /** Whether the platform can still take readings and answer. */
  readonly isBearable: boolean
}

/** Parts that can be unwell, each with the reason and what to do; healthy parts are absent. */
export class Health {
  #troubles = new Map<string, Trouble>()
  readonly #changed: (part: string, reason: string | null) => void

  /** @param changed called once when a part falls ill and once when it is well again */
  constructor(changed: (part: string, reason: string | null) => void) {
    this.#changed = changed
  }

  /** The platform cannot do its work. */
  trouble(part: string, reason: string, now: number): void {
    this.#add(part, { reason, since: now, isBearable: false })
  }

  /** Somebody has to look, but nobody would be served by sending requests elsewhere. */
  bearable(part: string, reason: string, now: number): void {
    this.#add(part, { reason, since: now, isBearable: true })
  }

  #add(part: string, trouble: Trouble): void {
    if (this.#troubles.has(part)) return
    this.#troubles.set(part, trouble)
    this.#changed(part, trouble.reason)
  }

  well(part: string): void {
    if (this.#troubles.delete(part)) this.#changed(part, null)
  }

  get ready(): boolean {
    return this.#troubles.values().every(({ isBearable }) => isBearable)
  }

  report(): { part: string; reason: string; since: number }[] {
    return [...this.#troubles].map(([part, { reason, since }]) => ({ part, reason, since }))
  }
}
