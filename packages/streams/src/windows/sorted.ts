import type { Event, Value } from '../engine/event.ts'
import { keyOf, order } from '../expressions/operators.ts'
import type { Fn } from '../expressions/scope.ts'
import { type Host, View } from './view.ts'

export interface SortKey {
  readonly fn: Fn
  readonly descending: boolean
}

interface SortPlan {
  readonly size: number
  readonly by: readonly SortKey[]
  /** `#rank` only. */
  readonly unique?: readonly Fn[]
}

/** `#sort(n, …)`: the n first in order; `#rank(k, n, …)`: also at most one of each key. */
export class Sorted extends View {
  readonly plan: SortPlan
  events: Event[] = []
  keys: Value[][] = []
  constructor(host: Host, plan: SortPlan) {
    super(host)
    this.plan = plan
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone: Event[] = removed.filter(event => this.take(event))
    for (const event of added) {
      if (this.plan.unique) this.replaceEqual(event, gone)
      this.put(event)
      if (this.events.length > this.plan.size) {
        gone.push(this.events.pop()!)
        this.keys.pop()
      }
    }
    this.host.held(added.length - gone.length)
    this.next.update(added, gone)
  }

  put(event: Event): void {
    const key = this.plan.by.map(({ fn }) => fn([event], this.host.cx))
    let at = this.keys.length
    // A new event goes before those it ties with.
    while (at > 0 && this.compare(this.keys[at - 1], key) >= 0) at--
    this.events.splice(at, 0, event)
    this.keys.splice(at, 0, key)
  }

  compare(a: readonly Value[], b: readonly Value[]): number {
    for (let i = 0; i < a.length; i++) {
      const result = order(a[i], b[i])
      if (result !== 0) return this.plan.by[i].descending ? -result : result
    }
    return 0
  }

  replaceEqual(event: Event, gone: Event[]): void {
    const key = this.keyOf(event)
    const same = this.events.find(other => this.keyOf(other) === key)
    if (same && this.take(same)) gone.push(same)
  }

  keyOf(event: Event): Value {
    return keyOf(this.plan.unique!.map(fn => fn([event], this.host.cx)))
  }

  take(event: Event): boolean {
    const at = this.events.indexOf(event)
    if (at < 0) return false
    this.events.splice(at, 1)
    this.keys.splice(at, 1)
    return true
  }

  contents(): readonly Event[] {
    return this.events
  }
  /** `prev` counts from the first in order. */
  override rows(): readonly Event[] {
    return this.events.toReversed()
  }
}
