import type { Instant, Revision, RevisionCause } from '@ohmstead/model'
import type { Range } from './columns.ts'
import type { DayBlock } from './dayBlock.ts'
import type { Edit, NewEdit } from './edits.ts'
import type { VirtualMeter } from './virtual.ts'

/** A meter as the store knows it. `first` and `last` are the starts of its first and last slot with any energy. */
export interface MeterRow {
  readonly id: number
  readonly site: string
  readonly device: string
  readonly first: Instant | null
  readonly last: Instant | null
}

export interface RevisionQuery {
  readonly site: string
  readonly device?: string
  /** Slots in [from, to). */
  readonly from?: Instant
  readonly to?: Instant
  /** Only revisions with a smaller id: the cursor of the page before. */
  readonly before?: number
  readonly limit?: number
}

export interface StoredRevision extends Revision {
  readonly id: number
}

/** A rebuild that an edit or a rule asked for; it is on record until it is done, whatever happens to the process. */
export interface NewPending extends Range {
  readonly site: string
  readonly device: string
  readonly cause: RevisionCause
  readonly who: string | null
}

export interface Pending extends NewPending {
  readonly id: number
}

export interface SavedEdit {
  readonly saved: Edit
  readonly pending: Pending
}

/** What one rebuild leaves. */
export interface DayChanges {
  readonly days: readonly DayBlock[]
  readonly revisions: readonly Revision[]
  readonly first: Instant | null
  readonly last: Instant | null
}

export interface Counts {
  readonly meters: number
  readonly days: number
  readonly revisions: number
  readonly edits: number
  readonly virtualMeters: number
}

/**
 * Where the ledger keeps its slots, edits, revisions and virtual meters. Slots can be computed again, edits cannot:
 * an edit is durable when `addEdit` returns, slots when `sync` does.
 */
export interface SlotStore extends Disposable {
  meter(site: string, device: string): MeterRow | undefined
  meters(site: string): MeterRow[]
  /** Blocks of days that overlap the range and hold anything, oldest first. */
  days(meter: number, range: Range): DayBlock[]
  /**
   * Takes days, revisions and the meter's extent. Days alone may wait in memory for `flush`; revisions are written at once
   * and with them everything that waits, all or nothing; what cannot be written waits on. The blocks belong to the store from then on.
   */
  write(site: string, device: string, changes: DayChanges): void
  revisions(query: RevisionQuery): StoredRevision[]
  addEdit(edit: NewEdit, who: string, time: Instant): SavedEdit
  /** Undefined when there is none or it is undone already. */
  undoEdit(site: string, id: number, who: string, time: Instant): SavedEdit | undefined
  /** Oldest first, undone ones too. */
  edits(site: string, device?: string): Edit[]
  edit(site: string, id: number): Edit | undefined
  addPending(pending: NewPending): Pending
  removePending(id: number): void
  pending(): Pending[]
  virtualMeters(site: string): VirtualMeter[]
  putVirtualMeter(site: string, meter: VirtualMeter): void
  removeVirtualMeter(site: string, id: string): boolean
  /** Forgets slots, edits and revisions of a device, or of a whole site. */
  remove(site: string, device?: string): void
  /** Days that wait in memory. */
  readonly unsaved: number
  /** Writes what waits. */
  flush(): void
  /** Writes what waits and makes all of it durable. */
  sync(): void
  counts(): Counts
}
