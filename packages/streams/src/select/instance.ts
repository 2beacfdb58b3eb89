import type { PartitionView } from '../engine/context.ts'
import type { Event } from '../engine/event.ts'
import type { Owner } from '../engine/filters.ts'
import type { Runtime } from '../engine/runtime.ts'
import type { Clock } from '../engine/scheduler.ts'
import type { Slots } from '../expressions/scope.ts'
import { Join } from '../join/join.ts'
import { outputFor } from '../output/output.ts'
import { Counts, type Outlet, type Output } from '../output/rated.ts'
import { Recognizer } from '../recognize/recognizer.ts'
import type { Chain } from '../windows/groups.ts'
import { type Host, none, type Sink } from '../windows/view.ts'
import { InstanceCx, Priors } from './cx.ts'
import { converted, listen } from './listen.ts'
import type { Part } from './parts.ts'
import type { InsertPlan, SelectPlan, StreamPlan } from './plan.ts'
import { ResultSet, type Row } from './rows.ts'

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

  get scheduler(): Clock {
    return this.env.runtime.scheduler
  }
  get order(): number {
    return this.env.order
  }
  get zone(): string {
    return this.env.runtime.zone
  }
  held(change: number): void {
    this.cx.held(change)
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
    const { streams } = this.plan
    for (const [slot, { source }] of streams.entries()) {
      if (source.kind !== 'window' || !this.join) continue
      const window = this.env.runtime.window(source.name, this.env.partition)
      const { filter } = source
      const held = window.contents().filter(event => !filter || filter([event], this.cx) === true)
      this.join.preload(slot, held)
    }
    const isFilled = this.join
      ? streams.some(({ source }) => source.kind === 'window') && !streams.some(one => one.unidirectional)
      : streams[0]?.source.kind === 'window' && this.chains[0]?.window === undefined
    if (isFilled) this.rows.apply(this.contents(), noSlots)
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
    this.cx.release()
  }
}

const noSlots: readonly Slots[] = Object.freeze([])

function slotsOf(events: readonly Event[]): readonly Slots[] {
  if (events.length === 0) return noSlots
  return events.length === 1 ? [[events[0]]] : events.map(event => [event])
}
