export type { Range, Samples } from './columns.ts'
export { type Verdict, verdicts } from './counters.ts'
export type { MeterDirectory, MeterFacts } from './directory.ts'
export type { Edit, EditBody, NewEdit, PerDirection } from './edits.ts'
export type { EnergyAnswer, EnergyBucket, EnergyGroup, EnergyQuery, Group } from './energy.ts'
export * from './errors.ts'
export {
  Ledger,
  type LedgerOptions,
  type Preview,
  type RebuildProgress,
  type Rebuilt,
  type SlotsWritten,
  type Sums,
} from './ledger.ts'
export type { ReadingSource } from './reader.ts'
export type { Counts, RevisionQuery, SlotStore, StoredRevision } from './slotStore.ts'
export { bearsEnergy } from './sources.ts'
export { openSqliteSlotStore } from './sqliteSlotStore.ts'
export type { VirtualMeter } from './virtual.ts'
