import { type Clock, type Instant, InvalidInput, type Slot, slotMs } from '@ohmstead/model'
import type { Range } from './columns.ts'
import { listSlots } from './comparison.ts'
import { DayBlock, dayFloor, slotsPerDay } from './dayBlock.ts'
import type { MeterDirectory } from './directory.ts'
import {
  bucketsOf,
  type EnergyAnswer,
  type EnergyQuery,
  groupsOf,
  type Part,
  type PartSlots,
  slotsOf,
  sumBuckets,
} from './energy.ts'
import { type SlotColumns, slotColumns } from './meter.ts'
import type { LedgerOptions } from './options.ts'
import { slotCeil } from './slotEnergy.ts'
import type { SlotStore } from './slotStore.ts'
import { combineMembers, termsOf, type VirtualMeter } from './virtual.ts'

const longestSlotList = 200_000

/** Questions about energy, answered from stored slots. */
export class Answers {
  readonly #store: SlotStore
  readonly #directory: MeterDirectory
  readonly #clock: Clock

  constructor({ directory, clock }: LedgerOptions, store: SlotStore) {
    this.#store = store
    this.#directory = directory
    this.#clock = clock
  }

  /** Devices of a site that have energy; virtual meters are not among them. */
  meters(site: string): string[] {
    return this.#store
      .meters(site)
      .filter(row => row.first !== null)
      .map(row => row.device)
      .sort()
  }

  /** Each slot that begins in [from, to) and has begun; unknown ones are `missing`. */
  slots(site: string, device: string, range: Range): Slot[] {
    const from = slotCeil(range.from)
    const to = Math.min(slotCeil(range.to), slotCeil(this.#clock.now() + 1))
    if (to - from > longestSlotList * slotMs)
      throw new InvalidInput('to', `more than ${longestSlotList} slots`)
    if (to <= from) return []
    const virtual = virtualById(this.#store, site)
    const meter = virtual.get(device)
    if (meter) return listSlots(this.#virtualSlots(site, meter, virtual, { from, to }))
    const row = this.#store.meter(site, device)
    const blocks = new Map(
      row ? this.#store.days(row.id, { from, to }).map(block => [block.start, block]) : [],
    )
    const slots: Slot[] = []
    for (let at = from; at < to; at += slotMs) {
      const day = dayFloor(at)
      let block = blocks.get(day)
      if (!block) blocks.set(day, (block = DayBlock.empty(day)))
      slots.push(block.slot((at - day) / slotMs))
    }
    return slots
  }

  /** Slots of [from, to) that only a late reading, an edit or a rule can change; those of which nothing is known are left out. */
  finalSlots(site: string, device: string, range: Range): Slot[] {
    const row = this.#store.meter(site, device)
    if (!row) return []
    const slots: Slot[] = []
    for (const block of this.#store.days(row.id, range))
      for (let k = 0; k < slotsPerDay; k++) {
        const start = block.start + k * slotMs
        if (start < range.from || start >= range.to || block.final[k] === 0) continue
        const slot = block.slot(k)
        if (slot.quality !== 'missing') slots.push(slot)
      }
    return slots
  }

  /**
   * Energy by bucket and group, in the site's calendar.
   * @throws InvalidInput for an unknown zone or too many buckets
   */
  energy(query: EnergyQuery): EnergyAnswer {
    const { site, by } = query
    const timezone = query.zone ?? this.#directory.zone(site)
    const buckets = bucketsOf(query, timezone)
    const range = slotsOf(buckets)
    const virtual = virtualById(this.#store, site)
    const wanted = query.devices ?? this.meters(site)
    const real = wanted.filter(device => !virtual.has(device))
    const groups = groupsOf(query, real, this.#directory)
    // A virtual meter is made of others: it stands for itself and is never added to anything.
    if (query.group === 'device') {
      for (const device of wanted) if (virtual.has(device)) groups.set(device, [{ device, sign: 1 }])
    }
    const now = this.#clock.now()
    return {
      by,
      timezone,
      groups: [...groups].map(([key, parts]) => ({
        key,
        buckets: sumBuckets(
          parts.map(part => this.#partSlots(site, part, virtual, range)),
          buckets,
          now,
        ),
      })),
    }
  }

  #partSlots(
    site: string,
    { device, sign }: Part,
    virtual: ReadonlyMap<string, VirtualMeter>,
    range: Range,
  ): PartSlots {
    const meter = virtual.get(device)
    if (meter)
      return {
        sign,
        slots: this.#virtualSlots(site, meter, virtual, range),
        ...this.#virtualExtent(site, meter, virtual),
      }
    return { sign, slots: this.#storedSlots(site, device, range), ...this.#extent(site, device) }
  }

  /** When a meter is expected to have energy: from its first on, up to its last once it is out of use. */
  #extent(site: string, device: string): { first: Instant; last: Instant } {
    const row = this.#store.meter(site, device)
    const inUse = this.#directory.device(site, device)?.enabled !== false
    return {
      first: row?.first ?? Number.POSITIVE_INFINITY,
      last: inUse ? Number.POSITIVE_INFINITY : (row?.last ?? Number.NEGATIVE_INFINITY),
    }
  }

  #virtualExtent(site: string, meter: VirtualMeter, virtual: ReadonlyMap<string, VirtualMeter>) {
    const extents = termsOf(meter, virtual).map(term => this.#extent(site, term.device))
    return {
      first: Math.min(...extents.map(extent => extent.first)),
      last: Math.max(...extents.map(extent => extent.last)),
    }
  }

  #virtualSlots(
    site: string,
    meter: VirtualMeter,
    virtual: ReadonlyMap<string, VirtualMeter>,
    range: Range,
  ): SlotColumns {
    const members = termsOf(meter, virtual).map(({ device, sign }) => ({
      sign,
      slots: this.#storedSlots(site, device, range),
      ...this.#extent(site, device),
    }))
    return combineMembers(members, range)
  }

  #storedSlots(site: string, device: string, range: Range): SlotColumns {
    const columns = slotColumns(range.from, Math.round((range.to - range.from) / slotMs))
    const row = this.#store.meter(site, device)
    if (row) for (const block of this.#store.days(row.id, range)) copyBlock(block, columns)
    return columns
  }
}

export function virtualById(store: SlotStore, site: string): Map<string, VirtualMeter> {
  return new Map(store.virtualMeters(site).map(meter => [meter.id, meter]))
}

function copyBlock(block: DayBlock, into: SlotColumns): void {
  const offset = Math.round((block.start - into.first) / slotMs)
  const from = Math.max(0, -offset)
  const to = Math.min(slotsPerDay, into.length - offset)
  if (to <= from) return
  for (const column of [
    'importMilliWh',
    'exportMilliWh',
    'coveredMs',
    'quality',
    'source',
    'samples',
  ] as const) {
    into[column].set(block[column].subarray(from, to), offset + from)
  }
}
