import type { Event, Value } from '../engine/event.ts'
import type { Receiver, Subscription } from '../engine/filters.ts'
import type { Timed, Timer } from '../engine/scheduler.ts'
import type { Slots } from '../expressions/scope.ts'
import { PatternRun, type PatternTarget } from '../patterns/run.ts'
import { InstanceCx } from '../select/cx.ts'
import { nextTime } from '../time/cron.ts'
import { plus } from '../time/period.ts'
import type { Partition } from './partition.ts'
import type { Condition, KeySource } from './plan.ts'
import type { LevelRun } from './run.ts'

/** Ends come before starts, and both before any statement. */
export const endOrder = -2
export const startOrder = -1
const lastOrder = Number.MAX_SAFE_INTEGER

type Happened = (own: Map<string, Value>, event: Event | null) => void

/** Waits for a condition. */
export class Watch implements Receiver, Timed, PatternTarget {
  readonly condition: Condition
  readonly run: LevelRun
  readonly around: Partition | null
  readonly order: number
  readonly happened: Happened
  readonly cx: InstanceCx
  subscription: Subscription | null = null
  timer: Timer | null = null
  pattern: PatternRun | null = null

  constructor(
    condition: Condition,
    run: LevelRun,
    around: Partition | null,
    order: number,
    happened: Happened,
  ) {
    this.condition = condition
    this.run = run
    this.around = around
    this.order = order
    this.happened = happened
    this.cx = new InstanceCx(run.context.runtime, around)
  }

  get known(): Slots {
    return this.around && this.order === endOrder ? this.around.known : [null]
  }

  /** The event that ends a partition is still counted in it when the context is nested, as in Esper. */
  get isInnerEnd(): boolean {
    return this.order === endOrder && this.run.depth > 0
  }

  start(event: Event | null): void {
    const { condition, cx } = this
    const { runtime } = this.run.context
    switch (condition.kind) {
      case 'filter':
        this.subscription = runtime.subscribe({
          type: condition.type,
          plan: condition.filter,
          order: this.isInnerEnd ? lastOrder : this.order,
          owner: null,
          receiver: this,
          cx,
          known: this.known,
          early: !this.isInnerEnd,
        })
        if (event?.type.isA(condition.type) && this.subscription.passes(event, -1)) this.receive(event)
        return
      case 'cron':
        this.arm(nextTime(condition.cron, runtime.scheduler.now))
        return
      case 'after': {
        const span = condition.span(this.known, cx)
        if (span) this.arm(plus(runtime.scheduler.now, span, runtime.zone))
        return
      }
      case 'pattern':
        this.pattern = new PatternRun(
          condition.pattern,
          { runtime, order: this.order, cx, owner: this.run, partition: this.around, early: true },
          this,
        )
        this.pattern.start(this.known)
        return
      case 'now':
    }
  }

  arm(due: number | undefined): void {
    // An end that a clock brings is known from the start.
    if (due !== undefined && this.order === endOrder) this.around?.own.set('endTime', due)
    if (due !== undefined) this.timer = this.run.context.runtime.scheduler.at(due, this.order, this)
  }

  onTime(): void {
    this.timer = null
    if (this.condition.kind === 'cron' && this.order === startOrder)
      this.arm(nextTime(this.condition.cron, this.run.context.runtime.scheduler.now))
    this.happened(new Map(), null)
  }

  receive(event: Event): void {
    const { alias } = this.condition as Condition & { kind: 'filter' }
    this.happened(alias === undefined ? new Map() : new Map([[alias, event]]), event)
  }

  receiveAll(events: readonly Event[]): void {
    for (const match of events)
      this.happened(new Map(match.type.fields.map(({ name }, i) => [name, match.values[i]])), null)
  }

  stop(): void {
    if (this.subscription) this.run.context.runtime.unsubscribe(this.subscription)
    this.subscription = null
    this.timer?.cancel()
    this.timer = null
    this.pattern?.stop()
    this.pattern = null
  }
}

/** Waits for new keys. */
export class KeyWatch implements Receiver {
  readonly run: LevelRun
  readonly source: KeySource
  readonly alias: string | undefined
  subscription: Subscription | null = null
  constructor(run: LevelRun, source: KeySource, alias: string | undefined) {
    this.run = run
    this.source = source
    this.alias = alias
  }

  subscribe(type: string, plan: KeySource['filter'], event: Event | null): void {
    const { cx, context } = this.run
    this.subscription = context.runtime.subscribe({
      type,
      plan,
      order: startOrder,
      owner: null,
      receiver: this,
      cx,
      early: true,
    })
    if (event?.type.isA(type) && this.subscription.passes(event, -1)) this.receive(event)
  }

  receive(event: Event): void {
    this.run.enterKeyed(
      this.source.keys.map(key => key([event], this.run.cx)),
      this.alias,
      event,
    )
  }

  stop(): void {
    if (this.subscription) this.run.context.runtime.unsubscribe(this.subscription)
    this.subscription = null
  }
}
