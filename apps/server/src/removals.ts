import type { Ledger } from '@ohmstead/ledger'
import type { Clock } from '@ohmstead/model'
import type { Registry, Removal } from '@ohmstead/registry'
import type { ReadingStore } from '@ohmstead/telemetry'
import type { Logger } from 'pino'

const retryMs = 30_000

export interface RemovalParts {
  readonly registry: Pick<Registry, 'removals'>
  readonly store: Pick<ReadingStore, 'select' | 'remove'>
  readonly ledger: Pick<Ledger, 'remove'>
  /** Alerts and events of it go too. */
  readonly forget: (site: string, device: string | undefined) => void
  /** Resolves when everything that was taken in before is in the store: nothing of it may come after the deletion. */
  readonly taken: () => Promise<void>
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Deletes readings and energy of removed sites and devices. The registry has noted each removal, so that a failure or the
 * end of the process only puts it off: it is tried again, after the next start too.
 */
export class Removals implements AsyncDisposable {
  readonly #parts: RemovalParts
  #sweeping: Promise<void> | undefined
  /** Something was removed while a sweep was under way. */
  #again = false
  #cancel = () => {}
  #closed = false

  constructor(parts: RemovalParts) {
    this.#parts = parts
  }

  /** Deletes what is noted; comes back at once. */
  sweep(): void {
    if (this.#closed) return
    this.#again = true
    this.#sweeping ??= this.#run().finally(() => (this.#sweeping = undefined))
  }

  /** Resolves when nothing is being deleted, at the latest after `withinMs`. */
  async settled(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#parts.clock.after(withinMs, resolve)
    await Promise.race([this.#sweeping, promise])
    cancel()
  }

  async #run(): Promise<void> {
    this.#cancel()
    const { registry, clock, log } = this.#parts
    try {
      while (this.#again && !this.#closed) {
        this.#again = false
        for (const removal of await registry.removals.pending()) {
          if (this.#closed) return
          await this.#delete(removal)
        }
      }
    } catch (err) {
      log.error({ err }, 'what was removed could not be deleted yet; it is tried again')
      if (!this.#closed) this.#cancel = clock.after(retryMs, () => this.sweep())
    }
  }

  async #delete({ id, site, device }: Removal): Promise<void> {
    const { registry, store, ledger, forget, taken, log } = this.#parts
    await taken()
    await store.remove(store.select({ site, ...(device === null ? {} : { devices: [device] }) }))
    await ledger.remove(site, device ?? undefined)
    forget(site, device ?? undefined)
    await registry.removals.done(id)
    log.info({ site, device }, 'readings and energy of what was removed are deleted')
  }

  /** A deletion in hand is finished. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancel()
    await this.#sweeping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
