import type { Cx, PartitionView } from '../engine/context.ts'
import type { Event, Value } from '../engine/event.ts'
import type { Runtime } from '../engine/runtime.ts'
import type { Sink, View } from '../windows/view.ts'

/** The evaluation context of an instance; see `Cx`. */
export class InstanceCx implements Cx {
  readonly runtime: Runtime
  readonly partition: PartitionView | null
  aggregates: readonly { value(): Value }[] = []
  keys: readonly Value[] = []
  level = 0
  isNew = true
  readonly locals: Value[] = []
  readonly parts: unknown[] = []
  readonly windows: (View | undefined)[] = []
  readonly priors: (Priors | undefined)[] = []
  #held = 0

  constructor(runtime: Runtime, partition: PartitionView | null) {
    this.runtime = runtime
    this.partition = partition
  }
  get now(): number {
    return this.runtime.scheduler.now
  }
  windowOf(slot: number): View | undefined {
    return this.windows[slot]
  }
  priorOf(slot: number, event: Event, n: number): Event | null {
    return this.priors[slot]?.before(event, n) ?? null
  }
  variable(name: string): Value {
    return this.runtime.variable(name, this.partition)
  }
  setVariable(name: string, value: Value): void {
    this.runtime.setVariable(name, value, this.partition)
  }
  held(change: number): void {
    this.#held += change
    this.runtime.held(change)
  }
  /** The statement ends: it holds nothing any more. */
  release(): void {
    this.runtime.held(-this.#held)
    this.#held = 0
  }
  work(rows: number): void {
    this.runtime.work(rows)
  }
}

/** For each event that may still be asked about: those that came before it, newest first. */
export class Priors implements Sink {
  readonly depth: number
  readonly keeps: boolean
  next: Sink
  recent: Event[] = []
  readonly known = new Map<Event, readonly Event[]>()
  constructor(depth: number, keeps: boolean, next: Sink) {
    this.depth = depth
    this.keeps = keeps
    this.next = next
  }
  update(added: readonly Event[], removed: readonly Event[]): void {
    for (const event of added) {
      this.known.set(event, this.recent)
      this.recent = [event, ...this.recent.slice(0, this.depth - 1)]
    }
    this.next.update(added, removed)
    for (const event of this.keeps ? removed : added) this.known.delete(event)
  }
  before(event: Event, n: number): Event | undefined {
    return this.known.get(event)?.[n - 1]
  }
}
