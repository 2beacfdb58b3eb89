import type { Event } from '../engine/event.ts'
import type { Timed, Timer } from '../engine/scheduler.ts'
import { plus } from '../time/period.ts'
import { Node, type Parent, type PlanOf, type Surroundings, type Tags } from './node.ts'

/** `x where timer:within(p)`, `timer:withinmax(p, n)`. */
export class WithinNode extends Node implements Parent, Timed {
  readonly plan: PlanOf<'within'>
  child: Node | null = null
  timer: Timer | null = null
  left = Infinity
  constructor(plan: PlanOf<'within'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    const { runtime, order, cx } = this.at
    const span = this.plan.span(tags, cx)
    if (span) this.timer = runtime.scheduler.at(plus(runtime.scheduler.now, span, runtime.zone), order, this)
    if (this.plan.max) this.left = this.plan.max(tags, cx) as number
    this.child = this.part(this.plan.of, this)
    this.child.start(tags)
  }
  onTime(): void {
    this.timer = null
    this.child?.quit()
    this.child = null
    super.quit()
    this.parent.failed(this)
  }
  matched(_from: Node, tags: Tags, ended: boolean): void {
    if (this.left-- <= 0) {
      if (!ended) this.child?.quit()
      this.end()
      this.parent.failed(this)
      return
    }
    if (ended) this.end()
    this.parent.matched(this, tags, ended)
  }
  failed(): void {
    this.end()
    this.parent.failed(this)
  }
  end(): void {
    this.timer?.cancel()
    this.timer = null
    this.child = null
    super.quit()
  }
  override quit(): void {
    this.child?.quit()
    this.end()
  }
  override holds(events: ReadonlySet<Event>): boolean {
    return this.child?.holds(events) ?? false
  }
}

/** `x while (condition)`. */
export class WhileNode extends Node implements Parent {
  readonly plan: PlanOf<'while'>
  child: Node | null = null
  constructor(plan: PlanOf<'while'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    this.child = this.part(this.plan.of, this)
    this.child.start(tags)
  }
  matched(_from: Node, tags: Tags, ended: boolean): void {
    if (this.plan.condition(tags, this.at.cx) !== true) {
      if (!ended) this.child?.quit()
      this.child = null
      super.quit()
      this.parent.failed(this)
      return
    }
    if (ended) {
      this.child = null
      super.quit()
    }
    this.parent.matched(this, tags, ended)
  }
  failed(): void {
    this.child = null
    super.quit()
    this.parent.failed(this)
  }
  override quit(): void {
    this.child?.quit()
    this.child = null
    super.quit()
  }
}
