import type { Value } from '../engine/event.ts'
import type { Slots } from '../expressions/scope.ts'
import { type Group, push, type Row, type Rows } from '../select/rows.ts'
import { Rated } from './rated.ts'

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
    for (let level = 0; level < this.rows.levels.length; level++) {
      for (const slots of added) this.note(this.rows.groupOf(slots, level))
      for (const slots of removed) this.note(this.rows.groupOf(slots, level))
    }
    this.rows.apply(added, removed)
  }

  note(group: Group): void {
    if (this.known.has(group)) return
    this.known.set(group, this.rows.plan.wantsOld ? this.rows.groupRow(group, false) : null)
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
