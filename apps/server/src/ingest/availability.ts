import type { Clock } from '@ohmstead/model'

/** Whether the store commits. While it does not, a probe runs now and then, and who holds messages waits here. */
export class Availability {
  readonly #clock: Clock
  readonly #probe: () => Promise<void>
  readonly #everyMs: number
  #recovery: PromiseWithResolvers<void> | undefined
  #cancel: (() => void) | undefined

  /** @param probe resolves when the store commits again; it is not called while it does */
  constructor(clock: Clock, probe: () => Promise<void>, everyMs = 1000) {
    this.#clock = clock
    this.#probe = probe
    this.#everyMs = everyMs
  }

  get down(): boolean {
    return this.#recovery !== undefined
  }

  /** A commit failed. */
  lost(): void {
    if (this.#recovery) return
    this.#recovery = Promise.withResolvers()
    this.#schedule()
  }

  /** A commit succeeded. */
  back(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#recovery?.resolve()
    this.#recovery = undefined
  }

  /** Resolves when the store commits again; at once when it does. */
  recovered(): Promise<void> {
    return this.#recovery?.promise ?? Promise.resolve()
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(this.#everyMs, async () => {
      try {
        await this.#probe()
        this.back()
      } catch {
        // Not yet; the loss was reported when it began.
        if (this.#recovery) this.#schedule()
      }
    })
  }

  close(): void {
    this.#cancel?.()
  }
}
