import type { Event, Value } from '../engine/event.ts'
import type { Owner } from '../engine/filters.ts'
import type { Runtime } from '../engine/runtime.ts'
import { keyOf } from '../expressions/operators.ts'
import { InstanceCx } from '../select/cx.ts'
import { nextTime } from '../time/cron.ts'
import { type Attached, Partition } from './partition.ts'
import type { Condition, ContextLevel, ContextPlan, KeySource } from './plan.ts'
import { endOrder, KeyWatch, startOrder, Watch } from './watch.ts'

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
  /** Partitions around others count for themselves; `context.id` is that of the innermost one. */
  made = 0
  get isInnermost(): boolean {
    return this.depth + 1 === this.context.plan.levels.length
  }

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
    const partition = new Partition(this, this.isInnermost ? context.made++ : this.made++, keys, own)
    context.runtime.held(1)
    this.open.add(partition)
    this.watchEnd(partition)
    if (!this.isInnermost) {
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
    const key = keyOf(partition.keys)
    if (this.partitions.get(key) === partition) this.partitions.delete(key)
  }
}
