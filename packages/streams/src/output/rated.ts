import type { Event, Value } from '../engine/event.ts'
import type { Clock, Timed, Timer } from '../engine/scheduler.ts'
import { VariableWatch } from '../engine/watch.ts'
import type { Slots } from '../expressions/scope.ts'
import type { ResultSet, Row } from '../select/rows.ts'
import { nextTime } from '../time/cron.ts'
import { nextOnGrid, plus } from '../time/period.ts'
import type { OutputPlan } from './plan.ts'

/** Where rows go. */
export interface Outlet {
  deliver(added: readonly Event[], removed: readonly Event[]): void
  /** Rows of what the windows hold now. */
  present(): Row[]
  readonly scheduler: Clock
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

/** When a rate is reached: by time, by count, by a condition; and only after a while. */
export abstract class Rated implements Output, Timed {
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
  readonly watch: VariableWatch | null

  constructor(rows: ResultSet, outlet: Outlet, plan: OutputPlan, counts: Counts) {
    this.rows = rows
    this.outlet = outlet
    this.plan = plan
    this.counts = counts
    const { now } = outlet.scheduler
    this.opens = plan.after && 'span' in plan.after ? plus(now, plan.after.span, outlet.zone) : 0
    if (plan.cron || plan.atOnce) this.arm()
    const variables = plan.when?.variables ?? []
    this.watch =
      variables.length === 0
        ? null
        : new VariableWatch(rows.cx.runtime, variables, outlet.order, () => this.checkCondition())
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
    this.watch?.stop()
    this.timer?.cancel()
    this.timer = null
  }

  deliver(added: Row[], removed: Row[]): void {
    this.outlet.deliver(this.rows.arrange(added), this.rows.arrange(removed))
  }
}
