import type { Cx } from '../engine/context.ts'
import { Event, type Value } from '../engine/event.ts'
import type { Owner, Receiver, Subscription } from '../engine/filters.ts'
import type { Runtime } from '../engine/runtime.ts'
import type { Fn } from '../expressions/scope.ts'
import { PatternRun } from '../patterns/run.ts'
import { none, type Sink, silent } from '../windows/view.ts'
import { Unpacking } from './contained.ts'
import type { InstanceCx } from './cx.ts'
import type { Env } from './instance.ts'
import type { InsertPlan, SourcePlan } from './plan.ts'

/** Has a stream's events sent to the head of its windows. */
export function listen(
  source: SourcePlan,
  head: Sink,
  env: Env,
  cx: InstanceCx,
  owner: Owner,
): { stop(): void } {
  const { runtime, order, partition } = env
  const entry = new Entry(unpacked(source, head, cx))
  switch (source.kind) {
    case 'type':
      return new Listening(
        runtime,
        runtime.subscribe({ type: source.type.name, plan: source.filter, order, owner, receiver: entry, cx }),
      )
    case 'pattern': {
      const run = new PatternRun(source.pattern, { runtime, order, cx, owner, partition }, entry)
      run.start()
      return run
    }
    case 'window':
      return runtime
        .window(source.name, partition)
        .consume(new Consumer(source.filter, head, cx, owner), order)
    case 'table':
      return silent
  }
}

/** Where a stream's events go first: to what takes the events out of them that are wanted. */
export function unpacked(source: SourcePlan, head: Sink, cx: Cx): Sink {
  return source.kind === 'type' && source.contained.length > 0
    ? new Unpacking(source.contained, cx, head)
    : head
}

class Listening {
  readonly runtime: Runtime
  readonly subscription: Subscription
  constructor(runtime: Runtime, subscription: Subscription) {
    this.runtime = runtime
    this.subscription = subscription
  }
  stop(): void {
    this.runtime.unsubscribe(this.subscription)
  }
}

/** Events from outside, one at a time. */
export class Entry implements Receiver {
  readonly head: Sink
  constructor(head: Sink) {
    this.head = head
  }
  receive(event: Event): void {
    this.head.update([event], none)
  }
  receiveAll(events: readonly Event[]): void {
    this.head.update(events, none)
  }
}

/** What a named window tells a statement. */
export class Consumer implements Sink {
  readonly filter: Fn | undefined
  readonly head: Sink
  readonly cx: Cx
  readonly owner: Owner
  constructor(filter: Fn | undefined, head: Sink, cx: Cx, owner: Owner) {
    this.filter = filter
    this.head = head
    this.cx = cx
    this.owner = owner
  }
  update(added: readonly Event[], removed: readonly Event[]): void {
    const { filter } = this
    const pass = (event: Event) => !filter || filter([event], this.cx) === true
    const [entering, leaving] = [added.filter(pass), removed.filter(pass)]
    if (entering.length === 0 && leaving.length === 0) return
    this.owner.begin()
    this.head.update(entering, leaving)
    this.owner.flush()
  }
}

/** An event as the type that it is inserted into. */
export function converted(event: Event, { type, from }: InsertPlan): Event {
  if (event.type === type) return event
  const values: Value[] = new Array(from.length)
  for (let i = 0; i < from.length; i++) values[i] = from[i] < 0 ? null : event.values[from[i]]
  return new Event(type, values)
}
