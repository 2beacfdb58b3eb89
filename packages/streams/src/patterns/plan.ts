import type { EventType } from '../engine/event.ts'
import type { FilterPlan } from '../engine/filters.ts'
import type { SpanFn } from '../expressions/periods.ts'
import type { Fn } from '../expressions/scope.ts'
import type { ContainedPlan } from '../select/contained.ts'
import type { Cron } from '../time/cron.ts'
import type { Span } from '../time/period.ts'

/** A pattern, compiled; what happens is in nodes.ts. Tags stand in slots from 1; slot 0 is the event a filter looks at. */
export type PatternNode =
  | {
      readonly kind: 'filter'
      readonly type: string
      readonly filter: FilterPlan
      /** What is taken out of the event: then one after the other is looked at. */
      readonly contained: readonly ContainedPlan[]
      readonly slot: number
      readonly level: number
    }
  | { readonly kind: 'every'; readonly of: PatternNode }
  | {
      readonly kind: 'everyDistinct'
      readonly of: PatternNode
      readonly keys: readonly Fn[]
      readonly expires: SpanFn | undefined
    }
  | { readonly kind: 'not'; readonly of: PatternNode }
  | { readonly kind: 'and'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'or'; readonly of: readonly PatternNode[] }
  | {
      readonly kind: 'followed'
      readonly of: readonly PatternNode[]
      readonly max: readonly (Fn | undefined)[]
    }
  | {
      readonly kind: 'repeat'
      readonly of: PatternNode
      readonly until: PatternNode | undefined
      readonly low: Fn | undefined
      readonly high: Fn | undefined
      /** Slots of tags within: they become lists. */
      readonly lists: readonly number[]
    }
  | { readonly kind: 'interval'; readonly span: SpanFn }
  | { readonly kind: 'at'; readonly cron: Cron }
  | { readonly kind: 'schedule'; readonly schedule: SchedulePlan }
  | { readonly kind: 'within'; readonly of: PatternNode; readonly span: SpanFn; readonly max: Fn | undefined }
  | { readonly kind: 'while'; readonly of: PatternNode; readonly condition: Fn }

/** `timer:schedule`: `times` is how often, missing for ever. */
export interface SchedulePlan {
  readonly date: number | undefined
  readonly span: Span | undefined
  readonly times: number | undefined
}

export interface PatternPlan {
  readonly root: PatternNode
  /** One field per tag. */
  readonly type: EventType
  /** For each field the slot of its tag. */
  readonly slots: readonly number[]
  readonly width: number
  readonly suppressOverlaps: boolean
  readonly discardPartials: boolean
}
