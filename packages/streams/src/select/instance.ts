import type { Cx, PartitionView } from '../engine/context.ts'
import { Event, type EventType, type Value } from '../engine/event.ts'
import type { FilterPlan, Owner, Receiver, Subscription } from '../engine/filters.ts'
import type { Runtime } from '../engine/runtime.ts'
import type { Scheduler } from '../engine/scheduler.ts'
import type { Fn, Slots } from '../expressions/scope.ts'
import { Join, type JoinPlan } from '../join/join.ts'
import type { StreamSelector } from '../language/ast.ts'
import { outputFor } from '../output/output.ts'
import type { OutputPlan } from '../output/plan.ts'
import { Counts, type Outlet, type Output } from '../output/rated.ts'
import type { PatternPlan } from '../patterns/plan.ts'
import { PatternRun } from '../patterns/run.ts'
import { type RecognizePlan, Recognizer } from '../recognize/recognizer.ts'
import type { WindowPlan } from '../windows/compile.ts'
import type { Chain } from '../windows/groups.ts'
import { type Host, none, type Sink, silent, type View } from '../windows/view.ts'
import type { Part, PartPlan } from './parts.ts'
import { ResultSet, type Row, type RowPlan } from './rows.ts'

export type SourcePlan =
  | { readonly kind: 'type'; readonly type: EventType; readonly filter: FilterPlan }
  | { readonly kind: 'pattern'; readonly pattern: PatternPlan }
  | { readonly kind: 'window'; readonly name: string; readonly filter: Fn | undefined }
  | { readonly kind: 'table'; readonly name: string; readonly filter: Fn | undefined }

export interface StreamPlan {
  readonly source: SourcePlan
  readonly windows: WindowPlan
  readonly unidirectional: boolean
}

export interface InsertPlan {
  readonly type: EventType
  /** For each field of the target where its value comes from, or -1. */
  readonly from: readonly number[]
  readonly selector: StreamSelector
}

/** A select, compiled: what every partition's instance shares. */
export interface SelectPlan {
  readonly kind: 'select'
  readonly streams: readonly StreamPlan[]
  readonly join: JoinPlan | undefined
  readonly where: Fn | undefined
  readonly rows: RowPlan
  readonly output: OutputPlan | undefined
  readonly parts: readonly PartPlan[]
  readonly priors: ReadonlyMap<number, number>
  readonly selector: StreamSelector
  readonly insert: InsertPlan | undefined
  readonly recognize: RecognizePlan | undefined
  readonly into: IntoPlan | undefined
}

/** `into table`: which columns of a table hold the aggregates. */
export interface IntoPlan {
  readonly table: string
  /** Table place of each aggregate. */
  readonly columns: readonly { readonly place: number; readonly aggregate: number }[]
}

/** What runs in one context partition, or in none. */
export interface Running {
  stop(): void
  terminate(): void
  /** Present rows, for a pull query. */
  iterate(): readonly Event[]
}

/** What an instance needs of its surroundings. */
export interface Env {
  readonly runtime: Runtime
  readonly order: number
  readonly partition: PartitionView | null
  /** Tells what the statement says. */
  readonly outlet: { deliver(added: readonly Event[], removed: readonly Event[]): void }
}

/** The evaluation context of an instance; see `Cx`. */
export class InstanceCx implements Cx {
  readonly runtime: Runtime
  readonly partition: PartitionView | null
  aggregates: readonly { value(): Value }[] = []
  keys: readonly Value[] = []
  isNew = true
  readonly locals: Value[] = []
  readonly parts: unknown[] = []
  readonly windows: (View | undefined)[] = []
  readonly priors: (Priors | undefined)[] = []

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

/** One select at work. */
export class Instance implements Owner, Outlet, Host, Running, Sink {
  readonly plan: SelectPlan
  readonly env: Env
  readonly cx: InstanceCx
  readonly rows: ResultSet
  readonly output: Output
  readonly chains: (Chain | undefined)[] = []
  readonly stops: { stop(): void }[] = []
  readonly join: Join | undefined
  readonly recognizer: Recognizer | undefined
  readonly counts = new Counts()

  constructor(plan: SelectPlan, env: Env) {
    this.plan = plan
    this.env = env
    this.cx = new InstanceCx(env.runtime, env.partition)
    for (const part of plan.parts) this.cx.parts.push(part.make(this))
    if (plan.output?.counts !== undefined) this.cx.parts[plan.output.counts] = this.counts
    this.rows = new ResultSet(plan.rows, this.cx)
    if (plan.into) env.runtime.table(plan.into.table, env.partition).feed(this.rows, plan.into)
    this.output = outputFor(plan.output, this.rows, this, this.counts)
    this.join = plan.join && new Join(plan.join, this)
    this.recognizer = plan.recognize && new Recognizer(plan.recognize, this)
    for (const [slot, stream] of plan.streams.entries()) this.start(stream, slot)
    this.preload()
  }

  // ── what windows and outputs need ──────────────────────────────────────────────────────────

  get scheduler(): Scheduler {
    return this.env.runtime.scheduler
  }
  get order(): number {
    return this.env.order
  }
  get zone(): string {
    return this.env.runtime.zone
  }
  held(change: number): void {
    this.env.runtime.held(change)
  }

  // ── starting ───────────────────────────────────────────────────────────────────────────────

  start(stream: StreamPlan, slot: number): void {
    let end: Sink = this.join ? this.join.side(slot) : (this.recognizer ?? this)
    const depth = this.plan.priors.get(slot)
    if (depth !== undefined) {
      const priors = new Priors(depth, stream.windows.windowed, end)
      this.cx.priors[slot] = priors
      end = priors
    }
    const chain = stream.windows.make(this, end)
    this.chains[slot] = chain
    this.cx.windows[slot] = chain.window
    if (this.recognizer) this.recognizer.window = chain.window
    this.stops.push(listen(stream.source, chain.head, this.env, this.cx, this))
  }

  /** Named windows that were filled before this statement came. */
  preload(): void {
    this.plan.streams.forEach(({ source }, slot) => {
      if (source.kind !== 'window') return
      const window = this.env.runtime.window(source.name, this.env.partition)
      const events = window
        .contents()
        .filter(event => !source.filter || source.filter([event], this.cx) === true)
      if (events.length === 0) return
      if (this.join) this.join.preload(slot, events)
      else if (this.chains[slot]!.window === undefined)
        this.rows.apply(
          events.map(event => [event]),
          none.map(event => [event]),
        )
    })
  }

  // ── one event's effects are one delivery ───────────────────────────────────────────────────

  begin(): void {
    this.join?.begin()
    this.recognizer?.begin()
  }
  flush(): void {
    this.join?.flush()
    this.recognizer?.flush()
  }

  /** From the window of a single stream. */
  update(added: readonly Event[], removed: readonly Event[]): void {
    this.offer(slotsOf(added), slotsOf(removed))
  }

  /** Joined or single rows: `where`, then on to the result. */
  offer(added: readonly Slots[], removed: readonly Slots[]): void {
    const { where } = this.plan
    const entering = where ? added.filter(slots => where(slots, this.cx) === true) : added
    const leaving = where ? removed.filter(slots => where(slots, this.cx) === true) : removed
    const forced = added.length === 0 && removed.length === 0
    if (entering.length > 0 || leaving.length > 0 || forced) this.output.update(entering, leaving)
  }

  deliver(added: readonly Event[], removed: readonly Event[]): void {
    const { selector, insert } = this.plan
    if (insert) this.insert(insert, added, removed)
    if (selector === 'rstream') this.tell(removed, none)
    else this.tell(added, selector === 'irstream' ? removed : none)
  }

  tell(added: readonly Event[], removed: readonly Event[]): void {
    if (added.length > 0 || removed.length > 0) this.env.outlet.deliver(added, removed)
  }

  insert(plan: InsertPlan, added: readonly Event[], removed: readonly Event[]): void {
    const events =
      plan.selector === 'istream' ? added : plan.selector === 'rstream' ? removed : [...added, ...removed]
    for (const event of events) this.env.runtime.route(converted(event, plan), this.env.partition)
  }

  // ── looking in ─────────────────────────────────────────────────────────────────────────────

  contents(): readonly Slots[] {
    const { where } = this.plan
    const all = this.join ? this.join.contents() : slotsOf(this.windowContents())
    return where ? all.filter(slots => where(slots, this.cx) === true) : all
  }

  windowContents(): readonly Event[] {
    const { source } = this.plan.streams[0]
    const window = this.chains[0]?.window
    if (window) return window.contents()
    if (source.kind === 'pattern' || source.kind === 'type') return none
    const { runtime, partition } = this.env
    const holder =
      source.kind === 'window'
        ? runtime.window(source.name, partition)
        : runtime.table(source.name, partition)
    const { filter } = source
    return filter ? holder.contents().filter(event => filter([event], this.cx) === true) : holder.contents()
  }

  iterate(): readonly Event[] {
    if (this.recognizer) return this.recognizer.iterate()
    return this.rows.arrange(this.present())
  }

  present(): Row[] {
    // A table tells nobody of its changes: its aggregates are made when they are asked for.
    const isTable = this.plan.streams[0]?.source.kind === 'table'
    const { queryClass } = this.plan.rows
    const needed = isTable || (queryClass !== 'total' && queryClass !== 'groups')
    const contents = needed ? this.contents() : noSlots
    if (isTable) {
      this.rows.clear()
      this.rows.apply(contents, noSlots)
    }
    return this.rows.snapshot(contents)
  }

  terminate(): void {
    this.recognizer?.flush()
    this.output.terminate()
  }

  stop(): void {
    this.output.stop()
    this.recognizer?.stop()
    for (const stop of this.stops) stop.stop()
    for (const chain of this.chains) for (const view of chain?.stops ?? []) view.stop()
    for (const part of this.cx.parts as Part[]) part.stop?.()
  }
}

/** Has a stream's events sent to the head of its windows. */
export function listen(
  source: SourcePlan,
  head: Sink,
  env: Env,
  cx: InstanceCx,
  owner: Owner,
): { stop(): void } {
  const { runtime, order, partition } = env
  const entry = new Entry(head)
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

const noSlots: readonly Slots[] = Object.freeze([])

function slotsOf(events: readonly Event[]): readonly Slots[] {
  if (events.length === 0) return noSlots
  return events.length === 1 ? [[events[0]]] : events.map(event => [event])
}

export function converted(event: Event, { type, from }: InsertPlan): Event {
  if (event.type === type) return event
  const values: Value[] = new Array(from.length)
  for (let i = 0; i < from.length; i++) values[i] = from[i] < 0 ? null : event.values[from[i]]
  return new Event(type, values)
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
