import { Event, type Value } from '../engine/event.ts'
import type { Owner } from '../engine/filters.ts'
import type { Clock } from '../engine/scheduler.ts'
import type { Fn, Slots } from '../expressions/scope.ts'
import { within } from '../select/contained.ts'
import { InstanceCx } from '../select/cx.ts'
import type { Env, Running } from '../select/instance.ts'
import { converted, listen } from '../select/listen.ts'
import type { Part } from '../select/parts.ts'
import { ResultSet } from '../select/rows.ts'
import type { NamedWindow } from '../tables/namedWindow.ts'
import type { Table } from '../tables/table.ts'
import type { Chain } from '../windows/groups.ts'
import { type Host, none, type Sink } from '../windows/view.ts'
import { assign, withItem } from './assign.ts'
import type { Assign, MergeBranchPlan, MergeStep, TriggerAction, TriggerPlan } from './plan.ts'

type ActionOf<K extends TriggerAction['kind']> = Extract<TriggerAction, { kind: K }>

/** What a merge or an update does to one window. */
class Changes {
  readonly added: Event[] = []
  readonly removed: Event[] = []
  readonly replaced: { from: Event; to: Event }[] = []
}

/** `on … select | delete | update | merge | set | insert`. */
export class Trigger implements Owner, Host, Running, Sink {
  readonly plan: TriggerPlan
  readonly env: Env
  readonly cx: InstanceCx
  readonly chain: Chain
  readonly listening: { stop(): void }

  constructor(plan: TriggerPlan, env: Env) {
    this.plan = plan
    this.env = env
    this.cx = new InstanceCx(env.runtime, env.partition)
    for (const part of plan.parts) this.cx.parts.push(part.make(this))
    this.chain = plan.stream.windows.make(this, this)
    this.listening = listen(plan.stream.source, this.chain.head, env, this.cx, this)
  }

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
  begin(): void {}
  flush(): void {}
  terminate(): void {}
  iterate(): readonly Event[] {
    return none
  }

  update(added: readonly Event[]): void {
    for (const event of added) this.act(event)
  }

  act(event: Event): void {
    const { action } = this.plan
    switch (action.kind) {
      case 'select':
        this.select(event, action)
        return
      case 'delete':
        this.remove(event, action)
        return
      case 'update':
        this.change(event, action)
        return
      case 'merge':
        this.merge(event, action)
        return
      case 'set':
        this.set(event, action)
        return
      case 'split':
        this.split(event, action)
        return
    }
  }

  target(name: string): NamedWindow | Table {
    const { runtime, partition } = this.env
    return runtime.hasTable(name) ? runtime.table(name, partition) : runtime.window(name, partition)
  }

  matches(event: Event, name: string, where: Fn | undefined): Event[] {
    const rows = this.target(name).contents()
    this.cx.work(rows.length)
    return where ? rows.filter(row => where([event, row, row], this.cx) === true) : [...rows]
  }

  select(event: Event, action: ActionOf<'select'>): void {
    const { filter } = action
    const rows = this.matches(event, action.window, action.where).filter(
      row => !filter || filter([row], this.cx) === true,
    )
    const result = new ResultSet(action.rows, this.cx)
    const slots: Slots[] = rows.map(row => [event, row])
    const made = result.process(slots, [])
    const out = result.arrange(made.added)
    if (action.remove) this.target(action.window).remove(rows)
    if (action.insert)
      for (const one of out) this.env.runtime.route(converted(one, action.insert), this.env.partition)
    if (out.length > 0) this.env.outlet.deliver(out, none)
  }

  remove(event: Event, action: ActionOf<'delete'>): void {
    const rows = this.matches(event, action.window, action.where)
    if (rows.length === 0) return
    this.target(action.window).remove(rows)
    this.env.outlet.deliver(rows, none)
  }

  change(event: Event, action: ActionOf<'update'>): void {
    const rows = this.matches(event, action.window, action.where)
    if (rows.length === 0) return
    const changed = rows.map(row => this.assigned(row, event, action.set))
    this.target(action.window).replace(changed, rows)
    this.env.outlet.deliver(changed, rows)
  }

  assigned(row: Event, trigger: Event, set: readonly Assign[]): Event {
    const values = [...row.values]
    const changing = new Event(row.type, values)
    assign(values, set, [trigger, changing, row], this.cx)
    return changing
  }

  // ── merge ──────────────────────────────────────────────────────────────────────────────────

  merge(event: Event, action: ActionOf<'merge'>): void {
    const rows =
      action.where || action.branches.some(branch => branch.matched)
        ? this.matches(event, action.window, action.where)
        : []
    const changes = new Changes()
    if (rows.length === 0) this.branch(action.branches, false, [event, null, null], changes)
    else for (const row of rows) this.branch(action.branches, true, [event, row, row], changes)
    this.apply(action.window, changes)
  }

  branch(branches: readonly MergeBranchPlan[], matched: boolean, slots: Slots, changes: Changes): void {
    const found = branches.find(
      branch =>
        branch.matched === matched && (!branch.condition || branch.condition(slots, this.cx) === true),
    )
    for (const step of found?.steps ?? []) this.step(step, slots, changes)
  }

  step(step: MergeStep, slots: Slots, changes: Changes): void {
    if (step.where && step.where(slots, this.cx) !== true) return
    const row = slots[1] as Event
    if (step.kind === 'delete') changes.removed.push(row)
    else if (step.kind === 'update')
      changes.replaced.push({ from: row, to: this.assigned(row, slots[0] as Event, step.set) })
    else {
      const values: Value[] = step.columns.map(column => column(slots, this.cx) ?? null)
      const made = converted(new Event(step.type, values), step.insert)
      if (step.own) changes.added.push(made)
      else this.env.runtime.route(made, this.env.partition)
    }
  }

  apply(name: string, changes: Changes): void {
    const target = this.target(name)
    const [to, from] = [
      changes.replaced.map(change => change.to),
      changes.replaced.map(change => change.from),
    ]
    if (changes.removed.length > 0) target.remove(changes.removed)
    if (to.length > 0) target.replace(to, from)
    if (changes.added.length > 0) target.replace(changes.added, none)
    const added = [...changes.added, ...to]
    const removed = [...changes.removed, ...from]
    if (added.length > 0 || removed.length > 0) this.env.outlet.deliver(added, removed)
  }

  // ── set and split ──────────────────────────────────────────────────────────────────────────

  set(event: Event, action: ActionOf<'set'>): void {
    for (const { name, index, value } of action.set) {
      const next = value([event], this.cx) ?? null
      const held = index ? withItem(this.cx.variable(name), index([event], this.cx), next) : next
      this.cx.setVariable(name, held)
    }
    this.env.outlet.deliver(
      [
        new Event(
          action.type,
          action.set.map(({ name }) => this.cx.variable(name)),
        ),
      ],
      none,
    )
  }

  split(event: Event, action: ActionOf<'split'>): void {
    for (const branch of action.branches) {
      const found = within(branch.contained, event, this.cx).filter(
        one => !branch.where || branch.where([one], this.cx) === true,
      )
      for (const one of found) this.send(one, branch)
      if (found.length > 0 && !action.all) return
    }
  }

  send(event: Event, { columns, type, insert }: ActionOf<'split'>['branches'][number]): void {
    const row = columns
      ? new Event(
          type,
          columns.map(column => column([event], this.cx) ?? null),
        )
      : event
    this.env.runtime.route(converted(row, insert), this.env.partition)
  }

  stop(): void {
    this.listening.stop()
    for (const view of this.chain.stops) view.stop()
    for (const part of this.cx.parts as Part[]) part.stop?.()
    this.cx.release()
  }
}
