import { Event } from '../engine/event.ts'
import type { Owner } from '../engine/filters.ts'
import type { Node, Parent, Surroundings, Tags } from './node.ts'
import { nodeFor } from './nodes.ts'
import type { PatternPlan } from './plan.ts'

/** A pattern at work: each match becomes one event with a field per tag. */
export class PatternRun implements Parent, Owner {
  readonly plan: PatternPlan
  readonly target: PatternTarget
  readonly at: Surroundings
  readonly outer: Owner
  root: Node | null = null
  starting = false
  depth = 0
  matches: Tags[] = []

  constructor(plan: PatternPlan, at: Omit<Surroundings, 'nodeFor'>, target: PatternTarget) {
    this.plan = plan
    this.target = target
    this.outer = at.owner
    this.at = { ...at, owner: this, nodeFor }
  }

  /** @param known events by slot that the pattern may name */
  start(known: Tags = []): void {
    this.starting = true
    this.root = nodeFor(this.plan.root, this, this.at)
    this.root.start(Array.from({ length: this.plan.width }, (_, i) => known[i] ?? null))
    this.starting = false
  }

  stop(): void {
    this.root?.quit()
    this.root = null
  }

  /** All matches of one event are one delivery. */
  begin(): void {
    this.depth++
  }

  flush(): void {
    if (--this.depth > 0 || this.matches.length === 0) return
    const { matches } = this
    this.matches = []
    this.outer.begin()
    this.target.receiveAll(this.chosen(matches).map(tags => this.eventOf(tags)))
    this.outer.flush()
  }

  matched(_from: Node, tags: Tags, ended: boolean): void {
    if (ended) this.root = null
    // What is true from the beginning is not told.
    if (this.starting) return
    if (this.plan.discardPartials) this.discard(tags)
    this.matches.push(tags)
    if (this.depth === 0) {
      this.begin()
      this.flush()
    }
  }

  failed(): void {
    this.root = null
  }

  discard(tags: Tags): void {
    const events = new Set(tags.flat().filter(tag => tag instanceof Event))
    this.root?.holds(events)
  }

  /** Of matches that share an event, the first. */
  chosen(matches: Tags[]): Tags[] {
    if (!this.plan.suppressOverlaps || matches.length < 2) return matches
    const used = new Set<unknown>()
    return matches.filter(tags => {
      const events = tags.flat().filter(tag => tag instanceof Event)
      if (events.some(event => used.has(event))) return false
      for (const event of events) used.add(event)
      return true
    })
  }

  eventOf(tags: Tags): Event {
    return new Event(
      this.plan.type,
      this.plan.slots.map(slot => tags[slot] ?? null),
    )
  }
}

export interface PatternTarget {
  receiveAll(events: readonly Event[]): void
}
