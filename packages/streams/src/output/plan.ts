import type { Cx } from '../engine/context.ts'
import type { Fn } from '../expressions/scope.ts'
import type { Cron } from '../time/cron.ts'
import type { Span } from '../time/period.ts'

export type Keep = 'default' | 'all' | 'first' | 'last' | 'snapshot'

export interface OutputPlan {
  readonly keep: Keep
  readonly every?: { readonly span: Span } | { readonly events: Fn }
  readonly cron?: Cron
  readonly when?: {
    readonly condition: Fn
    readonly set: (cx: Cx) => void
    /** What the condition reads: it is looked at again when one of them changes. */
    readonly variables: readonly string[]
  }
  readonly terminated?: { readonly condition: Fn | undefined; readonly set: (cx: Cx) => void }
  readonly after?: { readonly span: Span } | { readonly events: number }
  /** Time counts from the beginning: tables tell of no change that it could count from. */
  readonly atOnce: boolean
  /** Place in `cx.parts` of the counts that `when` may name. */
  readonly counts?: number
}
