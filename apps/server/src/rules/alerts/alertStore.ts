import type { Instant, Severity } from '@ohmstead/model'
import type { Said, SaidKind } from '../edges.ts'
import type { ReplayNotes } from '../replays.ts'

/** Something that a person has to know: raised, acknowledged, cleared. */
export interface Alert {
  readonly id: string
  readonly site: string
  readonly rule: string
  readonly version: number
  readonly key: string
  readonly device: string | null
  readonly severity: Severity
  /** The rule's sentence when it was raised. */
  readonly sentence: string
  readonly raisedAt: Instant
  readonly acknowledgedAt: Instant | null
  readonly acknowledgedBy: string | null
  readonly clearedAt: Instant | null
  /** `rule`: it is over · `person` · `changed`: the rule was changed, switched off or removed · `revised`: late readings told otherwise. */
  readonly clearedBy: 'rule' | 'person' | 'changed' | 'revised' | null
  readonly row: Readonly<Record<string, unknown>>
}

/** A `Said` as it is kept: `seq` grows by one, in the order in which things became known. */
export interface Kept extends Said {
  readonly seq: number
  readonly recordedAt: Instant
  /** Late readings told otherwise. */
  readonly retracted: boolean
}

/** What a call has changed, for those who publish it. */
export interface Changes {
  readonly said: readonly Kept[]
  readonly alerts: readonly Alert[]
}

/** The end of an alert that did not come from the rule's rows. */
export interface Ending {
  readonly key: string
  readonly time: Instant
}

/** Of the rule whose rows are recorded. */
export interface RuleOfRecord {
  readonly site: string
  readonly rule: string
  /** Of its state: grows also with what it looks at. */
  readonly version: number
  readonly severity: Severity | null
  readonly sentence: string
}

/** Up to where the rows of a rule are recorded, and of which version. */
export interface Cursor {
  readonly version: number
  readonly through: Instant
}

export interface AlertFilter {
  readonly open?: boolean
  readonly rule?: string
  readonly key?: string
  /** Raised before. */
  readonly before?: Instant
  readonly limit?: number
}

export interface SaidFilter {
  readonly kind?: SaidKind
  readonly rule?: string
  readonly device?: string
  /** `known`: by `seq`; `time`: by the time of the data. */
  readonly order?: 'known' | 'time'
  /** Those that come after this `seq` in the order. */
  readonly before?: number
  readonly limit?: number
}

/** What may be forgotten. */
export interface Pruning {
  /** What was recorded before, is of a time before, and was over before. At least a rule's memory for late readings ago. */
  readonly before: Instant
  /** Up to here the bus was told. */
  readonly told: number
  /** Webhooks there are, and up to where each was told what its rule said. */
  readonly hooks: readonly {
    readonly reader: string
    readonly site: string
    readonly rule: string
    readonly seq: number
  }[]
  /** Where to go on: 0, then what the last call has answered. */
  readonly from: number
}

/** What rules said, and the alerts that follow from it. Every method is one transaction: all of it or nothing. */
export interface AlertStore extends Disposable, ReplayNotes {
  cursor(site: string, rule: string): Cursor | undefined
  /** Adds what is not known yet, and moves the cursor. */
  record(of: RuleOfRecord, said: readonly Said[], through: Instant): Changes
  /** What was said after `from` was judged again: what is missing is added, what no longer follows is taken back. */
  revise(of: RuleOfRecord, said: readonly Said[], from: Instant, through: Instant): Changes
  /** What a rule had open at a moment. */
  openAt(site: string, rule: string, at: Instant): Map<string, Instant>
  /** What was ended after `after` by others than the rule, oldest first. */
  endings(site: string, rule: string, after: Instant): Ending[]
  /** Ends all that a rule, or one of its earlier versions, has open but for the keys in `keep`; forgets its cursor when it is gone. */
  end(
    site: string,
    rule: string,
    options: { at: Instant; keep?: ReadonlySet<string>; gone: boolean },
  ): Changes
  alert(site: string, id: string): Alert | undefined
  /** Newest first. */
  alerts(site: string, options?: AlertFilter): Alert[]
  acknowledge(site: string, id: string, by: string, at: Instant): Alert | undefined
  /** By a person. */
  clear(site: string, id: string, at: Instant): Changes
  /** Newest first, as `order` says. */
  said(site: string, options?: SaidFilter): Kept[]
  lastSaid(site: string, rule: string): Instant | null
  /** Those after `seq` of a rule or of all, oldest first. */
  after(seq: number, options?: { site: string; rule: string }, limit?: number): Kept[]
  readonly lastSeq: number
  /** Where a reader of `after` stands; `ifAbsent` is kept when it is new. */
  position(reader: string, ifAbsent: number): number
  move(reader: string, seq: number): void
  forget(site: string, device?: string): void
  openCount(): number
  /**
   * Forgets a bounded part of what is over; never an open alert, nor what was said of one. @returns where to go on, null at the end
   */
  prune(what: Pruning): number | null
}
