import type { Event, EventType } from '../engine/event.ts'
import type { Subscription } from '../engine/filters.ts'
import { unfiltered } from '../engine/filters.ts'
import type { Clock } from '../engine/scheduler.ts'
import { InstanceCx } from '../select/cx.ts'
import type { Env, Running } from '../select/instance.ts'
import { Entry } from '../select/listen.ts'
import type { WindowPlan } from '../windows/compile.ts'
import type { Chain } from '../windows/groups.ts'
import { type Host, none, type Sink } from '../windows/view.ts'

export interface NamedWindowPlan {
  readonly kind: 'window'
  readonly name: string
  readonly type: EventType
  readonly windows: WindowPlan
}

class Consumption {
  readonly window: NamedWindow
  readonly sink: Sink
  readonly order: number
  constructor(window: NamedWindow, sink: Sink, order: number) {
    this.window = window
    this.sink = sink
    this.order = order
  }
  stop(): void {
    this.window.consumers = this.window.consumers.filter(other => other !== this)
  }
}

/** `create window`: a window that many statements share. */
export class NamedWindow implements Running, Host, Sink {
  readonly plan: NamedWindowPlan
  readonly env: Env
  readonly cx: InstanceCx
  readonly chain: Chain
  readonly events = new Set<Event>()
  readonly subscription: Subscription
  consumers: readonly Consumption[] = []

  constructor(plan: NamedWindowPlan, env: Env) {
    this.plan = plan
    this.env = env
    this.cx = new InstanceCx(env.runtime, env.partition)
    this.chain = plan.windows.make(this, this)
    this.subscription = env.runtime.subscribe({
      type: plan.name,
      plan: unfiltered,
      order: env.order,
      owner: null,
      receiver: new Entry(this.chain.head),
      cx: this.cx,
    })
  }

  get scheduler(): Clock {
    return this.env.runtime.scheduler
  }
  get order(): number {
    return this.env.order
  }
  get zone(): string {
    return this.env.runtime.zone
  }
  held(change: number): void {
    this.cx.held(change)
  }

  consume(sink: Sink, order: number): { stop(): void } {
    const consumption = new Consumption(this, sink, order)
    this.consumers = [...this.consumers, consumption].sort((a, b) => a.order - b.order)
    return consumption
  }

  /** From its own window: what entered and what left. */
  update(added: readonly Event[], removed: readonly Event[]): void {
    if (!this.plan.windows.windowed) {
      for (const event of added) this.events.add(event)
      for (const event of removed) this.events.delete(event)
    }
    this.env.outlet.deliver(added, removed)
    for (const consumer of this.consumers) consumer.sink.update(added, removed)
  }

  contents(): readonly Event[] {
    return this.plan.windows.windowed ? this.chain.window!.contents() : [...this.events]
  }

  remove(events: readonly Event[]): void {
    if (events.length > 0) this.chain.head.update(none, events)
  }

  /** Old rows leave and new ones enter as one change. */
  replace(added: readonly Event[], removed: readonly Event[]): void {
    if (added.length > 0 || removed.length > 0) this.chain.head.update(added, removed)
  }

  iterate(): readonly Event[] {
    return this.contents()
  }
  terminate(): void {}
  stop(): void {
    this.env.runtime.unsubscribe(this.subscription)
    for (const view of this.chain.stops) view.stop()
    this.cx.release()
  }
}
