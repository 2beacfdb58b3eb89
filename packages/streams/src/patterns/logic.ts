import type { Event } from '../engine/event.ts'
import { holdsAny, Node, type Parent, type PlanOf, type Surroundings, type Tags } from './node.ts'

/** True from its start, until its part matches. */
export class NotNode extends Node implements Parent {
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
    this.child = this.part(this.plan.of, this)
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

/** All parts, in any order; a part that is true stays true. */
export class AndNode extends Node implements Parent {
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
    this.children = this.plan.of.map(plan => this.part(plan, this))
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

function merged(a: Tags, b: Tags): Tags {
  return a.map((tag, i) => tag ?? b[i] ?? null)
}

/** The first part that matches. */
export class OrNode extends Node implements Parent {
  readonly plan: PlanOf<'or'>
  children: (Node | null)[] = []
  done = false
  constructor(plan: PlanOf<'or'>, parent: Parent, at: Surroundings) {
    super(parent, at)
    this.plan = plan
  }
  start(tags: Tags): void {
    this.children = this.plan.of.map(plan => this.part(plan, this))
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

/** One part after the other; each looks only at what comes after the one before. */
export class FollowedNode extends Node implements Parent {
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
    const child = this.part(this.plan.of[step], this)
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
