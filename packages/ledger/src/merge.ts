import {
  type DeviceId,
  type Instant,
  type Revision,
  type RevisionCause,
  type SiteId,
  type Slot,
  slotMs,
} from '@ohmstead/model'
import { DayBlock, slotsPerDay } from './dayBlock.ts'
import type { SlotColumns } from './meter.ts'
import type { DayChanges, MeterRow } from './slotStore.ts'

/** Who or what made a rebuild necessary. `touch`: readings came. */
export interface Why {
  readonly cause: RevisionCause | 'touch'
  readonly who: string | null
}

export const touched: Why = { cause: 'touch', who: null }

/** A meter's first and last slot with energy; nothing while it has none. */
export type Use = Pick<MeterRow, 'first' | 'last'>

/** Computed slots against stored ones, day by day. */
export class Merge {
  readonly #site: string
  readonly #device: string
  readonly #inUse: Use | undefined
  readonly #now: Instant
  readonly #why: Why
  readonly #days: DayBlock[] = []
  readonly #revised: { start: Instant; before: Slot | null; after: Slot }[] = []
  #first: number
  #last: number
  /** Readings more (or fewer) than before. */
  #moreReadings = 0
  changed = 0
  /** Slots that became final, or changed though they were: oldest first. */
  readonly settled: Slot[] = []

  /** @param use now, and before the rebuild began: a past laid beneath it was never missing */
  constructor(
    site: string,
    device: string,
    use: { now: Use | undefined; before: Use | undefined },
    now: Instant,
    why: Why,
  ) {
    this.#site = site
    this.#device = device
    this.#inUse = use.before
    this.#now = now
    this.#why = why
    this.#first = use.now?.first ?? Number.POSITIVE_INFINITY
    this.#last = use.now?.last ?? Number.NEGATIVE_INFINITY
  }

  day(stored: DayBlock | null, start: Instant, slots: SlotColumns, settledUntil: Instant): void {
    const block = stored ?? DayBlock.empty(start)
    // A day without a row between days that have one was an outage: what comes for it is late.
    const { first, last } = this.#inUse ?? {}
    const wasOutage = !stored && first != null && start > first && start < last!
    if (wasOutage) block.final.fill(1)
    let dirty = false
    const offset = Math.round((start - slots.first) / slotMs)
    for (let k = Math.max(0, -offset); k < slotsPerDay && offset + k < slots.length; k++) {
      const before = this.changed
      if (this.#slot(block, k, slots, offset + k, stored !== null || wasOutage)) dirty = true
      const isNew = block.final[k] === 0 && start + (k + 1) * slotMs <= settledUntil
      if (isNew) {
        block.final[k] = 1
        dirty = true
      }
      if (isNew || (block.final[k] === 1 && this.changed > before)) this.settled.push(block.slot(k))
    }
    if (dirty && (stored || !block.isEmpty)) this.#days.push(block)
  }

  #slot(block: DayBlock, k: number, slots: SlotColumns, i: number, wasThere: boolean): boolean {
    const start = block.start + k * slotMs
    if (slots.coveredMs[i]! > 0) {
      this.#first = Math.min(this.#first, start)
      this.#last = Math.max(this.#last, start)
    }
    const more = slots.samples[i]! - block.samples[k]!
    this.#moreReadings += Math.abs(more)
    if (block.same(k, slots, i)) {
      block.samples[k] = slots.samples[i]!
      return more !== 0
    }
    this.changed++
    const isRevision = this.#why.cause !== 'touch' || block.final[k] === 1
    const before = wasThere ? block.slot(k) : null
    if (isRevision && wasThere) block.revision[k]!++
    block.set(k, slots, i)
    if (isRevision && (wasThere || this.#why.who !== null))
      this.#revised.push({ start, before, after: block.slot(k) })
    return true
  }

  done(): DayChanges {
    const { cause, who } = this.#why
    const named = cause !== 'touch' ? cause : this.#moreReadings > 0 ? 'late-reading' : 'corrected-reading'
    const revisions: Revision[] = this.#revised.map(({ start, before, after }) => ({
      site: this.#site as SiteId,
      device: this.#device as DeviceId,
      start,
      before,
      after,
      cause: named,
      time: this.#now,
      who,
    }))
    const finite = (at: number) => (Number.isFinite(at) ? at : null)
    return { days: this.#days, revisions, first: finite(this.#first), last: finite(this.#last) }
  }
}
