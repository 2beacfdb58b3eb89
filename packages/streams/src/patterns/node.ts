import type { Cx, PartitionView } from '../engine/context.ts'
import type { Event } from '../engine/event.ts'
import type { Owner } from '../engine/filters.ts'
import type { Runtime } from '../engine/runtime.ts'
import type { Slots } from '../expressions/scope.ts'
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
  /** Makes the node of a part. */
  readonly nodeFor: (plan: PatternNode, parent: Parent, at: Surroundings) => Node
}

/** Who is told what becomes of a node. */
export interface Parent {
  /** What matched goes on by itself and is not begun anew. */
  readonly goesOn?: boolean
  /** @param ended the node is done and will say nothing more */
  matched(from: Node, tags: Tags, ended: boolean): void
  /** The node can no longer match; it is done. */
  failed(from: Node): void
}

export type PlanOf<K extends PatternNode['kind']> = Extract<PatternNode, { kind: K }>

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
  /** A part of this node, looked for on its behalf. */
  protected part(plan: PatternNode, parent: Parent): Node {
    return this.at.nodeFor(plan, parent, this.at)
  }
  get isNot(): boolean {
    return false
  }
  /** Forgets partial matches that hold any of these events. @returns whether this node itself holds one */
  holds(_events: ReadonlySet<Event>): boolean {
    return false
  }
}

/** Whether one of these events is among the tags. */
export function holdsAny(tags: Tags, events: ReadonlySet<Event>): boolean {
  return tags.some(tag =>
    Array.isArray(tag) ? tag.some(one => events.has(one)) : tag !== null && events.has(tag as Event),
  )
}
