import { type Instant, slotMs } from '@ohmstead/model'
import type { Range } from './columns.ts'
import { dayFloor, dayMs } from './dayBlock.ts'
import { type EditBody, meterEdits } from './edits.ts'
import type { Loaded } from './loader.ts'
import { Merge, touched, type Use, type Why } from './merge.ts'
import type { LedgerOptions } from './options.ts'
import { MeterReader, type ReadSlots } from './reader.ts'
import { slotCeil } from './slotEnergy.ts'
import type { Pending, SlotStore } from './slotStore.ts'

export interface RebuildProgress {
  /** Everything up to here is done. */
  readonly upTo: Instant
  readonly points: number
}

export interface RebuildOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RebuildProgress) => void
}

export interface Rebuilt {
  readonly slots: number
  readonly points: number
  /** Slots that are not what they were. */
  readonly changed: number
}

/** Work on one meter between two yields stays near this many readings: a few milliseconds. */
const pointsPerTurn = 100_000
const mostDaysPerTurn = 32
/** A flash card lives longer when the day of a live meter is not written every second. */
const saveMs = 30_000
/** Readings of a clock that runs ahead more than this are not looked at. */
const aheadMs = 86_400_000

/** Computes slots again, out of readings, edits and rules, and lays them over the stored ones. One at a time: see Turns. */
export class Rebuilder implements Disposable {
  readonly #options: LedgerOptions
  readonly #store: SlotStore
  #cancelSave: (() => void) | null = null

  constructor(options: LedgerOptions, store: SlotStore) {
    this.#options = options
    this.#store = store
  }

  /** Does what an edit or a rule asked for, and takes it off the record. */
  async finish(pending: Pending): Promise<Rebuilt> {
    const { site, device, from, to, cause, who, id } = pending
    const also = this.#undoneBodies(site, device)
    const done = await this.around(site, device, { from, to }, { cause, who }, { also })
    this.#store.flush()
    this.#store.removePending(id)
    return done
  }

  /** The edits as if none had been undone: what an undone edit had changed, its undoing can change. */
  #undoneBodies(site: string, device: string): EditBody[] {
    return this.#store.edits(site, device).map(edit => edit.body)
  }

  /**
   * Rebuilds what readings or an edit in `range`, both ends inclusive, can have changed.
   * @param also edits under which the change reaches at least as far
   */
  async around(
    site: string,
    device: string,
    range: Range,
    why: Why,
    { loaded, also }: { loaded?: Map<number, Loaded>; also?: readonly EditBody[] },
  ): Promise<Rebuilt> {
    const reader = this.reader(site, device, { loaded })
    const isMeter = reader.isMeter || this.#store.meter(site, device) !== undefined
    if (why === touched && !isMeter) return { slots: 0, points: 0, changed: 0 }
    let affected = await reader.affected(range)
    if (also) {
      const other = await this.reader(site, device, { bodies: also }).affected(range)
      affected = { from: Math.min(affected.from, other.from), to: Math.max(affected.to, other.to) }
    }
    return this.range(site, device, affected, why, { loaded })
  }

  /** Computes the slots of a range of whole slots, chunk by chunk, so that others get their turn between. */
  async range(
    site: string,
    device: string,
    range: Range,
    why: Why,
    { signal, onProgress, loaded }: RebuildOptions & { loaded?: Map<number, Loaded> } = {},
  ): Promise<Rebuilt> {
    const reader = this.reader(site, device, { loaded })
    const before = this.#store.meter(site, device)
    const done = { slots: 0, points: 0, changed: 0 }
    let days = 1
    let from = Math.max(range.from, this.computableFrom(site))
    while (from < range.to) {
      signal?.throwIfAborted()
      const to = Math.min(range.to, dayFloor(from) + days * dayMs)
      const read = await reader.slots({ from, to })
      done.changed += this.#write(site, device, read, { why, before })
      done.slots += read.slots.length
      done.points += read.points
      onProgress?.({ upTo: to, points: done.points })
      const wanted = (days * pointsPerTurn) / Math.max(1, read.points)
      days = Math.min(mostDaysPerTurn, 2 * days, Math.max(1, Math.floor(wanted)))
      from = to
      if (from < range.to) await new Promise<void>(resolve => setImmediate(resolve))
    }
    return done
  }

  /** Before this, readings are no longer kept (or what comes before them is not): slots stay as they are. */
  computableFrom(site: string): Instant {
    const kept = this.#options.directory.readingsFrom?.(site) ?? null
    return kept === null ? Number.NEGATIVE_INFINITY : slotCeil(kept) + dayMs
  }

  /** @param bodies edits to read under; default: those in force */
  reader(
    site: string,
    device: string,
    { bodies, loaded }: { bodies?: readonly EditBody[]; loaded?: Map<number, Loaded> } = {},
  ): MeterReader {
    const { directory, source, clock } = this.#options
    const facts = directory.device(site, device)
    const modulus = facts?.counterModulusWh ?? null
    return new MeterReader(
      source,
      directory.series(site, device),
      {
        rules: {
          ratedPowerW: facts?.ratedPowerW ?? null,
          counterModulusMilliWh: modulus === null ? null : Math.round(modulus * 1000),
        },
        edits: meterEdits(bodies ?? this.activeBodies(site, device)),
        zone: directory.zone(site),
        latest: clock.now() + aheadMs,
      },
      loaded,
    )
  }

  /** Edits of a device that are in force. */
  activeBodies(site: string, device: string): EditBody[] {
    const edits = this.#store.edits(site, device)
    return edits.filter(edit => edit.undone === null).map(edit => edit.body)
  }

  /** Lays computed slots over the stored ones; answers how many changed. */
  #write(
    site: string,
    device: string,
    read: ReadSlots,
    { why, before }: { why: Why; before: Use | undefined },
  ): number {
    const { slots, settledUntil } = read
    const row = this.#store.meter(site, device)
    const range = { from: slots.first, to: slots.first + slots.length * slotMs }
    const stored = new Map(row ? this.#store.days(row.id, range).map(day => [day.start, day]) : [])
    const merge = new Merge(site, device, { now: row, before }, this.#options.clock.now(), why)
    for (let day = dayFloor(range.from); day < range.to; day += dayMs) {
      merge.day(stored.get(day) ?? null, day, slots, settledUntil)
    }
    const changes = merge.done()
    if (changes.days.length > 0) {
      this.#store.write(site, device, changes)
      this.#saveSoon()
      this.#options.onSlots?.({ site, device, ...range, settled: merge.settled })
    }
    if (changes.revisions.length > 0) this.#options.onRevisions?.(changes.revisions)
    return merge.changed
  }

  /** Slots of live meters change all the time: they go to the file now and then, and whenever somebody relies on it. */
  #saveSoon(): void {
    if (this.#cancelSave || this.#store.unsaved === 0) return
    this.#cancelSave = this.#options.clock.after(saveMs, () => {
      this.#cancelSave = null
      try {
        this.#store.flush()
      } catch (error) {
        this.#options.onError?.(error, null)
        this.#saveSoon()
      }
    })
  }

  /** What waits in memory is not written by itself any more. */
  [Symbol.dispose](): void {
    this.#cancelSave?.()
  }
}
