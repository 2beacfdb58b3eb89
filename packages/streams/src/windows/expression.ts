import type { Aggregate, AggregatePlan } from '../aggregates/aggregate.ts'
import { Event, type EventType } from '../engine/event.ts'
import { VariableWatch } from '../engine/watch.ts'
import type { Fn } from '../expressions/scope.ts'
import { type Host, none, View } from './view.ts'

export interface ExpressionPlan {
  readonly condition: Fn
  readonly aggregates: readonly AggregatePlan[]
  /** current_count, expired_count, newest_timestamp, oldest_timestamp, newest_event, oldest_event */
  readonly builtins: EventType
  /** `#expr_batch`: whether the event that completes a batch is part of it. */
  readonly include: boolean
  /** What the condition reads besides events: it is looked at again when one of them changes. */
  readonly variables: readonly string[]
}

/** What both windows keep: events with their arrival times, and aggregates of them. */
abstract class ConditionView extends View {
  readonly plan: ExpressionPlan
  events: Event[] = []
  times: number[] = []
  aggregates: Aggregate[]
  readonly watch: VariableWatch | null
  constructor(host: Host, plan: ExpressionPlan) {
    super(host)
    this.plan = plan
    this.aggregates = plan.aggregates.map(aggregate => aggregate.make(aggregate))
    this.watch =
      plan.variables.length === 0
        ? null
        : new VariableWatch(host.cx.runtime, plan.variables, host.order, () => this.again())
  }

  /** A variable has changed. */
  abstract again(): void

  override stop(): void {
    this.watch?.stop()
  }

  enter(event: Event): void {
    this.events.push(event)
    this.times.push(this.host.scheduler.now)
    for (const aggregate of this.aggregates) aggregate.enter([event], this.host.cx)
  }

  drop(at: number): Event {
    const [event] = this.events.splice(at, 1)
    this.times.splice(at, 1)
    for (const aggregate of this.aggregates) aggregate.leave([event], this.host.cx)
    return event
  }

  /** The condition; properties are those of the newest event. */
  holds(expired: number): boolean {
    const { events, times, host } = this
    const newest = events.at(-1) ?? null
    const builtins = new Event(this.plan.builtins, [
      events.length,
      expired,
      times.at(-1) ?? null,
      times[0] ?? null,
      newest,
      events[0] ?? null,
    ])
    const { cx } = host
    const before = cx.aggregates
    cx.aggregates = this.aggregates
    const result = this.plan.condition([newest, builtins], cx)
    cx.aggregates = before
    return result === true
  }

  contents(): readonly Event[] {
    return this.events
  }
}

/** `#expr(condition)`: while it does not hold, the oldest leaves. */
export class ExpressionWindow extends ConditionView {
  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone: Event[] = []
    for (const event of removed) {
      const at = this.events.indexOf(event)
      if (at >= 0) gone.push(this.drop(at))
    }
    for (const event of added) {
      this.enter(event)
      gone.push(...this.expired())
    }
    this.host.held(added.length - gone.length)
    this.next.update(added, gone)
  }

  again(): void {
    const gone = this.expired()
    this.host.held(-gone.length)
    if (gone.length > 0) this.next.update(none, gone)
  }

  expired(): Event[] {
    const gone: Event[] = []
    while (this.events.length > 0 && !this.holds(gone.length)) gone.push(this.drop(0))
    return gone
  }
}

/** `#expr_batch(condition)`: when it holds, the batch is delivered. */
export class ExpressionBatch extends ConditionView {
  last: readonly Event[] = none

  update(added: readonly Event[], removed: readonly Event[]): void {
    for (const event of removed) {
      const at = this.events.indexOf(event)
      if (at >= 0) this.drop(at)
    }
    this.host.held(added.length)
    for (const event of added) {
      this.enter(event)
      if (this.holds(0)) this.release()
    }
  }

  again(): void {
    if (this.events.length > 0 && this.holds(0)) this.release()
  }

  release(): void {
    const carried = this.plan.include ? undefined : this.events.at(-1)
    const batch = carried ? this.events.slice(0, -1) : this.events
    const { last } = this
    this.events = []
    this.times = []
    this.aggregates = this.plan.aggregates.map(aggregate => aggregate.make(aggregate))
    if (carried) this.enter(carried)
    this.last = batch
    this.host.held(-last.length)
    if (batch.length > 0 || last.length > 0) this.next.update(batch, last)
  }

  override rows(event: Event): readonly Event[] {
    return this.last.includes(event) ? this.last : this.events
  }
  override get relative(): boolean {
    return true
  }
}
