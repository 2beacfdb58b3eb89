import type { Slots } from '../expressions/scope.ts'
import { type Group, push, type Row, type Rows } from '../select/rows.ts'
import { Rated } from './rated.ts'

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
