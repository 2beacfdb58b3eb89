import type { Clock, Revision, Slot } from '@ohmstead/model'
import type { Range } from './columns.ts'
import type { MeterDirectory } from './directory.ts'
import type { ReadingSource } from './loader.ts'

export interface LedgerOptions {
  /** The ledger's file, or `:memory:`. */
  readonly file: string
  readonly source: ReadingSource
  readonly directory: MeterDirectory
  readonly clock: Clock
  /** Told after the change is in the file. */
  readonly onRevisions?: (revisions: readonly Revision[]) => void
  /** Told whenever slots of [from, to) were written, revised or new. */
  readonly onSlots?: (change: SlotsWritten) => void
  /** Told of a failed rebuild of a meter, or null: of a failed write of what waits. Both are tried again. */
  readonly onError?: (error: unknown, meter: { site: string; device: string } | null) => void
  /** How long touched ranges gather before they are rebuilt. ms */
  readonly gatherMs?: number
}

export interface SlotsWritten extends Range {
  readonly site: string
  readonly device: string
  /** Those of them that have become final, or have changed though they were: oldest first. */
  readonly settled: readonly Slot[]
}
