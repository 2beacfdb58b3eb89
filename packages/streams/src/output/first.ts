import type { Value } from '../engine/event.ts'
import type { Slots } from '../expressions/scope.ts'
import { type Group, push, type Row, type Rows } from '../select/rows.ts'
import { nextTime } from '../time/cron.ts'
import { plus } from '../time/period.ts'
import { Rated } from './rated.ts'

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
    if (!gate) {
      this.rows.cx.held(1)
      this.gates.set(key, (gate = new Gate()))
    }
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
