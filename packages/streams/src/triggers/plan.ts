import type { EventType } from '../engine/event.ts'
import type { Fn } from '../expressions/scope.ts'
import type { ContainedPlan } from '../select/contained.ts'
import type { PartPlan } from '../select/parts.ts'
import type { InsertPlan, StreamPlan } from '../select/plan.ts'
import type { RowPlan } from '../select/rows.ts'

/** Slots while a trigger's expressions are evaluated: 0 the triggering event, 1 the row, 2 the row as it was. */
export interface Assign {
  /** Place in the row. */
  readonly place: number
  /** Only this place of the list that stands there. */
  readonly index: Fn | undefined
  readonly value: Fn
}

export type MergeStep =
  | {
      readonly kind: 'insert'
      readonly insert: InsertPlan
      readonly own: boolean
      readonly type: EventType
      readonly columns: readonly Fn[]
      readonly where: Fn | undefined
    }
  | { readonly kind: 'update'; readonly set: readonly Assign[]; readonly where: Fn | undefined }
  | { readonly kind: 'delete'; readonly where: Fn | undefined }

export interface MergeBranchPlan {
  readonly matched: boolean
  readonly condition: Fn | undefined
  readonly steps: readonly MergeStep[]
}

export type TriggerAction =
  | {
      readonly kind: 'select'
      readonly window: string
      readonly filter: Fn | undefined
      readonly where: Fn | undefined
      readonly rows: RowPlan
      readonly insert: InsertPlan | undefined
      readonly remove: boolean
    }
  | { readonly kind: 'delete'; readonly window: string; readonly where: Fn | undefined }
  | {
      readonly kind: 'update'
      readonly window: string
      readonly where: Fn | undefined
      readonly set: readonly Assign[]
    }
  | {
      readonly kind: 'merge'
      readonly window: string
      readonly where: Fn | undefined
      readonly branches: readonly MergeBranchPlan[]
    }
  | {
      readonly kind: 'set'
      readonly set: readonly { readonly name: string; readonly index: Fn | undefined; readonly value: Fn }[]
      readonly type: EventType
    }
  | {
      readonly kind: 'split'
      readonly all: boolean
      readonly branches: readonly {
        /** What is taken out of the event first. */
        readonly contained: readonly ContainedPlan[]
        readonly where: Fn | undefined
        readonly type: EventType
        readonly columns: readonly Fn[] | undefined
        readonly insert: InsertPlan
      }[]
    }

export interface TriggerPlan {
  readonly kind: 'trigger'
  readonly stream: StreamPlan
  readonly action: TriggerAction
  readonly parts: readonly PartPlan[]
}

/** `update istream`: events of a type are changed before anybody sees them. */
export interface UpdatePlan {
  readonly kind: 'update'
  readonly type: EventType
  readonly where: Fn | undefined
  readonly set: readonly Assign[]
}
