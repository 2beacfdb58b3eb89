import type { Aggregate } from '../aggregates/aggregate.ts'
import { Event, type EventType, type Value } from '../engine/event.ts'
import { type Subscription, unfiltered } from '../engine/filters.ts'
import { keyOf } from '../expressions/operators.ts'
import { InstanceCx } from '../select/cx.ts'
import type { Env, Running } from '../select/instance.ts'
import type { IntoPlan } from '../select/plan.ts'
import type { Group, ResultSet } from '../select/rows.ts'

export interface TablePlan {
  readonly kind: 'table'
  readonly name: string
  readonly type: EventType
  readonly keys: readonly number[]
  /** Places of columns that aggregate, with what they read before anything came. */
  readonly aggregates: ReadonlyMap<number, Value>
}

/** One row: plain values, and aggregates that are read when asked. */
interface TableRow {
  values: Value[]
  aggregates: Map<number, Aggregate>
  event: Event | null
}

/** `create table`: rows by key. It triggers nothing; it is read. */
export class Table implements Running {
  readonly plan: TablePlan
  readonly env: Env
  readonly cx: InstanceCx
  readonly rows = new Map<Value, TableRow>()
  readonly subscription: Subscription
  /** Results whose aggregates are columns here. */
  readonly fed: ResultSet[] = []

  constructor(plan: TablePlan, env: Env) {
    this.plan = plan
    this.env = env
    this.cx = new InstanceCx(env.runtime, env.partition)
    this.subscription = env.runtime.subscribe({
      type: plan.name,
      plan: unfiltered,
      order: env.order,
      owner: null,
      receiver: this,
      cx: this.cx,
    })
  }

  /** `insert into` the table. */
  receive(event: Event): void {
    this.put(event)
  }

  keyOf(values: readonly Value[]): Value {
    return this.plan.keys.length === 0 ? '' : keyOf(this.plan.keys.map(place => values[place]))
  }

  put(event: Event): void {
    const key = this.keyOf(event.values)
    const known = this.rows.get(key)
    if (known === undefined) this.cx.held(1)
    const aggregates = known?.aggregates ?? new Map<number, Aggregate>()
    this.rows.set(key, { values: [...event.values], aggregates, event: null })
  }

  /** Aggregates of a statement `into table` become columns. */
  feed(rows: ResultSet, into: IntoPlan): void {
    const make = rows.makeGroup.bind(rows)
    rows.makeGroup = (id, level, keys, sample) => this.attach(make(id, level, keys, sample), keys, into)
    if (!rows.grouped) this.attach(rows.total, [], into)
    this.fed.push(rows)
  }

  attach(group: Group, keys: readonly Value[], into: IntoPlan): Group {
    const values: Value[] = new Array(this.plan.type.fields.length).fill(null)
    this.plan.keys.forEach((place, i) => {
      values[place] = keys[i] ?? null
    })
    const key = this.keyOf(values)
    let row = this.rows.get(key)
    if (!row) {
      this.cx.held(1)
      this.rows.set(key, (row = { values, aggregates: new Map(), event: null }))
    }
    const aggregates = [...group.aggregates]
    for (const { place, aggregate } of into.columns) {
      const shared = row.aggregates.get(place)
      // Several statements may aggregate into one column.
      if (shared) aggregates[aggregate] = new Shared(shared, aggregates[aggregate].plan)
      else row.aggregates.set(place, aggregates[aggregate])
    }
    return Object.assign(group, { aggregates })
  }

  eventOf(row: TableRow): Event {
    if (row.aggregates.size === 0 && row.event !== null) return row.event
    const values = [...row.values]
    for (const [place, empty] of this.plan.aggregates)
      values[place] = row.aggregates.get(place)?.value() ?? empty
    const event = new Event(this.plan.type, values)
    row.event = event
    return event
  }

  contents(): readonly Event[] {
    return [...this.rows.values()].map(row => this.eventOf(row))
  }

  get(keys: readonly Value[]): Event | null {
    const row = this.rows.get(this.plan.keys.length === 0 ? '' : keyOf(keys))
    return row ? this.eventOf(row) : null
  }

  remove(events: readonly Event[]): void {
    for (const event of events) {
      const key = this.keyOf(event.values)
      if (!this.rows.delete(key)) continue
      this.cx.held(-1)
      // What is aggregated into it begins anew with the next event.
      for (const rows of this.fed) rows.forget(key)
    }
  }

  replace(added: readonly Event[], removed: readonly Event[]): void {
    removed.forEach((event, i) => {
      const key = this.keyOf(event.values)
      const row = this.rows.get(key)
      const next = added[i]
      if (!row || !next) return
      const nextKey = this.keyOf(next.values)
      if (nextKey !== key) this.rows.delete(key)
      this.rows.set(nextKey, { values: [...next.values], aggregates: row.aggregates, event: null })
    })
    if (removed.length === 0) for (const event of added) this.put(event)
  }

  iterate(): readonly Event[] {
    return this.contents()
  }
  terminate(): void {}
  stop(): void {
    this.env.runtime.unsubscribe(this.subscription)
    this.cx.release()
  }
}

/** An aggregate that lives in a table and is fed by several statements, each with its own expressions. */
class Shared implements Aggregate {
  readonly plan: Aggregate['plan']
  readonly target: Aggregate
  constructor(target: Aggregate, plan: Aggregate['plan']) {
    this.target = target
    this.plan = plan
  }
  enter(slots: Parameters<Aggregate['enter']>[0], cx: Parameters<Aggregate['enter']>[1]): void {
    this.swapped(() => this.target.enter(slots, cx))
  }
  leave(slots: Parameters<Aggregate['enter']>[0], cx: Parameters<Aggregate['enter']>[1]): void {
    this.swapped(() => this.target.leave(slots, cx))
  }
  swapped(run: () => void): void {
    const target = this.target as { plan: Aggregate['plan'] }
    const own = target.plan
    target.plan = this.plan
    run()
    target.plan = own
  }
  value(): Value {
    return this.target.value()
  }
}
