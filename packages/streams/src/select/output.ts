import type { Cx } from '../engine/context.ts'
import type { Event, Value } from '../engine/event.ts'
import type { Scheduler, Timed, Timer } from '../engine/scheduler.ts'
import type { Fn, Slots } from '../expressions/scope.ts'
import { type Cron, nextTime } from '../time/cron.ts'
import { nextOnGrid, plus, type Span } from '../time/period.ts'
import type { Group, ResultSet, Row, Rows } from './rows.ts'
import { push } from './rows.ts'

export type Keep = 'default' | 'all' | 'first' | 'last' | 'snapshot'

export interface OutputPlan {
  readonly keep: Keep
  readonly every?: { readonly span: Span } | { readonly events: Fn }
  readonly cron?: Cron
  readonly when?: { readonly condition: Fn; readonly set: (cx: Cx) => void }
  readonly terminated?: { readonly condition: Fn | undefined; readonly set: (cx: Cx) => void }
  readonly after?: { readonly span: Span } | { readonly events: number }
  /** Place in `cx.parts` of the counts that `when` may name. */
  readonly counts?: number
}

/** Where rows go. */
export interface Outlet {
  deliver(added: readonly Event[], removed: readonly Event[]): void
  /** Rows of what the windows hold now. */
  present(): Row[]
  readonly scheduler: Scheduler
  readonly order: number
  readonly zone: string
}

/** `count_insert` and the like, for `output when`. */
export class Counts {
  insert = 0
  remove = 0
  insertTotal = 0
  removeTotal = 0
  lastOutput: Value = null
}

/** Takes changes of the result and delivers rows when it is time. */
export interface Output {
  update(added: readonly Slots[], removed: readonly Slots[]): void
  /** The context partition ends. */
  terminate(): void
  stop(): void
}

/** No `output` clause: each change at once. */
export class Immediate implements Output {
  readonly rows: ResultSet
  readonly outlet: Outlet
  constructor(rows: ResultSet, outlet: Outlet) {
    this.rows = rows
    this.outlet = outlet
  }
  update(added: readonly Slots[], removed: readonly Slots[]): void {
    const made = this.rows.process(added, removed)
    if (made.added.length === 0 && made.removed.length === 0) return
    this.outlet.deliver(this.rows.arrange(made.added), this.rows.arrange(made.removed))
  }
  terminate(): void {}
  stop(): void {}
}

/** When a rate is reached: by time, by count, by a condition; and only after a while. */
abstract class Rated implements Output, Timed {
  readonly rows: ResultSet
  readonly outlet: Outlet
  readonly plan: OutputPlan
  readonly counts: Counts
  readonly opens: number
  passed = 0
  timer: Timer | null = null
  grid: number | null = null
  newCount = 0
  oldCount = 0

  constructor(rows: ResultSet, outlet: Outlet, plan: OutputPlan, counts: Counts) {
    this.rows = rows
    this.outlet = outlet
    this.plan = plan
    this.counts = counts
    const { now } = outlet.scheduler
    this.opens = plan.after && 'span' in plan.after ? plus(now, plan.after.span, outlet.zone) : 0
    if (plan.cron) this.arm()
  }

  /** Gathers a change. */
  abstract gather(added: readonly Slots[], removed: readonly Slots[]): void
  /** Delivers what was gathered. */
  abstract fire(): void

  update(added: readonly Slots[], removed: readonly Slots[]): void {
    if (!this.isOpen(added.length)) {
      this.rows.process(added, removed)
      return
    }
    this.gather(added, removed)
    this.count(added.length, removed.length)
    this.check()
  }

  isOpen(added: number): boolean {
    const { after } = this.plan
    if (!after) return true
    if ('span' in after) return this.outlet.scheduler.now >= this.opens
    this.passed += added
    return this.passed > after.events
  }

  count(added: number, removed: number): void {
    this.newCount += added
    this.oldCount += removed
    this.counts.insert += added
    this.counts.remove += removed
    this.counts.insertTotal += added
    this.counts.removeTotal += removed
    if (this.plan.every && 'span' in this.plan.every && this.timer === null) this.arm()
  }

  check(): void {
    const { every, when } = this.plan
    if (every && 'events' in every) {
      const limit = every.events([], this.rows.cx) as number
      if (this.newCount >= limit || this.oldCount >= limit) this.release()
    } else if (when) this.checkCondition()
    else if (!every && !this.plan.cron && !this.plan.terminated) this.release()
  }

  checkCondition(): void {
    const { when } = this.plan
    if (when === undefined || when.condition(this.rows.nobody, this.rows.cx) !== true) return
    when.set(this.rows.cx)
    this.release()
  }

  release(): void {
    this.newCount = 0
    this.oldCount = 0
    this.fire()
    this.counts.insert = 0
    this.counts.remove = 0
    this.counts.lastOutput = this.outlet.scheduler.now
  }

  arm(): void {
    const { scheduler, order, zone } = this.outlet
    const { every, cron } = this.plan
    if (cron) {
      const next = nextTime(cron, scheduler.now)
      if (next !== undefined) this.timer = scheduler.at(next, order, this)
    } else if (every && 'span' in every) {
      this.grid ??= scheduler.now
      this.timer = scheduler.at(nextOnGrid(this.grid, every.span, scheduler.now, zone), order, this)
    }
  }

  onTime(): void {
    this.timer = null
    this.arm()
    this.release()
  }

  terminate(): void {
    const { terminated } = this.plan
    if (!terminated) return
    if (terminated.condition && terminated.condition(this.rows.nobody, this.rows.cx) !== true) return
    terminated.set(this.rows.cx)
    this.release()
  }

  stop(): void {
    this.timer?.cancel()
    this.timer = null
  }

  deliver(added: Row[], removed: Row[]): void {
    this.outlet.deliver(this.rows.arrange(added), this.rows.arrange(removed))
  }
}

/** All rows of the interval, as they came. Also `all` and `last` for what has no groups to keep. */
export class Gathered extends Rated {
  gathered: Rows = { added: [], removed: [] }

  gather(added: readonly Slots[], removed: readonly Slots[]): void {
    const rows = this.rows.process(added, removed)
    this.gathered.added.push(...rows.added)
    this.gathered.removed.push(...rows.removed)
    this.busy = true
  }

  busy = false

  fire(): void {
    const { added, removed } = this.gathered
    this.gathered = { added: [], removed: [] }
    if (!this.busy && this.rows.plan.queryClass === 'total') this.unchanged(added, removed)
    this.busy = false
    this.deliver(added, removed)
  }

  /** A total is told each interval, changed or not. */
  unchanged(added: Row[], removed: Row[]): void {
    push(added, this.rows.row(this.rows.nobody, this.rows.total, true))
    if (this.rows.plan.wantsOld) push(removed, this.rows.row(this.rows.nobody, this.rows.total, false))
  }
}

/** `last` without groups: the last row. */
export class LastRow extends Rated {
  added: Row | null = null
  removed: Row | null = null

  gather(added: readonly Slots[], removed: readonly Slots[]): void {
    const rows = this.rows.process(added, removed)
    this.added = rows.added.at(-1) ?? this.added
    this.removed = rows.removed.at(-1) ?? this.removed
  }

  fire(): void {
    const { added, removed } = this
    this.added = null
    this.removed = null
    this.deliver(added ? [added] : [], removed ? [removed] : [])
  }
}

/** `last` of a total: its value now, and the first one of the interval that `having` lets pass. */
export class LastTotal extends Rated {
  before: Row | null = null
  busy = false

  gather(added: readonly Slots[], removed: readonly Slots[]): void {
    this.busy = true
    this.remember()
    this.rows.apply(added, removed)
  }

  remember(): void {
    if (this.rows.plan.wantsOld) this.before ??= this.rows.row(this.rows.nobody, this.rows.total, false)
  }

  fire(): void {
    if (!this.busy) this.remember()
    const { before } = this
    this.before = null
    this.busy = false
    const now = this.rows.row(this.rows.nobody, this.rows.total, true)
    this.deliver(now ? [now] : [], before ? [before] : [])
  }
}

/** `last` of groups: those that changed, as they are now. */
export class LastGroups extends Rated {
  /** The row before the first change of the interval. */
  changed = new Map<Group, Row | null>()

  gather(added: readonly Slots[], removed: readonly Slots[]): void {
    for (const group of this.rows.touched(added, removed))
      if (!this.changed.has(group))
        this.changed.set(group, this.rows.plan.wantsOld ? this.rows.groupRow(group, false) : null)
    this.rows.apply(added, removed)
  }

  fire(): void {
    const made: Rows = { added: [], removed: [] }
    const groups = inLevels(this.changed.keys())
    for (const group of groups) {
      push(made.added, this.rows.groupRow(group, true))
      push(made.removed, this.changed.get(group) ?? null)
    }
    this.changed.clear()
    this.rows.prune(groups)
    this.deliver(made.added, made.removed)
  }
}

function inLevels(groups: Iterable<Group>): Group[] {
  return [...groups].sort((a, b) => a.level - b.level)
}

/** `all` of groups: every group there ever was. */
export class AllGroups extends Rated {
  /** The row of each group at the last output. */
  known = new Map<Group, Row | null>()

  gather(added: readonly Slots[], removed: readonly Slots[]): void {
    for (const group of this.rows.touched(added, removed))
      if (!this.known.has(group))
        this.known.set(group, this.rows.plan.wantsOld ? this.rows.groupRow(group, false) : null)
    this.rows.apply(added, removed)
  }

  fire(): void {
    const made: Rows = { added: [], removed: [] }
    for (const group of inLevels(this.known.keys())) {
      push(made.added, this.rows.groupRow(group, true))
      push(made.removed, this.known.get(group) ?? null)
      if (this.rows.plan.wantsOld) this.known.set(group, this.rows.groupRow(group, false))
    }
    this.deliver(made.added, made.removed)
  }
}

/** `last` of rows with a group value: the last row of each group that changed. */
export class LastOfGroups extends Rated {
  added = new Map<Group, Row>()
  removed = new Map<Group, Row>()

  gather(added: readonly Slots[], removed: readonly Slots[]): void {
    const { rows } = this
    rows.apply(added, removed)
    for (const slots of added) this.note(this.added, slots, true)
    if (rows.plan.wantsOld) for (const slots of removed) this.note(this.removed, slots, false)
    rows.prune(removed.map(slots => rows.groupOf(slots, 0)))
  }

  note(into: Map<Group, Row>, slots: Slots, isNew: boolean): void {
    const group = this.rows.groupOf(slots, 0)
    const row = this.rows.row(slots, group, isNew)
    if (row) into.set(group, row)
  }

  fire(): void {
    const [added, removed] = [[...this.added.values()], [...this.removed.values()]]
    this.added.clear()
    this.removed.clear()
    this.deliver(added, removed)
  }
}

/** `all` of rows with a group value: rows of the interval, and the last row of the groups that had none. */
export class AllOfGroups extends Rated {
  gathered: Rows = { added: [], removed: [] }
  newest = new Map<Value, { slots: Slots; group: Group }>()
  changed = new Set<Value>()

  gather(added: readonly Slots[], removed: readonly Slots[]): void {
    const { rows } = this
    rows.apply(added, removed)
    for (const slots of added) {
      const group = rows.groupOf(slots, 0)
      this.newest.set(group.id, { slots, group })
      this.changed.add(group.id)
      push(this.gathered.added, rows.row(slots, group, true))
    }
    if (rows.plan.wantsOld)
      for (const slots of removed) push(this.gathered.removed, rows.row(slots, rows.groupOf(slots, 0), false))
  }

  fire(): void {
    const { added, removed } = this.gathered
    this.gathered = { added: [], removed: [] }
    for (const [id, { slots, group }] of this.newest)
      if (!this.changed.has(id)) push(added, this.rows.row(slots, group, true))
    this.changed.clear()
    this.deliver(added, removed)
  }
}

/** `first` without groups: the first row of each interval, at once. */
export class FirstRow extends Rated {
  given = false

  override update(added: readonly Slots[], removed: readonly Slots[]): void {
    const open = this.isOpen(added.length)
    const rows = this.rows.process(added, removed)
    if (!open) return
    const any = rows.added.length > 0 || rows.removed.length > 0
    if (!this.given && any) {
      this.given = true
      this.deliver(rows.added.slice(0, 1), rows.removed.slice(0, 1))
    }
    if (any || this.given) this.count(added.length, removed.length)
    this.check()
  }

  gather(): void {}

  override checkCondition(): void {
    const { when } = this.plan
    if (when === undefined || when.condition(this.rows.nobody, this.rows.cx) !== true) return
    when.set(this.rows.cx)
    this.release()
  }

  fire(): void {
    this.given = false
  }
}

/** When a group may speak again: at a time, or after so many rows have entered or left since. */
class Gate {
  until = Number.NEGATIVE_INFINITY
  entered = 0
  left = 0
  spoken = false

  counts(entered: number, left: number, limit: number): boolean {
    let opens = false
    for (let i = 0; i < entered; i++) opens = this.step(1, 0, limit) || opens
    for (let i = 0; i < left; i++) opens = this.step(0, 1, limit) || opens
    return opens
  }

  step(entered: number, left: number, limit: number): boolean {
    if (this.spoken) {
      this.entered += entered
      this.left += left
      if (this.entered < limit && this.left < limit) return false
    }
    this.entered = 0
    this.left = 0
    this.spoken = true
    return true
  }
}

/** `first` with groups: each group's first row, then silence for the interval. */
export class FirstOfGroups extends Rated {
  gates = new Map<Value, Gate>()

  override update(added: readonly Slots[], removed: readonly Slots[]): void {
    const made =
      this.rows.plan.queryClass === 'groups' ? this.ofGroups(added, removed) : this.ofRows(added, removed)
    if (made.added.length > 0 || made.removed.length > 0) this.deliver(made.added, made.removed)
  }

  ofGroups(added: readonly Slots[], removed: readonly Slots[]): Rows {
    const { rows } = this
    const made: Rows = { added: [], removed: [] }
    const changes = this.changesOf(added, removed)
    const before = new Map(
      [...changes.keys()].map(group => [group, rows.plan.wantsOld ? rows.groupRow(group, false) : null]),
    )
    rows.apply(added, removed)
    for (const [group, { entered, left }] of changes) {
      const row = rows.groupRow(group, true)
      if (row === null || !this.passes(group, entered, left)) continue
      made.added.push(row)
      push(made.removed, before.get(group) ?? null)
    }
    rows.prune(changes.keys())
    return made
  }

  /** How many rows entered and left each group. */
  changesOf(
    added: readonly Slots[],
    removed: readonly Slots[],
  ): Map<Group, { entered: number; left: number }> {
    const { rows } = this
    const changes = new Map<Group, { entered: number; left: number }>()
    const of = (slots: Slots, level: number) => {
      const group = rows.groupOf(slots, level)
      let change = changes.get(group)
      if (!change) changes.set(group, (change = { entered: 0, left: 0 }))
      return change
    }
    for (let level = 0; level < rows.levels.length; level++) {
      for (const slots of added) of(slots, level).entered++
      for (const slots of removed) of(slots, level).left++
    }
    return changes
  }

  ofRows(added: readonly Slots[], removed: readonly Slots[]): Rows {
    const { rows } = this
    const made: Rows = { added: [], removed: [] }
    rows.apply(added, removed)
    // What leaves changes its group too: the first change is told, as an insert row.
    for (const slots of added) this.offer(slots, made.added)
    for (const slots of removed) this.offer(slots, made.added)
    rows.prune(removed.map(slots => rows.groupOf(slots, 0)))
    return made
  }

  offer(slots: Slots, into: Row[]): void {
    const group = this.rows.groupOf(slots, 0)
    const row = this.rows.row(slots, group, true)
    if (row && this.passes(group, 1, 0)) into.push(row)
  }

  /** Whether the group may speak now, after so many rows entered and left. */
  passes(group: Group, entered: number, left: number): boolean {
    const key = group.level === 0 ? group.id : `${group.level}:${String(group.id)}`
    let gate = this.gates.get(key)
    if (!gate) this.gates.set(key, (gate = new Gate()))
    const { every, cron } = this.plan
    if (every && 'events' in every)
      return gate.counts(entered, left, every.events([], this.rows.cx) as number)
    const { now } = this.outlet.scheduler
    if (gate.spoken && now < gate.until) return false
    gate.spoken = true
    gate.until = cron
      ? (nextTime(cron, now) ?? Infinity)
      : every
        ? plus(now, every.span, this.outlet.zone)
        : now
    return true
  }

  override arm(): void {}
  gather(): void {}
  fire(): void {}
}

/** `snapshot`: what is there now. */
export class Snapshot extends Rated {
  gather(added: readonly Slots[], removed: readonly Slots[]): void {
    this.rows.apply(added, removed)
    if (this.rows.grouped && this.rows.plan.sliding)
      this.rows.prune(removed.flatMap(slots => this.groupsOf(slots)))
  }

  groupsOf(slots: Slots): Group[] {
    return this.rows.levels.map((_, level) => this.rows.groupOf(slots, level))
  }

  override update(added: readonly Slots[], removed: readonly Slots[]): void {
    const open = this.isOpen(added.length)
    this.gather(added, removed)
    if (!open) return
    this.count(added.length, removed.length)
    this.check()
  }

  fire(): void {
    this.deliver(this.outlet.present(), [])
  }
}

/** Which of them a plan needs. */
export function outputFor(
  plan: OutputPlan | undefined,
  rows: ResultSet,
  outlet: Outlet,
  counts: Counts,
): Output {
  if (!plan) return new Immediate(rows, outlet)
  const args = [rows, outlet, plan, counts] as const
  const kind = rows.plan.queryClass
  const grouped = kind === 'groups' || kind === 'rowsWithGroup'
  switch (plan.keep) {
    case 'snapshot':
      return new Snapshot(...args)
    case 'first':
      return grouped ? new FirstOfGroups(...args) : new FirstRow(...args)
    case 'last':
      if (kind === 'total') return new LastTotal(...args)
      if (kind === 'groups') return new LastGroups(...args)
      return grouped ? new LastOfGroups(...args) : new LastRow(...args)
    case 'all':
      if (kind === 'groups') return new AllGroups(...args)
      return grouped ? new AllOfGroups(...args) : new Gathered(...args)
    default:
      return new Gathered(...args)
  }
}
