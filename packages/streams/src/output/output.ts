import type { Slots } from '../expressions/scope.ts'
import type { ResultSet } from '../select/rows.ts'
import { FirstOfGroups, FirstRow } from './first.ts'
import { Gathered, LastRow, LastTotal, Snapshot } from './gathered.ts'
import { AllGroups, AllOfGroups, LastGroups, LastOfGroups } from './groups.ts'
import type { OutputPlan } from './plan.ts'
import type { Counts, Outlet, Output } from './rated.ts'

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
