import type { Emitter } from './emitter.ts'
import type { SessionStore } from './sessionStore.ts'

const mostTopics = 10_000

/** Whether anybody wants a topic, remembered until subscriptions change: readings nobody listens to skip the whole delivery. */
export class Audience {
  readonly #present: Emitter
  readonly #absent: SessionStore
  readonly #known = new Map<string, boolean>()
  #presentVersion = 0
  #absentVersion = 0

  constructor(present: Emitter, absent: SessionStore) {
    this.#present = present
    this.#absent = absent
  }

  hears(topic: string): boolean {
    this.#renew()
    let hears = this.#known.get(topic)
    if (hears === undefined) {
      hears = this.#present.hears(topic) || this.#absent.hears(topic)
      this.#known.set(topic, hears)
    }
    return hears
  }

  #renew(): void {
    const same =
      this.#presentVersion === this.#present.version && this.#absentVersion === this.#absent.version
    if (same && this.#known.size < mostTopics) return
    this.#known.clear()
    this.#presentVersion = this.#present.version
    this.#absentVersion = this.#absent.version
  }
}
