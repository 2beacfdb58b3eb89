import type { Instant } from '@ohmstead/model'
import { type Dirty, DirtyRanges } from './dirty.ts'
import { touched } from './merge.ts'
import type { LedgerOptions } from './options.ts'
import type { Rebuilder } from './rebuilder.ts'
import type { SlotStore } from './slotStore.ts'
import { Tails } from './tails.ts'
import type { Turns } from './turns.ts'

/** A meter whose rebuild took t rests for `restFactor` × t, so that the ledger never takes the machine from ingest. */
const restFactor = 20
const longestRestMs = 30_000
/** All rebuilds together: for one part of time at work, this many parts at rest. */
const shareFactor = 2
const retryMs = 5_000

/** Rebuilds meters whose readings changed: within seconds, and without ever taking the machine from ingest. */
export class Upkeep implements Disposable {
  readonly #options: LedgerOptions
  readonly #store: SlotStore
  readonly #turns: Turns
  readonly #rebuilder: Rebuilder
  readonly #dirty = new DirtyRanges()
  readonly #tails = new Tails()
  /** Meters whose slots may lack readings of before the start: nothing is said of them before they are rebuilt. */
  readonly #behind = new Set<string>()
  readonly #restUntil = new Map<string, Instant>()
  #cancelTimer: (() => void) | null = null
  #running = false

  constructor(options: LedgerOptions, store: SlotStore, turns: Turns, rebuilder: Rebuilder) {
    this.#options = options
    this.#store = store
    this.#turns = turns
    this.#rebuilder = rebuilder
  }

  /** Readings of a device were stored, the first at `from`, the last at `to`. Cheap; the rebuild comes within seconds. */
  touch(site: string, device: string, from: Instant, to: Instant): void {
    if (this.#turns.isClosed || !(to >= from)) return
    this.#markDirty(site, device, { from, to, since: this.#options.clock.now() })
    this.#wake(this.#options.gatherMs ?? 1000)
  }

  #markDirty(site: string, device: string, range: Dirty): void {
    const computedTo = this.#store.meter(site, device)?.last ?? Number.NEGATIVE_INFINITY
    this.#dirty.add(`${site}/${device}`, range, range.from < computedTo)
  }

  /** As `touch`, for what may not have been looked at before the start. */
  recover(site: string, device: string, from: Instant, to: Instant): void {
    if (this.#turns.isClosed || !(to >= from)) return
    this.#behind.add(`${site}/${device}`)
    this.touch(site, device, from, to)
  }

  /** Whether anything that was handed to `recover` is not rebuilt yet. */
  get isBehind(): boolean {
    return this.#behind.size > 0
  }

  /**
   * Resolves when all that was handed to `recover` is rebuilt, of all sites, of one, or of some of its devices.
   * @throws what the source of readings threw · whatever `signal` was aborted with
   */
  async recovered(
    of: { site?: string; devices?: readonly string[]; signal?: AbortSignal } = {},
  ): Promise<void> {
    for (const key of [...this.#behind]) {
      const { site, device } = meterOf(key)
      if (of.site !== undefined && of.site !== site) continue
      if (of.devices !== undefined && !of.devices.includes(device)) continue
      of.signal?.throwIfAborted()
      await this.#turns.run(async () => {
        if (this.#behind.has(key)) await this.#rebuildDirty(key)
      })
    }
  }

  #wake(delayMs: number): void {
    if (this.#cancelTimer || this.#running || this.#turns.isClosed) return
    this.#cancelTimer = this.#options.clock.after(delayMs, () => {
      this.#cancelTimer = null
      void this.#work()
    })
  }

  /** Rebuilds one dirty meter, rests, and goes on while there are others. */
  async #work(): Promise<void> {
    this.#running = true
    const { onError } = this.#options
    const key = this.#dirty.next(meter => this.#rested(meter))
    const started = performance.now()
    if (key !== undefined) {
      await this.#turns.run(() => this.#rebuildDirty(key)).catch(error => onError?.(error, meterOf(key)))
    }
    this.#running = false
    const gatherMs = this.#options.gatherMs ?? 1000
    if (this.#dirty.size > 0)
      this.#wake(key === undefined ? gatherMs : shareFactor * (performance.now() - started))
  }

  /**
   * Resolves when everything that was touched before the call is in the file, durably.
   * @param only this meter's
   * @throws what the source of readings threw
   */
  async settled(only?: { site: string; device: string }): Promise<void> {
    const wanted = only && `${only.site}/${only.device}`
    const failures: unknown[] = []
    // One meter that cannot be rebuilt does not keep the others from it.
    for (const key of this.#dirty.meters()) {
      if (wanted !== undefined && key !== wanted) continue
      await this.#turns.run(() => this.#rebuildDirty(key)).catch(error => failures.push(error))
    }
    await this.#turns.run(async () => this.#store.sync())
    if (failures.length > 0) throw failures[0]
  }

  async #rebuildDirty(key: string): Promise<void> {
    const ranges = this.#dirty.take(key)
    const { site, device } = meterOf(key)
    const started = performance.now()
    const loaded = this.#tails.take(key, Math.min(...ranges.map(range => range.from)))
    for (const [i, range] of ranges.entries()) {
      try {
        await this.#rebuilder.around(site, device, range, touched, { loaded })
      } catch (error) {
        for (const rest of ranges.slice(i)) this.#markDirty(site, device, rest)
        this.#restUntil.set(key, this.#options.clock.now() + retryMs)
        throw error
      }
    }
    this.#tails.keep(key, loaded)
    this.#behind.delete(key)
    const restMs = Math.min(longestRestMs, restFactor * (performance.now() - started))
    this.#restUntil.set(key, this.#options.clock.now() + restMs)
  }

  /** A rest that seems longer than any is of a clock that was set back. */
  #rested(meter: string): boolean {
    const leftMs = (this.#restUntil.get(meter) ?? 0) - this.#options.clock.now()
    return leftMs <= 0 || leftMs > Math.max(longestRestMs, retryMs)
  }

  /** How old the oldest touched range is that has not been rebuilt. ms */
  lag(): number {
    const oldest = this.#dirty.oldest()
    return oldest === undefined ? 0 : Math.max(0, this.#options.clock.now() - oldest)
  }

  /** Meters waiting for a rebuild. */
  get waiting(): number {
    return this.#dirty.size
  }

  /** Forgets what is known and to be done of a device, or of a whole site. */
  forget(site: string, device?: string): void {
    for (const key of this.#dirty.meters()) {
      const meter = meterOf(key)
      if (meter.site !== site || (device !== undefined && meter.device !== device)) continue
      this.#dirty.take(key)
      this.#behind.delete(key)
    }
    for (const row of this.#store.meters(site)) {
      if (device === undefined || row.device === device) this.#tails.forget(`${site}/${row.device}`)
    }
  }

  [Symbol.dispose](): void {
    this.#cancelTimer?.()
  }
}

function meterOf(key: string): { site: string; device: string } {
  const slash = key.indexOf('/')
  return { site: key.slice(0, slash), device: key.slice(slash + 1) }
}
