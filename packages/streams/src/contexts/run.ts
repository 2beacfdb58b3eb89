import type { PartitionView } from '../engine/context.ts'
import type { Event, Value } from '../engine/event.ts'
import type { Owner, Receiver, Subscription } from '../engine/filters.ts'
import type { Runtime } from '../engine/runtime.ts'
import type { Timed, Timer } from '../engine/scheduler.ts'
import { keyOf } from '../expressions/operators.ts'
import type { Slots } from '../expressions/scope.ts'
import { PatternRun, type PatternTarget } from '../patterns/run.ts'
import { InstanceCx, type Running } from '../select/instance.ts'
import { nextTime } from '../time/cron.ts'
import { plus } from '../time/period.ts'
import type { Condition, ContextLevel, ContextPlan, KeySource } from './plan.ts'

/** A statement that runs in every partition. */
export interface Attached {
  readonly order: number
  instantiate(partition: Partition): Running
}

/** One partition: what its statements know of it, and what runs in it. */
export class Partition implements PartitionView {
  readonly run: LevelRun
  readonly id: number
  readonly keys: readonly Value[]
  readonly own: Map<string, Value>
  readonly variables = new Map<string, Value>()
  readonly running = new Map<Attached, Running>()
  /** What waits for the end. */
  readonly watches: { stop(): void }[] = []
  child: LevelRun | null = null
  ended = false

  constructor(run: LevelRun, id: number, keys: readonly Value[], own: Map<string, Value>) {
    this.run = run
    this.id = id
    this.keys = keys
    this.own = own
  }

  at(level: number): Partition {
    return level === this.run.depth ? this : this.run.parent!.at(level)
  }

  property(path: readonly string[]): Value {
    const [first, second] = path
    if (first === 'name') return this.run.context.plan.name
    if (first === 'id') return this.id
    if (second !== undefined) return this.ofLevel(first)?.own.get(second) ?? null
    if (this.own.has(first)) return this.own.get(first) ?? null
    return this.run.parent?.property(path) ?? null
  }

  ofLevel(name: string): Partition | undefined {
    if (this.run.level.name === name) return this
    return this.run.parent?.ofLevel(name)
  }

  /** Events by the slots that end conditions name them by. */
  get known(): Slots {
    const slots: (Event | null)[] = [null]
    for (const { alias, slot } of this.run.level.aliases)
      slots[slot] = (this.own.get(alias) as Event | undefined) ?? null
    return slots
  }
}

/** A context at work: all its partitions, on all levels. */
export class ContextRun {
  readonly plan: ContextPlan
  readonly runtime: Runtime
  readonly attached = new Set<Attached>()
  readonly leaves = new Set<Partition>()
  readonly top: LevelRun
  made = 0

  constructor(plan: ContextPlan, runtime: Runtime) {
    this.plan = plan
    this.runtime = runtime
    this.top = new LevelRun(this, 0, null)
  }

  attach(statement: Attached): void {
    this.attached.add(statement)
    for (const leaf of this.leaves) this.instantiate(statement, leaf)
  }

  detach(statement: Attached): void {
    this.attached.delete(statement)
    for (const leaf of this.leaves) {
      leaf.running.get(statement)?.stop()
      leaf.running.delete(statement)
    }
  }

  instantiate(statement: Attached, leaf: Partition): void {
    leaf.running.set(statement, statement.instantiate(leaf))
  }

  stop(): void {
    this.top.stop()
  }
}

/** One level under one partition of the level above. */
export class LevelRun implements Owner {
  readonly context: ContextRun
  readonly depth: number
  readonly parent: Partition | null
  readonly level: ContextLevel
  readonly cx: InstanceCx
  readonly partitions = new Map<Value, Partition>()
  readonly open = new Set<Partition>()
  readonly watches: { stop(): void }[] = []
  startWatch: Watch | null = null

  constructor(context: ContextRun, depth: number, parent: Partition | null) {
    this.context = context
    this.depth = depth
    this.parent = parent
    this.level = context.plan.levels[depth]
    this.cx = new InstanceCx(context.runtime, parent)
  }

  begin(): void {}
  flush(): void {}

  /** @param event what began the partition around: it is seen here too */
  start(event: Event | null): void {
    const { plan } = this.level
    switch (plan.kind) {
      case 'keyed':
        for (const source of plan.sources) this.watchKeys(source, event)
        return
      case 'category':
        plan.labels.forEach(({ label }, i) => {
          this.enter([i], new Map([['label', label]]), event)
        })
        return
      case 'hash':
        for (let i = 0; i < plan.granularity; i++) this.enter([i], new Map(), event)
        return
      case 'interval':
        this.watchStart(event)
    }
  }

  stop(): void {
    this.startWatch?.stop()
    for (const watch of this.watches) watch.stop()
    for (const partition of [...this.open]) this.leave(partition, false)
  }

  // ── keyed ──────────────────────────────────────────────────────────────────────────────────

  watchKeys(source: KeySource, event: Event | null): void {
    const { plan } = this.level
    if (plan.kind !== 'keyed') return
    const initiators = plan.initiated.filter(
      condition => condition.kind === 'filter' && condition.type === source.type,
    )
    if (plan.initiated.length > 0 && initiators.length === 0) return
    const filters = initiators.length > 0 ? initiators : [source]
    for (const one of filters) {
      if (!('filter' in one)) continue
      const watch = new KeyWatch(
        this,
        source,
        'kind' in one && one.kind === 'filter' ? one.alias : source.alias,
      )
      this.watches.push(watch)
      watch.subscribe(source.type, one.filter, event)
    }
  }

  enterKeyed(keys: readonly Value[], alias: string | undefined, event: Event): void {
    const id = keyOf(keys)
    if (this.partitions.has(id)) return
    const own = new Map<string, Value>(keys.map((key, i) => [`key${i + 1}`, key]))
    if (alias) own.set(alias, event)
    this.partitions.set(id, this.enter(keys, own, event))
  }

  // ── intervals ──────────────────────────────────────────────────────────────────────────────

  watchStart(event: Event | null): void {
    const { plan } = this.level
    if (plan.kind !== 'interval') return
    const active = this.open.size > 0
    if (active && !plan.overlapping) return
    if (this.beginsNow(plan.start, plan.end)) {
      this.enterInterval(new Map(), null)
      if (!plan.overlapping) return
    }
    if (plan.start.kind === 'now') return
    this.watchFor(plan.start, event)
  }

  watchFor(start: Condition, event: Event | null): void {
    this.startWatch?.stop()
    this.startWatch = new Watch(start, this, this.parent, startOrder, (own, cause) =>
      this.started(own, cause),
    )
    this.startWatch.start(event)
  }

  /** `@now`; and a pair of times of day that the present lies between. */
  beginsNow(start: Condition, end: Condition | undefined): boolean {
    if (start.kind === 'now' || ('now' in start && start.now)) return true
    if (start.kind !== 'cron' || end?.kind !== 'cron' || this.begun) return false
    this.begun = true
    const { now } = this.context.runtime.scheduler
    const [begins, ends] = [nextTime(start.cron, now), nextTime(end.cron, now)]
    return ends !== undefined && (begins === undefined || ends < begins)
  }

  begun = false

  started(own: Map<string, Value>, event: Event | null): void {
    const { plan } = this.level
    if (plan.kind !== 'interval') return
    const { overlapping } = plan
    if (!overlapping) {
      this.startWatch?.stop()
      this.startWatch = null
    }
    this.enterInterval(own, event)
    // A filter goes on watching; a time or a pattern has to be set again.
    if (overlapping && plan.start.kind !== 'filter') this.rearm(plan.start)
  }

  rearm(start: Condition): void {
    if (start.kind !== 'pattern') this.watchFor(start, null)
  }

  enterInterval(own: Map<string, Value>, event: Event | null): void {
    const { plan } = this.level
    if (plan.kind !== 'interval') return
    const keys = event && plan.distinct.length > 0 ? plan.distinct.map(key => key([event], this.cx)) : []
    if (keys.length > 0 && this.partitions.has(keyOf(keys))) return
    own.set('startTime', this.context.runtime.scheduler.now)
    const partition = this.enter(keys, own, event)
    if (keys.length > 0) this.partitions.set(keyOf(keys), partition)
  }

  // ── partitions ─────────────────────────────────────────────────────────────────────────────

  enter(keys: readonly Value[], own: Map<string, Value>, event: Event | null): Partition {
    const { context } = this
    const partition = new Partition(this, context.made++, keys, own)
    context.runtime.held(1)
    this.open.add(partition)
    this.watchEnd(partition)
    if (this.depth + 1 < context.plan.levels.length) {
      partition.child = new LevelRun(context, this.depth + 1, partition)
      partition.child.start(event)
      return partition
    }
    context.leaves.add(partition)
    for (const statement of [...context.attached].sort((a, b) => a.order - b.order))
      context.instantiate(statement, partition)
    return partition
  }

  watchEnd(partition: Partition): void {
    const { plan } = this.level
    const end = plan.kind === 'keyed' || plan.kind === 'interval' ? plan.end : undefined
    if (!end) return
    const watch = new Watch(end, this, partition, endOrder, own => {
      for (const [name, value] of own) partition.own.set(name, value)
      this.leave(partition, true)
      if (plan.kind === 'interval' && !plan.overlapping) this.watchStart(null)
    })
    partition.watches.push(watch)
    watch.start(null)
  }

  leave(partition: Partition, tells: boolean): void {
    if (partition.ended) return
    partition.ended = true
    partition.own.set('endTime', this.context.runtime.scheduler.now)
    for (const watching of partition.watches) watching.stop()
    if (partition.child) {
      for (const inner of [...partition.child.open]) partition.child.leave(inner, tells)
      partition.child.stop()
    }
    for (const running of partition.running.values()) {
      if (tells) running.terminate()
      running.stop()
    }
    this.context.leaves.delete(partition)
    this.open.delete(partition)
    this.context.runtime.held(-1)
    for (const [key, other] of this.partitions) if (other === partition) this.partitions.delete(key)
  }
}

// ── what is waited for ───────────────────────────────────────────────────────────────────────

/** Ends come before starts, and both before any statement. */
const endOrder = -2
const startOrder = -1

type Happened = (own: Map<string, Value>, event: Event | null) => void

/** Waits for a condition. */
class Watch implements Receiver, Timed, PatternTarget {
  readonly condition: Condition
  readonly run: LevelRun
  readonly around: Partition | null
  readonly order: number
  readonly happened: Happened
  readonly cx: InstanceCx
  subscription: Subscription | null = null
  timer: Timer | null = null
  pattern: PatternRun | null = null

  constructor(
    condition: Condition,
    run: LevelRun,
    around: Partition | null,
    order: number,
    happened: Happened,
  ) {
    this.condition = condition
    this.run = run
    this.around = around
    this.order = order
    this.happened = happened
    this.cx = new InstanceCx(run.context.runtime, around)
  }

  get known(): Slots {
    return this.around && this.order === endOrder ? this.around.known : [null]
  }

  start(event: Event | null): void {
    const { condition, cx } = this
    const { runtime } = this.run.context
    switch (condition.kind) {
      case 'filter':
        this.subscription = runtime.subscribe({
          type: condition.type,
          plan: condition.filter,
          order: this.order,
          owner: null,
          receiver: this,
          cx,
          known: this.known,
          early: true,
        })
        if (event && event.type.name === condition.type && this.subscription.passes(event, -1))
          this.receive(event)
        return
      case 'cron':
        this.arm(nextTime(condition.cron, runtime.scheduler.now))
        return
      case 'after': {
        const span = condition.span(this.known, cx)
        if (span) this.arm(plus(runtime.scheduler.now, span, runtime.zone))
        return
      }
      case 'pattern':
        this.pattern = new PatternRun(
          condition.pattern,
          { runtime, order: this.order, cx, owner: this.run, partition: this.around, early: true },
          this,
        )
        this.pattern.start(this.known)
        return
      case 'now':
    }
  }

  arm(due: number | undefined): void {
    if (due !== undefined) this.timer = this.run.context.runtime.scheduler.at(due, this.order, this)
  }

  onTime(): void {
    this.timer = null
    if (this.condition.kind === 'cron' && this.order === startOrder)
      this.arm(nextTime(this.condition.cron, this.run.context.runtime.scheduler.now))
    this.happened(new Map(), null)
  }

  receive(event: Event): void {
    const { alias } = this.condition as Condition & { kind: 'filter' }
    this.happened(alias === undefined ? new Map() : new Map([[alias, event]]), event)
  }

  receiveAll(events: readonly Event[]): void {
    for (const match of events)
      this.happened(new Map(match.type.fields.map(({ name }, i) => [name, match.values[i]])), null)
  }

  stop(): void {
    if (this.subscription) this.run.context.runtime.unsubscribe(this.subscription)
    this.subscription = null
    this.timer?.cancel()
    this.timer = null
    this.pattern?.stop()
    this.pattern = null
  }
}

/** Waits for new keys. */
class KeyWatch implements Receiver {
  readonly run: LevelRun
  readonly source: KeySource
  readonly alias: string | undefined
  subscription: Subscription | null = null
  constructor(run: LevelRun, source: KeySource, alias: string | undefined) {
    this.run = run
    this.source = source
    this.alias = alias
  }

  subscribe(type: string, plan: KeySource['filter'], event: Event | null): void {
    const { cx, context } = this.run
    this.subscription = context.runtime.subscribe({
      type,
      plan,
      order: startOrder,
      owner: null,
      receiver: this,
      cx,
      early: true,
    })
    if (event && event.type.name === type && this.subscription.passes(event, -1)) this.receive(event)
  }

  receive(event: Event): void {
    this.run.enterKeyed(
      this.source.keys.map(key => key([event], this.run.cx)),
      this.alias,
      event,
    )
  }

  stop(): void {
    if (this.subscription) this.run.context.runtime.unsubscribe(this.subscription)
    this.subscription = null
  }
}
