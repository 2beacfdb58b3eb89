import type { Attached } from '../contexts/partition.ts'
import { type Env, Instance, type Running } from '../select/instance.ts'
import type { SelectPlan } from '../select/plan.ts'
import { NamedWindow, type NamedWindowPlan } from '../tables/namedWindow.ts'
import { Table, type TablePlan } from '../tables/table.ts'
import type { TriggerPlan } from '../triggers/plan.ts'
import { Trigger } from '../triggers/trigger.ts'
import type { PartitionView } from './context.ts'
import type { Event, Field, Value } from './event.ts'
import type { Subscription, SubscriptionParts } from './filters.ts'
import { type Limits, Meter } from './limits.ts'
import type { Runtime } from './runtime.ts'
import type { Clock } from './scheduler.ts'

/** What a statement said about one event or one moment: rows that are new, and rows that hold no longer. */
export interface Delivery {
  readonly statement: string
  /** The engine's clock, ms. */
  readonly time: number
  readonly insert: readonly Event[]
  readonly remove: readonly Event[]
}

/** Is told what a statement says. */
export type Listener = (delivery: Delivery) => void

/** What a statement is compiled to. */
export type Plan = SelectPlan | NamedWindowPlan | TablePlan | TriggerPlan

/** Why a rule no longer runs. */
export interface Stopped {
  readonly rule: string
  readonly reason: string
  readonly error: unknown
}

/** What a rule needs of the engine that runs it. */
export interface Home {
  readonly now: number
  /** Counts events from outside and moves of the clock. */
  readonly step: number
  readonly zone: string
  clockFor(rule: object): Clock
  subscribe(parts: SubscriptionParts): Subscription
  unsubscribe(subscription: Subscription): void
  enqueue(event: Event, partition: PartitionView | null): void
  runningOf(name: string, partition: PartitionView | null): Running
  isTable(name: string): boolean
  readVariable(name: string, partition: PartitionView | null): Value
  writeVariable(name: string, value: Value, partition: PartitionView | null): void
  watchVariables(names: readonly string[], changed: () => void): () => void
  /** Notes a statement that has something to say. */
  hear(statement: Deployed): void
  /** An error that no rule is to blame for, or that nobody listens for: the caller gets it when all else is done. */
  raiseLater(error: unknown): void
  /** What a statement runs in the partitions of its context. */
  runningIn(context: string, statement: Deployed): readonly Running[]
}

/** A statement that runs. */
export class Deployed implements Attached {
  readonly name: string
  readonly order: number
  readonly text: string
  readonly plan: Plan
  readonly context: string | undefined
  readonly rule: Rule
  readonly listeners = new Set<Listener>()
  /** Outside a context. */
  running: Running | null = null
  said: Pick<Delivery, 'insert' | 'remove'> | null = null

  constructor(parts: Pick<Deployed, 'name' | 'order' | 'text' | 'plan' | 'context' | 'rule'>) {
    this.name = parts.name
    this.order = parts.order
    this.text = parts.text
    this.plan = parts.plan
    this.context = parts.context
    this.rule = parts.rule
  }

  /** What the rows that it says have, with types and units; nothing for what only keeps them. */
  get fields(): readonly Field[] {
    return this.plan.kind === 'select' ? this.plan.rows.type.fields : []
  }

  /** Starts it, in a partition or outside of contexts. */
  instantiate(partition: PartitionView | null): Running {
    const env: Env = { runtime: this.rule, order: this.order, partition, outlet: this }
    const { plan } = this
    switch (plan.kind) {
      case 'select':
        return new Instance(plan, env)
      case 'window':
        return new NamedWindow(plan, env)
      case 'table':
        return new Table(plan, env)
      case 'trigger':
        return new Trigger(plan, env)
    }
  }

  deliver(insert: readonly Event[], remove: readonly Event[]): void {
    this.rule.meter.output(insert.length + remove.length)
    if (this.listeners.size === 0 && this.rule.listeners.size === 0) return
    const { said } = this
    this.said = said
      ? { insert: [...said.insert, ...insert], remove: [...said.remove, ...remove] }
      : { insert, remove }
    if (!said) this.rule.home.hear(this)
  }

  /** Tells the listeners all that was said since they were told last. */
  tell(): void {
    if (!this.said) return
    const delivery: Delivery = { statement: this.name, time: this.rule.home.now, ...this.said }
    this.said = null
    for (const listener of [...this.listeners, ...this.rule.listeners]) {
      try {
        listener(delivery)
      } catch (error) {
        this.rule.home.raiseLater(error)
      }
    }
  }

  /** Present rows, of all its partitions. */
  rows(): readonly Event[] {
    if (this.running) return this.running.iterate()
    if (this.context === undefined) return []
    return this.rule.home.runningIn(this.context, this).flatMap(running => running.iterate())
  }
}

/** A rule: statements that were deployed together, what they hold, and what they may. */
export class Rule implements Runtime {
  readonly name: string
  readonly home: Home
  readonly scheduler: Clock
  readonly statements: Deployed[] = []
  readonly listeners = new Set<Listener>()
  readonly meter: Meter
  /** Set when it was stopped for its own fault. */
  stopped: Stopped | null = null
  /** What to undo when it ends. */
  readonly ends: (() => void)[] = []
  /** As it was deployed. */
  readonly text: string

  constructor(name: string, text: string, home: Home, limits: Limits) {
    this.name = name
    this.text = text
    this.home = home
    this.scheduler = home.clockFor(this)
    this.meter = new Meter(limits, home, name)
  }

  get zone(): string {
    return this.home.zone
  }
  subscribe(parts: SubscriptionParts): Subscription {
    return this.home.subscribe(parts)
  }
  unsubscribe(subscription: Subscription): void {
    this.home.unsubscribe(subscription)
  }
  route(event: Event, partition: PartitionView | null): void {
    // A rule that feeds itself would go on for ever.
    this.work(1)
    this.home.enqueue(event, partition)
  }
  window(name: string, partition: PartitionView | null): NamedWindow {
    return this.home.runningOf(name, partition) as NamedWindow
  }
  table(name: string, partition: PartitionView | null): Table {
    return this.home.runningOf(name, partition) as Table
  }
  hasTable(name: string): boolean {
    return this.home.isTable(name)
  }
  variable(name: string, partition: PartitionView | null): Value {
    return this.home.readVariable(name, partition)
  }
  setVariable(name: string, value: Value, partition: PartitionView | null): void {
    this.home.writeVariable(name, value, partition)
  }
  watchVariables(names: readonly string[], changed: () => void): () => void {
    return this.home.watchVariables(names, changed)
  }
  held(change: number): void {
    this.meter.held(change)
  }
  work(rows: number): void {
    this.meter.work(rows)
  }

  /** @returns the statement with this name, or the only one */
  statement(name?: string): Deployed | undefined {
    return name === undefined && this.statements.length === 1
      ? this.statements[0]
      : this.statements.find(one => one.name === name)
  }

  /** Has the listener told what any of its statements says. @returns ends that */
  onRows(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
