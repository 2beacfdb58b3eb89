import type { Event } from '../engine/event.ts'
import type { Fn } from '../expressions/scope.ts'
import { nextOnGrid, plus, type Span } from '../time/period.ts'
import { type Host, none, TimedView, takeOut, View } from './view.ts'

export interface BatchFlags {
  readonly force: boolean
  readonly eager: boolean
}

/** `#time_batch(p)`: tumbling on a grid that begins with the first event, or at `reference`. */
export class TimeBatch extends TimedView {
  readonly plan: { readonly span: Span; readonly reference?: number; readonly flags: BatchFlags }
  current: Event[] = []
  last: readonly Event[] = none
  grid: number | null = null
  constructor(host: Host, plan: TimeBatch['plan']) {
    super(host)
    this.plan = plan
    if (plan.flags.eager) this.armNext()
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    this.host.held(-takeOut(this.current, removed))
    if (added.length === 0) return
    this.host.held(added.length)
    if (this.timer === null) this.armNext()
    for (const event of added) this.current.push(event)
  }

  armNext(): void {
    const { now } = this.host.scheduler
    this.grid ??= this.plan.reference ?? now
    this.arm(nextOnGrid(this.grid, this.plan.span, now, this.host.zone))
  }

  onTime(): void {
    this.timer = null
    const { current, last } = this
    const { flags } = this.plan
    this.host.held(-last.length)
    this.last = current
    this.current = []
    const busy = current.length > 0 || last.length > 0
    if (busy || flags.force) this.next.update(current, last)
    if (busy || flags.force || flags.eager) this.armNext()
  }

  contents(): readonly Event[] {
    return this.current
  }
  override rows(event: Event): readonly Event[] {
    return this.last.includes(event) ? this.last : this.current
  }
  override get relative(): boolean {
    return true
  }
}

/** `#time_length_batch(p, n)`: n events or p after the last batch, whichever is first. */
export class TimeLengthBatch extends TimedView {
  readonly plan: { readonly span: Span; readonly size: number; readonly flags: BatchFlags }
  current: Event[] = []
  last: readonly Event[] = none
  constructor(host: Host, plan: TimeLengthBatch['plan']) {
    super(host)
    this.plan = plan
    if (plan.flags.eager) this.armNext()
  }

  armNext(): void {
    this.arm(plus(this.host.scheduler.now, this.plan.span, this.host.zone))
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    this.host.held(-takeOut(this.current, removed))
    this.host.held(added.length)
    for (const event of added) {
      if (this.timer === null) this.armNext()
      this.current.push(event)
      if (this.current.length >= this.plan.size) this.release()
    }
  }

  onTime(): void {
    this.timer = null
    this.release()
  }

  release(): void {
    const { current, last } = this
    const { flags } = this.plan
    this.disarm()
    this.host.held(-last.length)
    this.last = current
    this.current = []
    const busy = current.length > 0 || last.length > 0
    if (busy || flags.force) this.next.update(current, last)
    if (busy || flags.force || flags.eager) this.armNext()
  }

  contents(): readonly Event[] {
    return this.current
  }
  override rows(event: Event): readonly Event[] {
    return this.last.includes(event) ? this.last : this.current
  }
  override get relative(): boolean {
    return true
  }
}

/** `#ext_timed_batch(ts, p)`: tumbling by the events' own timestamps. */
export class ExtTimedBatch extends View {
  readonly plan: { readonly stamp: Fn; readonly span: Span; readonly reference?: number }
  current: Event[] = []
  last: readonly Event[] = none
  grid: number | null = null
  end = 0
  constructor(host: Host, plan: ExtTimedBatch['plan']) {
    super(host)
    this.plan = plan
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    this.host.held(-takeOut(this.current, removed))
    this.host.held(added.length)
    for (const event of added) this.take(event)
  }

  take(event: Event): void {
    const stamp = this.plan.stamp([event], this.host.cx) as number
    if (this.current.length > 0 && stamp >= this.end) this.release()
    if (this.current.length === 0) {
      this.grid ??= this.plan.reference ?? stamp
      this.end = nextOnGrid(this.grid, this.plan.span, stamp, this.host.zone)
    }
    this.current.push(event)
  }

  release(): void {
    const { current, last } = this
    this.host.held(-last.length)
    this.last = current
    this.current = []
    this.next.update(current, last)
  }

  contents(): readonly Event[] {
    return this.current
  }
  override rows(event: Event): readonly Event[] {
    return this.last.includes(event) ? this.last : this.current
  }
  override get relative(): boolean {
    return true
  }
}
