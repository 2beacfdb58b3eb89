import { Signal } from './signal.ts'

/**
 * Whether the session was found expired in the middle of work. The page stays as it is, a dialog asks to sign in
 * again, and `restored` lets everything that had failed start over.
 */
class Session {
  readonly expired = new Signal(false)
  #again = new Set<() => void>()

  expire(): void {
    this.expired.set(true)
  }

  restored(): void {
    this.expired.set(false)
    for (const run of this.#again) run()
  }

  /** Calls `run` each time somebody has signed in again; the answer ends it. */
  onRestored(run: () => void): () => void {
    this.#again.add(run)
    return () => void this.#again.delete(run)
  }
}

export const session = new Session()
