import type { EventType } from '../engine/event.ts'
import type { FilterPlan } from '../engine/filters.ts'
import type { Fn } from '../expressions/scope.ts'
import type { JoinPlan } from '../join/join.ts'
import type { StreamSelector } from '../language/ast.ts'
import type { OutputPlan } from '../output/plan.ts'
import type { PatternPlan } from '../patterns/plan.ts'
import type { RecognizePlan } from '../recognize/recognizer.ts'
import type { WindowPlan } from '../windows/compile.ts'
import type { ContainedPlan } from './contained.ts'
import type { PartPlan } from './parts.ts'
import type { RowPlan } from './rows.ts'

export type SourcePlan =
  | {
      readonly kind: 'type'
      readonly type: EventType
      readonly filter: FilterPlan
      /** `Bill[items]`: what to take out of its events. */
      readonly contained: readonly ContainedPlan[]
    }
  | { readonly kind: 'pattern'; readonly pattern: PatternPlan }
  | { readonly kind: 'window'; readonly name: string; readonly filter: Fn | undefined }
  | { readonly kind: 'table'; readonly name: string; readonly filter: Fn | undefined }

export interface StreamPlan {
  readonly source: SourcePlan
  readonly windows: WindowPlan
  readonly unidirectional: boolean
}

export interface InsertPlan {
  readonly type: EventType
  /** For each field of the target where its value comes from, or -1. */
  readonly from: readonly number[]
  readonly selector: StreamSelector
}

/** A select, compiled: what every partition's instance shares. */
export interface SelectPlan {
  readonly kind: 'select'
  readonly streams: readonly StreamPlan[]
  readonly join: JoinPlan | undefined
  readonly where: Fn | undefined
  readonly rows: RowPlan
  readonly output: OutputPlan | undefined
  readonly parts: readonly PartPlan[]
  readonly priors: ReadonlyMap<number, number>
  readonly selector: StreamSelector
  readonly insert: InsertPlan | undefined
  readonly recognize: RecognizePlan | undefined
  readonly into: IntoPlan | undefined
}

/** `into table`: which columns of a table hold the aggregates. */
export interface IntoPlan {
  readonly table: string
  /** Table place of each aggregate. */
  readonly columns: readonly { readonly place: number; readonly aggregate: number }[]
}
