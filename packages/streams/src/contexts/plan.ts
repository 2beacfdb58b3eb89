import type { FilterPlan } from '../engine/filters.ts'
import type { SpanFn } from '../expressions/periods.ts'
import type { Fn, Source } from '../expressions/scope.ts'
import type { PatternPlan } from '../patterns/plan.ts'
import type { Cron } from '../time/cron.ts'

/** When a partition begins or ends. */
export type Condition =
  | { readonly kind: 'now' }
  | {
      readonly kind: 'filter'
      readonly type: string
      readonly filter: FilterPlan
      readonly alias: string | undefined
    }
  | {
      readonly kind: 'pattern'
      readonly pattern: PatternPlan
      readonly now: boolean
      readonly inclusive: boolean
    }
  | { readonly kind: 'cron'; readonly cron: Cron; readonly now: boolean }
  | { readonly kind: 'after'; readonly span: SpanFn; readonly now: boolean }

export interface KeySource {
  readonly type: string
  readonly filter: FilterPlan
  readonly keys: readonly Fn[]
  readonly alias: string | undefined
}

export type LevelPlan =
  | {
      readonly kind: 'keyed'
      readonly sources: readonly KeySource[]
      readonly initiated: readonly Condition[]
      readonly end: Condition | undefined
    }
  | {
      readonly kind: 'category'
      readonly labels: readonly { readonly label: string; readonly condition: Fn }[]
    }
  | { readonly kind: 'hash'; readonly granularity: number }
  | {
      readonly kind: 'interval'
      readonly overlapping: boolean
      readonly distinct: readonly Fn[]
      readonly start: Condition
      readonly end: Condition | undefined
    }

/** One level of a context; nested contexts have several. */
export interface ContextLevel {
  readonly name: string
  readonly plan: LevelPlan
  /** Aliases of events that start a partition; end conditions may name them. */
  readonly aliases: readonly Source[]
}

export interface ContextPlan {
  readonly kind: 'context'
  readonly name: string
  readonly levels: readonly ContextLevel[]
}
