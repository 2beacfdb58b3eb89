import type { Cx } from '../engine/context.ts'
import type { Value } from '../engine/event.ts'
import type { Fn, Slots } from '../expressions/scope.ts'

/** How one aggregate of a statement is computed; shared by all its groups. */
export interface AggregatePlan {
  readonly args: readonly Fn[]
  readonly filter?: Fn
  readonly distinct: boolean
  /** Whether rows ever leave. */
  readonly sliding: boolean
  /** A number known when compiled: the percentile, the n of `nth`. */
  readonly parameter?: number
  /** Keys of `group_by:(…)`, when not those of the statement. */
  readonly localKeys?: readonly Fn[]
  readonly make: (plan: AggregatePlan) => Aggregate
  /** Of `sorted` and its kin: which keys go down. */
  readonly descending?: readonly boolean[]
  /** What tells it from others in the same statement. */
  readonly text: string
}

/** One aggregate of one group. */
export abstract class Aggregate {
  readonly plan: AggregatePlan
  constructor(plan: AggregatePlan) {
    this.plan = plan
  }
  abstract enter(slots: Slots, cx: Cx): void
  abstract leave(slots: Slots, cx: Cx): void
  abstract value(): Value
}

/** Over the values of one expression: the filter, nulls and repeats are dealt with here. */
export abstract class ValueAggregate extends Aggregate {
  seen: Map<Value, number> | undefined

  constructor(plan: AggregatePlan) {
    super(plan)
    if (plan.distinct) this.seen = new Map()
  }

  enter(slots: Slots, cx: Cx): void {
    const { filter, args } = this.plan
    if (filter !== undefined && filter(slots, cx) !== true) return
    const value = args[0](slots, cx)
    if (value === null) return
    if (this.seen !== undefined && !this.first(value, cx)) return
    this.add(value, cx)
  }

  leave(slots: Slots, cx: Cx): void {
    const { filter, args } = this.plan
    if (filter !== undefined && filter(slots, cx) !== true) return
    const value = args[0](slots, cx)
    if (value === null) return
    if (this.seen !== undefined && !this.lastOne(value)) return
    this.remove(value)
  }

  first(value: Value, cx: Cx): boolean {
    const count = this.seen!.get(value) ?? 0
    this.seen!.set(value, count + 1)
    // What a window holds is counted by it.
    if (count === 0 && !this.plan.sliding) cx.held(1)
    return count === 0
  }

  lastOne(value: Value): boolean {
    const count = this.seen!.get(value) ?? 0
    if (count > 1) this.seen!.set(value, count - 1)
    else this.seen!.delete(value)
    return count === 1
  }

  abstract add(value: Value, cx: Cx): void
  abstract remove(value: Value): void
}
