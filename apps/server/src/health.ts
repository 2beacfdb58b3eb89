/** Parts that can be unwell, each with the reason and what to do; healthy parts are absent. */
export class Health {
  #troubles = new Map<string, { reason: string; since: number }>()
  readonly #changed: (part: string, reason: string | null) => void

  /** @param changed called once when a part falls ill and once when it is well again */
  constructor(changed: (part: string, reason: string | null) => void) {
    this.#changed = changed
  }

  trouble(part: string, reason: string, now: number): void {
    if (this.#troubles.has(part)) return
    this.#troubles.set(part, { reason, since: now })
    this.#changed(part, reason)
  }

  well(part: string): void {
    if (this.#troubles.delete(part)) this.#changed(part, null)
  }

  get ready(): boolean {
    return this.#troubles.size === 0
  }

  report(): { part: string; reason: string; since: number }[] {
    return [...this.#troubles].map(([part, trouble]) => ({ part, ...trouble }))
  }
}
