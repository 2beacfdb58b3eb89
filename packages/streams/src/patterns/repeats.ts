import type { Event, Value } from '../engine/event.ts'
import { keyOf } from '../expressions/operators.ts'
import { plus } from '../time/period.ts'
import { Node, type Parent, type PlanOf, type Surroundings, type Tags } from './node.ts'

/** Begins its part anew whenever that turns true or false. */
export class EveryNode extends Node implements Parent {
  readonly plan: PlanOf<'every'> | PlanOf<'everyDistinct'>
  /** What is being looked for, each with the keys that were seen on its way. */
  readonly children = new Map<Node, Seen>()
  tags: Tags = []
  starting: Node | null = null
  constructor(plan: EveryNode['plan'], parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    this.tags = tags
    this.spawn(new Map())
  }
  spawn(seen: Seen): void {
    const child = this.part(this.plan.of, this)
    this.children.set(child, seen)
    const outer = this.starting
    this.starting = child
    child.start(this.tags)
    this.starting = outer
  }
  /** A filter and a schedule go on by themselves; anything else is begun anew beside what is left of it. */
  get goesOn(): boolean {
    const { kind } = this.plan.of
    return kind === 'filter' || kind === 'schedule'
  }
  matched(from: Node, tags: Tags, ended: boolean): void {
    const seen = this.children.get(from)
    if (seen === undefined) return
    if (ended) this.children.delete(from)
    // What is true as soon as it starts would start for ever.
    if (!this.goesOn && this.starting !== from) this.spawn(seen)
    if (this.isFresh(tags, seen)) this.parent.matched(this, tags, false)
  }
  isFresh(_tags: Tags, _seen: Seen): boolean {
    return true
  }
  failed(from: Node): void {
    this.children.delete(from)
    if (this.starting !== from) this.spawn(new Map())
  }
  override quit(): void {
    for (const child of this.children.keys()) child.quit()
    this.children.clear()
    super.quit()
  }
  override holds(events: ReadonlySet<Event>): boolean {
    for (const [child, seen] of [...this.children])
      if (child.holds(events)) {
        child.quit()
        this.children.delete(child)
        this.spawn(seen)
      }
    return false
  }
}

/** When each key was seen. */
type Seen = Map<Value, number>

export class EveryDistinctNode extends EveryNode {
  override isFresh(tags: Tags, seen: Seen): boolean {
    const { keys, expires } = this.plan as PlanOf<'everyDistinct'>
    const { runtime, cx } = this.at
    const { now } = runtime.scheduler
    const key = keyOf(keys.map(fn => fn(tags, cx)))
    const before = seen.get(key)
    const span = expires?.(tags, cx)
    if (before !== undefined && !(span && plus(before, span, runtime.zone) <= now)) return false
    if (span) this.forget(seen, at => plus(at, span, runtime.zone) <= now)
    // Set anew, so that the oldest stay in front.
    seen.delete(key)
    seen.set(key, now)
    cx.held(before === undefined ? 1 : 0)
    return true
  }

  forget(seen: Seen, isOver: (at: number) => boolean): void {
    for (const [key, at] of seen) {
      if (!isOver(at)) return
      seen.delete(key)
      this.at.cx.held(-1)
    }
  }
}

/** `[n:m] x until y`: what matches is gathered in lists. */
export class RepeatNode extends Node implements Parent {
  readonly plan: PlanOf<'repeat'>
  child: Node | null = null
  until: Node | null = null
  tags: Tags = []
  lists: Event[][] = []
  count = 0
  low = 0
  high = Infinity
  done = false
  constructor(plan: PlanOf<'repeat'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    const { low, high, until } = this.plan
    this.tags = tags
    this.lists = this.plan.lists.map(() => [])
    this.low = (low?.(tags, this.at.cx) as number | null | undefined) ?? 0
    this.high = (high?.(tags, this.at.cx) as number | null | undefined) ?? Infinity
    this.spawn()
    if (until && !this.done) {
      this.until = this.part(until, this)
      this.until.start(tags)
    }
  }
  spawn(): void {
    this.child = this.part(this.plan.of, this)
    this.child.start(this.tags)
  }
  matched(from: Node, tags: Tags, ended: boolean): void {
    if (this.done) return
    if (from === this.until) {
      this.finish(tags, ended)
      return
    }
    this.plan.lists.forEach((slot, i) => {
      const event = tags[slot]
      if (event !== null && event !== undefined) this.lists[i].push(event as Event)
    })
    this.count++
    if (ended) this.child = null
    if (this.count >= this.high) this.success(this.tags)
    else if (ended) this.spawn()
  }
  finish(tags: Tags, ended: boolean): void {
    if (ended) this.until = null
    if (this.count >= this.low) this.success(tags)
    else {
      this.end()
      this.parent.failed(this)
    }
  }
  success(tags: Tags): void {
    const made = [...tags]
    this.plan.lists.forEach((slot, i) => {
      made[slot] = this.lists[i].length === 0 ? null : this.lists[i]
    })
    this.end()
    this.parent.matched(this, made, true)
  }
  failed(from: Node): void {
    if (this.done) return
    if (from === this.until) {
      this.until = null
      return
    }
    this.child = null
    this.end()
    this.parent.failed(this)
  }
  end(): void {
    this.done = true
    this.child?.quit()
    this.until?.quit()
    this.child = null
    this.until = null
    super.quit()
  }
  override quit(): void {
    if (!this.done) this.end()
  }
}
