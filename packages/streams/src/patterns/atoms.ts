import type { Event } from '../engine/event.ts'
import type { Receiver, Subscription } from '../engine/filters.ts'
import type { Timed, Timer } from '../engine/scheduler.ts'
import { within } from '../select/contained.ts'
import { nextTime } from '../time/cron.ts'
import { plus } from '../time/period.ts'
import { holdsAny, Node, type Parent, type PlanOf, type Surroundings, type Tags } from './node.ts'

/** `tag=Type(filter)`: the next event that passes. */
export class FilterNode extends Node implements Receiver {
  readonly plan: PlanOf<'filter'>
  subscription: Subscription | null = null
  tags: Tags = []
  constructor(plan: PlanOf<'filter'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    const { runtime, order, cx, owner, early } = this.at
    this.tags = tags
    this.subscription = runtime.subscribe({
      type: this.plan.type,
      plan: this.plan.filter,
      order,
      owner,
      receiver: this,
      cx,
      known: tags,
      level: this.plan.level,
      early,
    })
  }
  receive(event: Event): void {
    if (this.plan.contained.length === 0) this.found(event)
    else
      for (const one of within(this.plan.contained, event, this.at.cx))
        if (this.subscription !== null) this.found(one)
  }
  found(event: Event): void {
    const tags = [...this.tags]
    if (this.plan.slot > 0) tags[this.plan.slot] = event
    // Right under `every` it is not begun anew: it goes on listening.
    const ended = this.parent.goesOn !== true
    if (ended) this.quit()
    this.parent.matched(this, tags, ended)
  }
  override quit(): void {
    if (this.subscription === null) return
    this.at.runtime.unsubscribe(this.subscription)
    this.subscription = null
    super.quit()
  }
  override holds(events: ReadonlySet<Event>): boolean {
    return holdsAny(this.tags, events)
  }
}

/** Timers of all kinds. */
export class TimerNode extends Node implements Timed {
  readonly plan: PlanOf<'interval'> | PlanOf<'at'> | PlanOf<'schedule'>
  timer: Timer | null = null
  tags: Tags = []
  left = Infinity
  constructor(plan: TimerNode['plan'], parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    this.tags = tags
    if (this.plan.kind === 'schedule') this.startSchedule(this.plan)
    else this.arm(this.due())
  }
  due(): number | undefined {
    const { runtime, cx } = this.at
    const { now } = runtime.scheduler
    if (this.plan.kind === 'at') return nextTime(this.plan.cron, now)
    if (this.plan.kind !== 'interval') return undefined
    const span = this.plan.span(this.tags, cx)
    return span === null ? undefined : plus(now, span, runtime.zone)
  }
  startSchedule({ schedule }: PlanOf<'schedule'>): void {
    const { scheduler, zone } = this.at.runtime
    const { date, span, times } = schedule
    this.left = times ?? Infinity
    let due = date ?? (span ? plus(scheduler.now, span, zone) : undefined)
    while (due !== undefined && due <= scheduler.now && span && this.left > 0) {
      due = plus(due, span, zone)
      this.left--
    }
    if (due !== undefined && due > scheduler.now && this.left > 0) this.arm(due)
  }
  arm(due: number | undefined): void {
    if (due !== undefined) this.timer = this.at.runtime.scheduler.at(due, this.at.order, this)
  }
  onTime(_now: number, timer: Timer): void {
    this.timer = null
    if (this.plan.kind === 'schedule' && this.plan.schedule.span && --this.left > 0) {
      this.arm(plus(timer.due, this.plan.schedule.span, this.at.runtime.zone))
      this.parent.matched(this, this.tags, false)
      return
    }
    super.quit()
    this.parent.matched(this, this.tags, true)
  }
  override quit(): void {
    this.timer?.cancel()
    this.timer = null
    super.quit()
  }
  override holds(events: ReadonlySet<Event>): boolean {
    return holdsAny(this.tags, events)
  }
}
