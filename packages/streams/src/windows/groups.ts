import type { Event, Value } from '../engine/event.ts'
import { keyOf } from '../expressions/operators.ts'
import type { Fn } from '../expressions/scope.ts'
import { type Host, type Sink, View } from './view.ts'

export interface Chain {
  readonly head: Sink
  /** The data window whose contents count, when there is one. */
  readonly window: View | undefined
  readonly stops: readonly View[]
}

export interface GroupPlan {
  readonly keys: readonly Fn[]
  /** Makes the windows of one group. */
  readonly make: (host: Host, next: Sink, key: readonly Value[]) => Chain
}

/** `#groupwin(k)`: windows of their own for each key. What one event causes in them is one delivery. */
export class GroupWindow extends View {
  readonly plan: GroupPlan
  readonly groups = new Map<Value, Chain>()
  readonly joint = new Joint(this)

  constructor(host: Host, plan: GroupPlan) {
    super(host)
    this.plan = plan
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    this.joint.open()
    for (const event of removed) this.groupOf(event).head.update([], [event])
    for (const event of added) this.groupOf(event).head.update([event], [])
    this.joint.close()
  }

  groupOf(event: Event): Chain {
    const key = this.plan.keys.map(fn => fn([event], this.host.cx))
    const id = keyOf(key)
    let chain = this.groups.get(id)
    if (!chain) this.groups.set(id, (chain = this.plan.make(this.host, this.joint, key)))
    return chain
  }

  contents(): readonly Event[] {
    return [...this.groups.values()].flatMap(chain => chain.window?.contents() ?? [])
  }
  override rows(event: Event): readonly Event[] {
    return this.groupOf(event).window?.rows(event) ?? []
  }
  override get relative(): boolean {
    return this.groups.values().next().value?.window?.relative ?? false
  }
  override stop(): void {
    for (const chain of this.groups.values()) for (const view of chain.stops) view.stop()
  }
}

/** Gathers what several windows say while it is open; passes on at once what timers cause. */
export class Joint implements Sink {
  readonly owner: View
  depth = 0
  added: Event[] = []
  removed: Event[] = []
  constructor(owner: View) {
    this.owner = owner
  }

  open(): void {
    this.depth++
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    if (this.depth === 0) {
      this.owner.next.update(added, removed)
      return
    }
    this.added.push(...added)
    this.removed.push(...removed)
  }

  close(): void {
    if (--this.depth > 0) return
    const { added, removed } = this
    if (added.length === 0 && removed.length === 0) return
    this.added = []
    this.removed = []
    this.owner.next.update(added, removed)
  }
}
