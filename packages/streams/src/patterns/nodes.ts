import type { Cx, PartitionView } from '../engine/context.ts'
import type { Event, Value } from '../engine/event.ts'
import type { Owner, Receiver, Subscription } from '../engine/filters.ts'
import type { Runtime } from '../engine/runtime.ts'
import type { Timed, Timer } from '../engine/scheduler.ts'
import { keyOf } from '../expressions/operators.ts'
import type { Slots } from '../expressions/scope.ts'
import { nextTime } from '../time/cron.ts'
import { plus } from '../time/period.ts'
import type { PatternNode } from './plan.ts'

/** Events by tag so far; never changed, only copied. */
export type Tags = Slots

export interface Surroundings {
  readonly runtime: Runtime
  readonly order: number
  readonly cx: Cx
  readonly owner: Owner
  readonly partition: PartitionView | null
  /** Contexts see an event before the statements in them. */
  readonly early?: boolean
}

/** Who is told what becomes of a node. */
export interface Parent {
  /** @param ended the node is done and will say nothing more */
  matched(from: Node, tags: Tags, ended: boolean): void
  /** The node can no longer match; it is done. */
  failed(from: Node): void
}

type PlanOf<K extends PatternNode['kind']> = Extract<PatternNode, { kind: K }>

/** A part of a pattern that is being looked for. */
export abstract class Node {
  readonly parent: Parent
  readonly at: Surroundings
  constructor(parent: Parent, at: Surroundings) {
    this.parent = parent
    this.at = at
    at.runtime.held(1)
  }
  abstract start(tags: Tags): void
  /** Stops looking. */
  quit(): void {
    this.at.runtime.held(-1)
  }
  get isNot(): boolean {
    return false
  }
  /** Forgets partial matches that hold any of these events. @returns whether this node itself holds one */
  holds(_events: ReadonlySet<Event>): boolean {
    return false
  }
}

export function nodeFor(plan: PatternNode, parent: Parent, at: Surroundings): Node {
  switch (plan.kind) {
    case 'filter':
      return new FilterNode(plan, parent, at)
    case 'every':
      return new EveryNode(plan, parent, at)
    case 'everyDistinct':
      return new EveryDistinctNode(plan, parent, at)
    case 'not':
      return new NotNode(plan, parent, at)
    case 'and':
      return new AndNode(plan, parent, at)
    case 'or':
      return new OrNode(plan, parent, at)
    case 'followed':
      return new FollowedNode(plan, parent, at)
    case 'repeat':
      return new RepeatNode(plan, parent, at)
    case 'interval':
    case 'at':
    case 'schedule':
      return new TimerNode(plan, parent, at)
    case 'within':
      return new WithinNode(plan, parent, at)
    case 'while':
      return new WhileNode(plan, parent, at)
  }
}

class FilterNode extends Node implements Receiver {
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
    const tags = [...this.tags]
    if (this.plan.slot > 0) tags[this.plan.slot] = event
    // Right under `every` it is not begun anew: it goes on listening.
    const ended = !(this.parent instanceof EveryNode)
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
    return this.tags.some(tag =>
      Array.isArray(tag) ? tag.some(one => events.has(one)) : tag !== null && events.has(tag as Event),
    )
  }
}

/** Timers of all kinds. */
class TimerNode extends Node implements Timed {
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
    return this.tags.some(tag => tag !== null && events.has(tag as Event))
  }
}

/** Begins its part anew whenever that turns true or false. */
class EveryNode extends Node implements Parent {
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
    const child = nodeFor(this.plan.of, this, this.at)
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

class EveryDistinctNode extends EveryNode {
  override isFresh(tags: Tags, seen: Seen): boolean {
    const { keys, expires } = this.plan as PlanOf<'everyDistinct'>
    const { runtime, cx } = this.at
    const { now } = runtime.scheduler
    const key = keyOf(keys.map(fn => fn(tags, cx)))
    const before = seen.get(key)
    const span = expires?.(tags, cx)
    if (before !== undefined && !(span && plus(before, span, runtime.zone) <= now)) return false
    seen.set(key, now)
    return true
  }
}

class NotNode extends Node implements Parent {
  readonly plan: PlanOf<'not'>
  child: Node | null = null
  constructor(plan: PlanOf<'not'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  override get isNot(): boolean {
    return true
  }
  start(tags: Tags): void {
    this.child = nodeFor(this.plan.of, this, this.at)
    const { child } = this
    child.start(tags)
    if (this.child === child) this.parent.matched(this, tags, false)
  }
  matched(_from: Node, _tags: Tags, ended: boolean): void {
    if (!ended) this.child?.quit()
    this.child = null
    super.quit()
    this.parent.failed(this)
  }
  failed(): void {
    this.child = null
  }
  override quit(): void {
    this.child?.quit()
    this.child = null
    super.quit()
  }
}

class AndNode extends Node implements Parent {
  readonly plan: PlanOf<'and'>
  children: (Node | null)[] = []
  found: Tags[][] = []
  tags: Tags = []
  done = false
  constructor(plan: PlanOf<'and'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    this.tags = tags
    this.children = this.plan.of.map(plan => nodeFor(plan, this, this.at))
    this.found = this.plan.of.map(() => [])
    for (const child of [...this.children]) if (!this.done) child?.start(tags)
  }
  matched(from: Node, tags: Tags, ended: boolean): void {
    const place = this.children.indexOf(from)
    if (place < 0) return
    const { isNot } = from
    if (ended) this.children[place] = null
    const others = this.found.every((list, i) => i === place || list.length > 0)
    if (!others || isNot) {
      this.found[place].push(tags)
      if (!others) return
    }
    const combined = this.combine(place, tags)
    const over = this.children.every(child => child === null || child.isNot)
    if (over) this.end()
    // A side that can match again keeps what it found for partners still to come.
    else if (!isNot) this.found[place].push(tags)
    combined.forEach((made, i) => {
      this.parent.matched(this, made, over && i === combined.length - 1)
    })
  }
  combine(place: number, tags: Tags): Tags[] {
    let made: Tags[] = [tags]
    this.found.forEach((list, i) => {
      if (i !== place) made = made.flatMap(one => list.map(other => merged(one, other)))
    })
    return made
  }
  failed(from: Node): void {
    const place = this.children.indexOf(from)
    if (place < 0) return
    this.children[place] = null
    this.end()
    this.parent.failed(this)
  }
  end(): void {
    this.done = true
    for (const child of this.children) child?.quit()
    this.children = []
    super.quit()
  }
  override quit(): void {
    if (!this.done) this.end()
  }
  override holds(events: ReadonlySet<Event>): boolean {
    const found = this.found.some(list => list.some(tags => holdsAny(tags, events)))
    return found || this.children.some(child => child?.holds(events) ?? false)
  }
}

function holdsAny(tags: Tags, events: ReadonlySet<Event>): boolean {
  return tags.some(tag =>
    Array.isArray(tag) ? tag.some(one => events.has(one)) : tag !== null && events.has(tag as Event),
  )
}

function merged(a: Tags, b: Tags): Tags {
  return a.map((tag, i) => tag ?? b[i] ?? null)
}

class OrNode extends Node implements Parent {
  readonly plan: PlanOf<'or'>
  children: (Node | null)[] = []
  done = false
  constructor(plan: PlanOf<'or'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    this.children = this.plan.of.map(plan => nodeFor(plan, this, this.at))
    for (const child of [...this.children]) if (!this.done) child?.start(tags)
  }
  matched(from: Node, tags: Tags, ended: boolean): void {
    const place = this.children.indexOf(from)
    if (place < 0) return
    if (ended) {
      this.children[place] = null
      this.end()
    }
    this.parent.matched(this, tags, ended)
  }
  failed(from: Node): void {
    const place = this.children.indexOf(from)
    if (place < 0) return
    this.children[place] = null
    if (this.children.some(child => child !== null)) return
    this.end()
    this.parent.failed(this)
  }
  end(): void {
    this.done = true
    for (const child of this.children) child?.quit()
    this.children = []
    super.quit()
  }
  override quit(): void {
    if (!this.done) this.end()
  }
  override holds(events: ReadonlySet<Event>): boolean {
    return this.children.some(child => child?.holds(events) ?? false)
  }
}

class FollowedNode extends Node implements Parent {
  readonly plan: PlanOf<'followed'>
  /** What is being looked for, and which step it is. */
  readonly active = new Map<Node, number>()
  constructor(plan: PlanOf<'followed'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    this.begin(0, tags)
  }
  begin(step: number, tags: Tags): void {
    const max = step > 0 ? (this.plan.max[step - 1]?.(tags, this.at.cx) as number | undefined) : undefined
    if (max !== undefined && [...this.active.values()].filter(other => other === step).length >= max) return
    const child = nodeFor(this.plan.of[step], this, this.at)
    this.active.set(child, step)
    child.start(tags)
  }
  matched(from: Node, tags: Tags, ended: boolean): void {
    const step = this.active.get(from)
    if (step === undefined) return
    if (ended) this.active.delete(from)
    if (step < this.plan.of.length - 1) {
      this.begin(step + 1, tags)
      return
    }
    const over = this.active.size === 0
    if (over) super.quit()
    this.parent.matched(this, tags, over)
  }
  failed(from: Node): void {
    this.active.delete(from)
    if (this.active.size > 0) return
    super.quit()
    this.parent.failed(this)
  }
  override quit(): void {
    for (const child of this.active.keys()) child.quit()
    this.active.clear()
    super.quit()
  }
  override holds(events: ReadonlySet<Event>): boolean {
    for (const child of [...this.active.keys()])
      if (child.holds(events)) {
        child.quit()
        this.active.delete(child)
      }
    return this.active.size === 0
  }
}

class RepeatNode extends Node implements Parent {
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
      this.until = nodeFor(until, this, this.at)
      this.until.start(tags)
    }
  }
  spawn(): void {
    this.child = nodeFor(this.plan.of, this, this.at)
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

class WithinNode extends Node implements Parent, Timed {
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
    this.child = nodeFor(this.plan.of, this, this.at)
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

class WhileNode extends Node implements Parent {
  readonly plan: PlanOf<'while'>
  child: Node | null = null
  constructor(plan: PlanOf<'while'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    this.child = nodeFor(this.plan.of, this, this.at)
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
