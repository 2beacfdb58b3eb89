import type { Event } from '../engine/event.ts'
import type { Fn } from '../expressions/scope.ts'
import { plus, type Span } from '../time/period.ts'
import { type Host, none, Queue, TimedView, View } from './view.ts'

/** `#time(p)`: each event leaves p after it came. */
export class Time extends TimedView {
  readonly span: Span
  readonly queue = new Queue<Event>()
  readonly dues = new Queue<number>()
  constructor(host: Host, span: Span) {
    super(host)
    this.span = span
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    const due = plus(this.host.scheduler.now, this.span, this.host.zone)
    for (const event of added) {
      this.queue.push(event)
      this.dues.push(due)
    }
    const gone = removed.length === 0 ? none : removed.filter(event => this.take(event))
    this.host.held(added.length - gone.length)
    if (this.timer === null && this.queue.size > 0) this.arm(this.dues.first!)
    this.next.update(added, gone)
  }

  take(event: Event): boolean {
    const place = this.queue.remove(event)
    if (place >= 0) this.dues.removeAt(place)
    return place >= 0
  }

  onTime(now: number): void {
    this.timer = null
    const gone: Event[] = []
    while (this.queue.size > 0 && this.dues.first! <= now) {
      gone.push(this.queue.shift())
      this.dues.shift()
    }
    if (this.queue.size > 0) this.arm(this.dues.first!)
    if (gone.length === 0) return
    this.host.held(-gone.length)
    this.next.update(none, gone)
  }

  contents(): readonly Event[] {
    return this.queue.toArray()
  }
}

/** `#ext_timed(ts, p)`: driven by the events' own timestamps alone. */
export class ExtTimed extends View {
  readonly plan: { readonly stamp: Fn; readonly span: Span }
  readonly queue = new Queue<Event>()
  constructor(host: Host, plan: { readonly stamp: Fn; readonly span: Span }) {
    super(host)
    this.plan = plan
  }

  stampOf(event: Event): number {
    return this.plan.stamp([event], this.host.cx) as number
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone: Event[] = removed.filter(event => this.queue.remove(event) >= 0)
    for (const event of added) {
      const oldest = plus(this.stampOf(event), this.plan.span, this.host.zone, -1)
      while (this.queue.size > 0 && this.stampOf(this.queue.first!) <= oldest) gone.push(this.queue.shift())
      this.queue.push(event)
    }
    this.host.held(added.length - gone.length)
    this.next.update(added, gone)
  }

  contents(): readonly Event[] {
    return this.queue.toArray()
  }
}

/** `#time_accum(p)`: all leave together when nothing has come for p. */
export class TimeAccum extends TimedView {
  readonly span: Span
  events: Event[] = []
  constructor(host: Host, span: Span) {
    super(host)
    this.span = span
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone = removed.filter(event => this.events.includes(event))
    if (gone.length > 0) this.events = this.events.filter(event => !gone.includes(event))
    this.events.push(...added)
    this.host.held(added.length - gone.length)
    if (added.length > 0) this.arm(plus(this.host.scheduler.now, this.span, this.host.zone))
    if (this.events.length === 0) this.disarm()
    this.next.update(added, gone)
  }

  onTime(): void {
    this.timer = null
    const gone = this.events
    this.events = []
    this.host.held(-gone.length)
    if (gone.length > 0) this.next.update(none, gone)
  }

  contents(): readonly Event[] {
    return this.events
  }
}

/** `#firsttime(p)`: what came in the first p. */
export class FirstTime extends View {
  readonly until: number
  readonly events = new Set<Event>()
  constructor(host: Host, span: Span) {
    super(host)
    this.until = plus(host.scheduler.now, span, host.zone)
  }
  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone = removed.filter(event => this.events.delete(event))
    const taken = this.host.scheduler.now < this.until ? added : none
    for (const event of taken) this.events.add(event)
    this.host.held(taken.length - gone.length)
    if (taken.length > 0 || gone.length > 0) this.next.update(taken, gone)
  }
  contents(): readonly Event[] {
    return [...this.events]
  }
}

/** `#time_order(ts, p)` and `#timetolive(at)`: sorted by when they leave. */
export class TimeOrder extends TimedView {
  readonly plan: { readonly stamp: Fn; readonly span: Span }
  events: Event[] = []
  dues: number[] = []
  constructor(host: Host, plan: { readonly stamp: Fn; readonly span: Span }) {
    super(host)
    this.plan = plan
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone: Event[] = removed.filter(event => this.take(event))
    const { now } = this.host.scheduler
    for (const event of added) {
      const due = plus(this.plan.stamp([event], this.host.cx) as number, this.plan.span, this.host.zone)
      if (due <= now) gone.push(event)
      else this.put(event, due)
    }
    this.host.held(added.length - gone.length)
    this.rearm()
    this.next.update(added, gone)
  }

  put(event: Event, due: number): void {
    let at = this.dues.length
    while (at > 0 && this.dues[at - 1] > due) at--
    this.events.splice(at, 0, event)
    this.dues.splice(at, 0, due)
  }

  take(event: Event): boolean {
    const at = this.events.indexOf(event)
    if (at < 0) return false
    this.events.splice(at, 1)
    this.dues.splice(at, 1)
    return true
  }

  rearm(): void {
    if (this.dues.length === 0) this.disarm()
    else if (this.timer?.due !== this.dues[0]) this.arm(this.dues[0])
  }

  onTime(now: number): void {
    this.timer = null
    let count = 0
    while (count < this.dues.length && this.dues[count] <= now) count++
    const gone = this.events.splice(0, count)
    this.dues.splice(0, count)
    this.host.held(-gone.length)
    this.rearm()
    if (gone.length > 0) this.next.update(none, gone)
  }

  contents(): readonly Event[] {
    return this.events
  }

  override rows(): readonly Event[] {
    return this.events.toReversed()
  }
}
