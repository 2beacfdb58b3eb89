import type { Event, Value } from '../engine/event.ts'
import { keyOf } from '../expressions/operators.ts'
import type { Fn } from '../expressions/scope.ts'
import { type Host, none, Queue, takeOut, View } from './view.ts'

/** `#keepall`: what enters stays. */
export class KeepAll extends View {
  readonly events = new Set<Event>()
  update(added: readonly Event[], removed: readonly Event[]): void {
    for (const event of added) this.events.add(event)
    const gone = removed.filter(event => this.events.delete(event))
    this.host.held(added.length - gone.length)
    this.next.update(added, gone)
  }
  contents(): readonly Event[] {
    return [...this.events]
  }
}

/** `#length(n)`, `#lastevent`: the newest n. */
export class Length extends View {
  readonly queue = new Queue<Event>()
  readonly size: number
  constructor(host: Host, size: number) {
    super(host)
    this.size = size
  }
  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone: Event[] = removed.filter(event => this.queue.remove(event) >= 0)
    for (const event of added) {
      this.queue.push(event)
      if (this.queue.size > this.size) gone.push(this.queue.shift())
    }
    this.host.held(added.length - gone.length)
    this.next.update(added, gone)
  }
  contents(): readonly Event[] {
    return this.queue.toArray()
  }
}

/** `#firstlength(n)`, `#firstevent`: the oldest n; later ones are passed over. */
export class FirstLength extends View {
  readonly events = new Set<Event>()
  readonly size: number
  constructor(host: Host, size: number) {
    super(host)
    this.size = size
  }
  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone = removed.filter(event => this.events.delete(event))
    const taken = added.filter(event => this.events.size < this.size && this.events.add(event))
    this.host.held(taken.length - gone.length)
    if (taken.length > 0 || gone.length > 0) this.next.update(taken, gone)
  }
  contents(): readonly Event[] {
    return [...this.events]
  }
}

/** `#unique(k)`: the newest of each key. */
export class Unique extends View {
  readonly events = new Map<Value, Event>()
  readonly plan: { readonly keys: readonly Fn[] }
  constructor(host: Host, plan: { readonly keys: readonly Fn[] }) {
    super(host)
    this.plan = plan
  }
  keyOf(event: Event): Value {
    const slots = [event]
    return keyOf(this.plan.keys.map(key => key(slots, this.host.cx)))
  }
  update(added: readonly Event[], removed: readonly Event[]): void {
    const gone: Event[] = []
    for (const event of removed) {
      const key = this.keyOf(event)
      if (this.events.get(key) === event && this.events.delete(key)) gone.push(event)
    }
    for (const event of added) {
      const key = this.keyOf(event)
      const before = this.events.get(key)
      if (before !== undefined) gone.push(before)
      this.events.set(key, event)
    }
    this.host.held(added.length - gone.length)
    this.next.update(added, gone)
  }
  contents(): readonly Event[] {
    return [...this.events.values()]
  }
}

/** `#firstunique(k)`: the oldest of each key. */
export class FirstUnique extends Unique {
  override update(added: readonly Event[], removed: readonly Event[]): void {
    const gone: Event[] = []
    for (const event of removed) {
      const key = this.keyOf(event)
      if (this.events.get(key) === event && this.events.delete(key)) gone.push(event)
    }
    const taken: Event[] = []
    for (const event of added) {
      const key = this.keyOf(event)
      if (this.events.has(key)) continue
      this.events.set(key, event)
      taken.push(event)
    }
    this.host.held(taken.length - gone.length)
    if (taken.length > 0 || gone.length > 0) this.next.update(taken, gone)
  }
}

/** `#length_batch(n)`: n events at a time; the batch before leaves. */
export class LengthBatch extends View {
  readonly size: number
  current: Event[] = []
  last: readonly Event[] = none
  constructor(host: Host, size: number) {
    super(host)
    this.size = size
  }
  update(added: readonly Event[], removed: readonly Event[]): void {
    this.host.held(-takeOut(this.current, removed))
    this.host.held(added.length)
    for (const event of added) {
      this.current.push(event)
      if (this.current.length >= this.size) this.release()
    }
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
