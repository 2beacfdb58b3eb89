import type { Core } from './core.ts'

const flushAfterMs = 2_000
const minuteMs = 60_000
/** Ids in one statement. */
const atOnce = 1_000
const mostRemembered = 50_000

type Table = 'tokens' | 'credentials'

/**
 * When secrets were last used, to the minute. Written in bundles: after a broker's restart ten thousand devices come
 * back at once, and each would cost a sync of the disk. Nothing depends on it, so nothing waits for it or fails with it.
 */
export class LastUses {
  readonly #core: Core
  /** When an id was last noted, oldest first. */
  readonly #noted = new Map<string, number>()
  #waiting: Record<Table, Set<string>> = { tokens: new Set(), credentials: new Set() }
  #cancel: (() => void) | undefined

  constructor(core: Core) {
    this.#core = core
  }

  note(table: Table, id: string): void {
    const now = this.#core.clock.now()
    if (now - (this.#noted.get(id) ?? Number.NEGATIVE_INFINITY) < minuteMs) return
    this.#remember(id, now)
    this.#waiting[table].add(id)
    this.#cancel ??= this.#core.clock.after(flushAfterMs, () => void this.flush())
  }

  /** Writes what waits; what cannot be written is forgotten. */
  async flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    const { tokens, credentials } = this.#waiting
    this.#waiting = { tokens: new Set(), credentials: new Set() }
    try {
      await this.#write('tokens', [...tokens])
      await this.#write('credentials', [...credentials])
    } catch {
      // The database is away; the next use is noted again.
    }
  }

  async #write(table: Table, ids: string[]): Promise<void> {
    const last_used_at = this.#core.clock.now()
    for (let at = 0; at < ids.length; at += atOnce) {
      const bundle = ids.slice(at, at + atOnce)
      await this.#core.read(db =>
        db.updateTable(table).set({ last_used_at }).where('id', 'in', bundle).execute(),
      )
    }
  }

  #remember(id: string, now: number): void {
    this.#noted.delete(id)
    this.#noted.set(id, now)
    for (const oldest of this.#noted.keys()) {
      if (this.#noted.size <= mostRemembered) return
      this.#noted.delete(oldest)
    }
  }
}
