export type { Range, Samples } from './columns.ts'
export { type Verdict, verdicts } from './counters.ts'
export type { MeterDirectory, MeterFacts } from './directory.ts'
export type { Edit, EditBody, NewEdit, PerDirection } from './edits.ts'
export type { EnergyAnswer, EnergyBucket, EnergyGroup, EnergyQuery, Group } from './energy.ts'
export * from './errors.ts'
export type { SeriesEvidence, StepEvidence } from './evidence.ts'
export {
  type Explanation,
  Ledger,
  type LedgerOptions,
  type RebuildOptions,
  type RebuildProgress,
  type Rebuilt,
  type SlotsWritten,
} from './ledger.ts'
export type { ReadingSource } from './loader.ts'
export type { Counts, RevisionQuery, SlotStore, StoredRevision } from './slotStore.ts'
export { bearsEnergy } from './sources.ts'
export { openSqliteSlotStore } from './sqliteSlotStore.ts'
export type { VirtualMeter } from './virtual.ts'
