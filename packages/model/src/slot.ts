import type { Instant } from './clock.ts'
import type { DeviceId, SiteId } from './ids.ts'

/** 15 minutes. Slots begin at multiples of it, UTC. */
export const slotMs = 900_000

/** How the energy of a slot came to be known. `missing`: it is not known. */
export const qualities = ['measured', 'interpolated', 'estimated', 'recovered', 'edited', 'missing'] as const
export type Quality = (typeof qualities)[number]

/** What a slot's energy was computed from. */
export const slotSources = ['none', 'counter', 'power', 'interval', 'virtual', 'edit'] as const
export type SlotSource = (typeof slotSources)[number]

/** 15 minutes of energy of one meter. Energies are whole milliwatt-hours; null is unknown, never zero. */
export interface Slot {
  readonly start: Instant
  readonly importMilliWh: number | null
  readonly exportMilliWh: number | null
  /** Share of the slot that readings account for, 0–1. */
  readonly coverage: number
  readonly quality: Quality
  readonly source: SlotSource
  /** 0 when first written, one more each time its energy or quality changes. */
  readonly revision: number
}

/** What a slot was, what it is, and why it changed. */
export interface Revision {
  readonly site: SiteId
  readonly device: DeviceId
  readonly start: Instant
  readonly before: Slot | null
  readonly after: Slot
  readonly cause: RevisionCause
  readonly time: Instant
  /** The person or token behind an edit; null for the ledger itself. */
  readonly who: string | null
}

export type RevisionCause = 'late-reading' | 'corrected-reading' | 'edit' | 'undo' | 'rule' | 'recompute'
