import type { Aggregate, AggregatePlan } from '../aggregates/aggregate.ts'
import type { Cx } from '../engine/context.ts'
import { Event, type EventType, type Value } from '../engine/event.ts'
import { keyOf, order } from '../expressions/operators.ts'
import type { Fn, Slots } from '../expressions/scope.ts'

/** How rows come of what enters and leaves; see `classOf` in compile.ts. */
export type QueryClass = 'rows' | 'total' | 'rowsWithTotal' | 'groups' | 'rowsWithGroup'

export interface RowPlan {
  readonly queryClass: QueryClass
  readonly type: EventType
  /** Values of the output's fields; undefined: the event itself is the row. */
  readonly columns: readonly Fn[] | undefined
  /** Without columns: the slot whose event is the row. */
  readonly whole: number
  readonly having: Fn | undefined
  readonly keys: readonly Fn[]
  /** Which keys each level of a rollup keeps; one level without one. */
  readonly levels: readonly (readonly number[])[]
  readonly aggregates: readonly AggregatePlan[]
  /** An aggregate looks at another one, which then stands before it. */
  readonly nested: boolean
  readonly orderBy: readonly { readonly fn: Fn; readonly descending: boolean }[]
  readonly distinct: boolean
  readonly limit: { readonly count: Fn; readonly offset: Fn | undefined } | undefined
  /** Whether rows leave: without a window groups are never dropped. */
  readonly sliding: boolean
  /** The remove stream is looked at. */
  readonly wantsOld: boolean
  readonly streams: number
}

export interface Row {
  readonly event: Event
  readonly sort: readonly Value[] | null
}

export interface Rows {
  added: Row[]
  removed: Row[]
}

/** Aggregates of the rows with one key. */
export class Group {
  readonly id: Value
  readonly level: number
  readonly keys: readonly Value[]
  readonly aggregates: readonly Aggregate[]
  count = 0
  /** A row of the group, for what its keys were computed from. */
  sample: Slots
  constructor(
    id: Value,
    level: number,
    keys: readonly Value[],
    aggregates: readonly Aggregate[],
    sample: Slots,
  ) {
    this.id = id
    this.level = level
    this.keys = keys
    this.aggregates = aggregates
    this.sample = sample
  }
}

/** An aggregate with keys of its own, and how many rows it holds. */
interface LocalGroup {
  readonly aggregate: Aggregate
  count: number
}

/** What a statement has aggregated, and how rows are made of it. */
export class ResultSet {
  readonly plan: RowPlan
  readonly cx: Cx
  readonly total: Group
  readonly levels: Map<Value, Group>[]
  /** Aggregates with keys of their own, by aggregate and key. */
  readonly local: Map<Value, LocalGroup>[]
  readonly nobody: Slots
  readonly hasLocal: boolean
  askedSlots: Slots | null = null
  askedGroup: Group | null = null

  constructor(plan: RowPlan, cx: Cx) {
    this.plan = plan
    this.cx = cx
    this.nobody = new Array(plan.streams).fill(null)
    this.hasLocal = plan.aggregates.some(one => one.localKeys !== undefined)
    this.total = this.makeGroup('', 0, [], this.nobody)
    this.levels = plan.levels.map(() => new Map())
    this.local = plan.aggregates.map(() => new Map())
  }

  makeGroup(id: Value, level: number, keys: readonly Value[], sample: Slots): Group {
    return new Group(
      id,
      level,
      keys,
      this.plan.aggregates.map(plan => plan.make(plan)),
      sample,
    )
  }

  // ── state ──────────────────────────────────────────────────────────────────────────────────

  /** The group of a row at a level, made when it is not there. */
  groupOf(slots: Slots, level: number): Group {
    // Asked several times about the same row of one change.
    if (level === 0 && slots === this.askedSlots && this.askedGroup !== null) return this.askedGroup
    const group = this.findGroup(slots, level)
    if (level === 0) {
      this.askedSlots = slots
      this.askedGroup = group
    }
    return group
  }

  findGroup(slots: Slots, level: number): Group {
    const { plan, cx } = this
    const kept = plan.levels[level]
    const all = plan.keys.length
    const keys: Value[] = new Array(all)
    for (let i = 0; i < all; i++)
      keys[i] = kept.length === all || kept.includes(i) ? plan.keys[i](slots, cx) : null
    const id = all === 0 ? '' : keyOf(keys)
    const groups = this.levels[level]
    let group = groups.get(id)
    if (!group) {
      cx.held(1)
      groups.set(id, (group = this.makeGroup(id, level, keys, slots)))
    }
    return group
  }

  get grouped(): boolean {
    return this.plan.keys.length > 0
  }

  enter(slots: Slots): void {
    if (!this.grouped) {
      this.change(this.total, slots, true)
      return
    }
    for (let level = 0; level < this.levels.length; level++) {
      const group = this.groupOf(slots, level)
      group.sample = slots
      this.change(group, slots, true)
    }
    this.changeLocal(slots, true)
  }

  leave(slots: Slots): void {
    if (!this.grouped) {
      this.change(this.total, slots, false)
      return
    }
    for (let level = 0; level < this.levels.length; level++)
      this.change(this.groupOf(slots, level), slots, false)
    this.changeLocal(slots, false)
  }

  change(group: Group, slots: Slots, enters: boolean): void {
    group.count += enters ? 1 : -1
    const { aggregates } = group
    if (this.plan.nested) this.cx.aggregates = aggregates
    for (let i = 0; i < aggregates.length; i++) {
      if (this.plan.aggregates[i].localKeys) continue
      if (enters) aggregates[i].enter(slots, this.cx)
      else aggregates[i].leave(slots, this.cx)
    }
    if (!this.grouped) this.changeLocal(slots, enters)
  }

  changeLocal(slots: Slots, enters: boolean): void {
    if (!this.hasLocal) return
    for (const [i, { localKeys }] of this.plan.aggregates.entries())
      if (localKeys) this.changeOwn(this.local[i], i, slots, enters)
  }

  /** What holds nothing any more is forgotten: it is as one that is made anew. */
  changeOwn(groups: Map<Value, LocalGroup>, place: number, slots: Slots, enters: boolean): void {
    const id = this.localId(place, slots)
    let group = groups.get(id)
    if (!group) {
      this.cx.held(1)
      groups.set(id, (group = { aggregate: this.makeLocal(place), count: 0 }))
    }
    group.count += enters ? 1 : -1
    if (enters) group.aggregate.enter(slots, this.cx)
    else group.aggregate.leave(slots, this.cx)
    if (group.count <= 0 && this.plan.sliding && groups.delete(id)) this.cx.held(-1)
  }

  localOf(place: number, slots: Slots): Aggregate {
    return this.local[place].get(this.localId(place, slots))?.aggregate ?? this.makeLocal(place)
  }

  localId(place: number, slots: Slots): Value {
    const { localKeys } = this.plan.aggregates[place]
    return localKeys!.length === 0 ? '' : keyOf(localKeys!.map(fn => fn(slots, this.cx)))
  }

  makeLocal(place: number): Aggregate {
    const plan = this.plan.aggregates[place]
    return plan.make(plan)
  }

  /** Forgets groups that hold nothing any more. */
  prune(groups: Iterable<Group>): void {
    if (!this.plan.sliding) return
    this.askedGroup = null
    for (const group of groups)
      if (group.count <= 0 && this.levels[group.level].delete(group.id)) this.cx.held(-1)
  }

  /** Lets go of the groups with a key, or of all that was aggregated where nothing is grouped. */
  forget(id: Value): void {
    if (!this.grouped) {
      this.clear()
      return
    }
    this.askedGroup = null
    for (const groups of this.levels) if (groups.delete(id)) this.cx.held(-1)
  }

  clear(): void {
    this.askedGroup = null
    for (const groups of [...this.levels, ...this.local]) {
      this.cx.held(-groups.size)
      groups.clear()
    }
    const fresh = this.makeGroup('', 0, [], this.nobody)
    Object.assign(this.total, { aggregates: fresh.aggregates, count: 0 })
  }

  // ── rows ───────────────────────────────────────────────────────────────────────────────────

  /** The row of a joined event, or null when `having` refuses it. */
  row(slots: Slots, group: Group, isNew: boolean): Row | null {
    const { plan, cx } = this
    cx.aggregates = group.aggregates
    cx.keys = group.keys
    cx.level = group.level
    cx.isNew = isNew
    if (plan.aggregates.length > 0) this.useLocal(slots, group)
    if (plan.having !== undefined && plan.having(slots, cx) !== true) return null
    const event = this.eventOf(slots)
    return { event, sort: plan.orderBy.length === 0 ? null : plan.orderBy.map(key => key.fn(slots, cx)) }
  }

  useLocal(slots: Slots, group: Group): void {
    if (!this.hasLocal) return
    const plans = this.plan.aggregates
    this.cx.aggregates = group.aggregates.map((aggregate, i) =>
      plans[i].localKeys ? this.localOf(i, slots) : aggregate,
    )
  }

  eventOf(slots: Slots): Event {
    const { columns, type } = this.plan
    if (columns === undefined) return slots[this.plan.whole] as Event
    const values: Value[] = new Array(columns.length)
    for (let i = 0; i < columns.length; i++) values[i] = columns[i](slots, this.cx) ?? null
    return new Event(type, values)
  }

  groupRow(group: Group, isNew: boolean): Row | null {
    return this.row(group.sample, group, isNew)
  }

  /** Takes a change in and says which rows it causes. */
  process(added: readonly Slots[], removed: readonly Slots[]): Rows {
    switch (this.plan.queryClass) {
      case 'rows':
        return this.plainRows(added, removed)
      case 'total':
        return this.totalRows(added, removed)
      case 'rowsWithTotal':
        return this.totalledRows(added, removed)
      case 'groups':
        return this.groupedRows(added, removed)
      default:
        return this.rowsOfGroups(added, removed)
    }
  }

  apply(added: readonly Slots[], removed: readonly Slots[]): void {
    for (const slots of added) this.enter(slots)
    for (const slots of removed) this.leave(slots)
  }

  plainRows(added: readonly Slots[], removed: readonly Slots[]): Rows {
    const rows: Rows = { added: [], removed: [] }
    for (const slots of added) push(rows.added, this.row(slots, this.total, true))
    if (this.plan.wantsOld)
      for (const slots of removed) push(rows.removed, this.row(slots, this.total, false))
    return rows
  }

  totalRows(added: readonly Slots[], removed: readonly Slots[]): Rows {
    const rows: Rows = { added: [], removed: [] }
    if (this.plan.wantsOld) push(rows.removed, this.row(this.nobody, this.total, false))
    this.apply(added, removed)
    push(rows.added, this.row(this.nobody, this.total, true))
    return rows
  }

  totalledRows(added: readonly Slots[], removed: readonly Slots[]): Rows {
    this.apply(added, removed)
    return this.plainRows(added, removed)
  }

  /** Groups that a change touches, each once, finest level first, in the order of the rows. */
  touched(added: readonly Slots[], removed: readonly Slots[]): Iterable<Group> {
    if (this.levels.length === 1 && added.length + removed.length === 1)
      return [this.groupOf(added[0] ?? removed[0], 0)]
    const groups = new Set<Group>()
    for (let level = 0; level < this.levels.length; level++) {
      for (const slots of added) groups.add(this.groupOf(slots, level))
      for (const slots of removed) groups.add(this.groupOf(slots, level))
    }
    return groups
  }

  groupedRows(added: readonly Slots[], removed: readonly Slots[]): Rows {
    const rows: Rows = { added: [], removed: [] }
    const groups = this.touched(added, removed)
    if (this.plan.wantsOld) for (const group of groups) push(rows.removed, this.groupRow(group, false))
    this.apply(added, removed)
    for (const group of groups) push(rows.added, this.groupRow(group, true))
    this.prune(groups)
    return rows
  }

  rowsOfGroups(added: readonly Slots[], removed: readonly Slots[]): Rows {
    const rows: Rows = { added: [], removed: [] }
    this.apply(added, removed)
    for (const slots of added) push(rows.added, this.row(slots, this.groupOf(slots, 0), true))
    if (this.plan.wantsOld)
      for (const slots of removed) push(rows.removed, this.row(slots, this.groupOf(slots, 0), false))
    this.prune(removed.map(slots => this.groupOf(slots, 0)))
    return rows
  }

  /** Rows of what is there now. */
  snapshot(contents: readonly Slots[]): Row[] {
    const rows: Row[] = []
    switch (this.plan.queryClass) {
      case 'total':
        push(rows, this.row(this.nobody, this.total, true))
        break
      case 'groups':
        for (const level of this.levels)
          for (const group of level.values()) push(rows, this.groupRow(group, true))
        break
      case 'rowsWithGroup':
        for (const slots of contents) push(rows, this.row(slots, this.groupOf(slots, 0), true))
        break
      default:
        for (const slots of contents) push(rows, this.row(slots, this.total, true))
    }
    return rows
  }

  /** Order, repeats and limit of one delivery. */
  arrange(rows: Row[]): Event[] {
    const { plan } = this
    let sorted =
      plan.orderBy.length > 0 && rows.length > 1 ? rows.toSorted((a, b) => this.compare(a, b)) : rows
    if (plan.distinct) sorted = distinct(sorted)
    const events = sorted.map(row => row.event)
    if (!plan.limit) return events
    const count = plan.limit.count(this.nobody, this.cx) as number | null
    const offset = (plan.limit.offset?.(this.nobody, this.cx) as number | null) ?? 0
    return events.slice(
      Math.max(0, offset),
      count === null || count < 0 ? undefined : Math.max(0, offset) + count,
    )
  }

  compare(a: Row, b: Row): number {
    for (let i = 0; i < this.plan.orderBy.length; i++) {
      const result = order(a.sort![i], b.sort![i])
      if (result !== 0) return this.plan.orderBy[i].descending ? -result : result
    }
    return 0
  }
}

/** Adds a row unless `having` refused it. */
export function push(rows: Row[], row: Row | null): void {
  if (row !== null) rows.push(row)
}

function distinct(rows: Row[]): Row[] {
  const seen = new Map<Value, Row>()
  for (const row of rows) {
    const key = keyOf(['row', ...row.event.values])
    if (!seen.has(key)) seen.set(key, row)
  }
  return [...seen.values()]
}
