import type { ContextRun } from '../contexts/run.ts'
import { RuleFault } from '../errors.ts'
import type { UserFunction } from '../expressions/scope.ts'
import type { Statement } from '../language/ast.ts'
import { parse } from '../language/parse.ts'
import { Compilation } from '../select/extensions.ts'
import type { Running } from '../select/instance.ts'
import { compileSubquery } from '../select/subquery.ts'
import { NamedWindow } from '../tables/namedWindow.ts'
import { Table } from '../tables/table.ts'
import type { StreamUpdate } from '../triggers/streamUpdate.ts'
import { requireType } from './catalog.ts'
import type { PartitionView } from './context.ts'
import { Creation } from './create.ts'
import { type Event, EventType, eventOf, type Field, type Value } from './event.ts'
import { Filters, type Subscription, type SubscriptionParts } from './filters.ts'
import { defaultLimits, type Limits, RuleExceeded } from './limits.ts'
import { Names } from './names.ts'
import { Deployed, type Home, Rule, type Stopped } from './rule.ts'
import { type Clock, Scheduler, type Timer } from './scheduler.ts'

/** What an engine begins with. */
export interface EngineOptions {
  /** IANA name; all calendar work is done in it. */
  readonly zone?: string
  /** The clock to begin with, ms. */
  readonly start?: number
  /** What rules may call besides the functions of the language. */
  readonly functions?: readonly UserFunction[]
}

/** What a rule is called and what it may. */
export interface DeployOptions {
  /** Name of the rule; unique. */
  readonly name?: string
  readonly limits?: Partial<Limits>
}

interface Queued {
  readonly event: Event
  readonly partition: PartitionView | null
}

/**
 * Runs statements over events. The clock is moved by whoever owns the engine; nothing here reads the time, touches a disk
 * or a network. One event is worked through all statements, then what they derived from it, before the next one.
 */
export class Engine implements Home {
  readonly zone: string
  readonly rules = new Map<string, Rule>()
  /** Counts what comes from outside: events and moves of the clock. */
  step = 0
  readonly #names: Names
  readonly #scheduler: Scheduler
  readonly #filters = new Filters()
  readonly #stopListeners = new Set<(stopped: Stopped) => void>()
  readonly #watchers = new Map<string, Set<() => void>>()
  readonly #queue: Queued[] = []
  #speakers: Deployed[] = []
  #raised: { error: unknown } | null = null
  #orders = 0
  #busy = false

  constructor({ zone = 'UTC', start = 0, functions = [] }: EngineOptions = {}) {
    this.zone = zone
    this.#names = new Names(zone, functions)
    this.#scheduler = new Scheduler(start)
    this.#scheduler.failed = (timer, error) => this.#timerFailed(timer, error)
  }

  /** The clock, ms. */
  get now(): number {
    return this.#scheduler.now
  }

  /** When something waits for the clock next, ms; undefined when nothing does. */
  get next(): number | undefined {
    return this.#scheduler.next
  }

  /** Declares a stream that events are sent to. */
  stream(name: string, fields: readonly Field[]): EventType {
    const type = new EventType(name, fields)
    this.#names.declareType(type)
    return type
  }

  // ── events and time ────────────────────────────────────────────────────────────────────────

  /** Sends one event; fields that are missing are null. @throws RuleFault for a stream that was not declared */
  send(type: string, record: Readonly<Record<string, Value>>): void {
    this.sendEvent(eventOf(requireType(type, this.#names), record))
  }

  /** Like `send`, for an event that is made already. */
  sendEvent(event: Event): void {
    this.step++
    if (this.#busy) {
      this.enqueue(event, null)
      return
    }
    this.#busy = true
    try {
      this.#dispatch(event, null)
      this.#tellListeners()
    } finally {
      this.#busy = false
    }
    this.#drain()
    this.#raise()
  }

  /** Moves the clock, ms; each appointment that is due runs once, with the clock at `to`. @throws RangeError backwards */
  advance(to: number): void {
    if (to < this.now) throw new RangeError(`the clock cannot go back from ${this.now} to ${to}`)
    this.step++
    this.#scheduler.advance(to)
    this.#tellListeners()
    this.#drain()
    this.#raise()
  }

  /** Moves the clock from one appointment to the next, so that none is missed. */
  advanceThrough(to: number): void {
    for (;;) {
      const { next } = this.#scheduler
      if (next === undefined || next >= to) break
      this.advance(Math.max(next, this.now))
    }
    this.advance(to)
  }

  #tellListeners(): void {
    if (this.#speakers.length === 0) return
    const speakers = this.#speakers
    this.#speakers = []
    for (const statement of speakers) statement.tell()
  }

  #drain(): void {
    if (this.#busy || this.#queue.length === 0) return
    this.#busy = true
    try {
      for (let i = 0; i < this.#queue.length; i++) {
        const { event, partition } = this.#queue[i]
        this.#dispatch(event, partition)
        this.#tellListeners()
      }
    } finally {
      this.#queue.length = 0
      this.#busy = false
    }
  }

  #dispatch(event: Event, partition: PartitionView | null): void {
    const { name } = event.type
    const updates = this.#names.get('updates', name)
    const changed = updates ? this.#updated(event, updates) : event
    if (partition !== null && this.#livesInContext(name)) {
      const running = this.runningOf(name, partition)
      if (running instanceof NamedWindow) running.chain.head.update([changed], [])
      else if (running instanceof Table) running.receive(changed)
      return
    }
    if (this.#filters.hasEarly(changed.type)) this.#tell(changed, this.#filters.match(changed, true))
    this.#tell(changed, this.#filters.match(changed, false))
  }

  #updated(event: Event, updates: readonly StreamUpdate[]): Event {
    let present = event
    for (const update of updates) {
      try {
        present = update.applied(present)
      } catch (error) {
        this.#fault(update.env.runtime.name, error)
      }
    }
    return present
  }

  #livesInContext(name: string): boolean {
    return (this.#names.window(name) ?? this.#names.table(name))?.context !== undefined
  }

  #tell(event: Event, found: readonly Subscription[]): void {
    for (let i = 0; i < found.length; ) {
      const { owner } = found[i]
      let next = i + 1
      while (owner !== null && next < found.length && found[next].owner === owner) next++
      this.#tellOwner(event, found, i, next)
      i = next
    }
  }

  /** What one event does to one owner is one delivery. */
  #tellOwner(event: Event, found: readonly Subscription[], from: number, to: number): void {
    const { owner, cx } = found[from]
    let level = 0
    for (let i = from; i < to; i++) if (found[i].level > level) level = found[i].level
    try {
      owner?.begin()
      for (let i = from; i < to; i++)
        if (found[i].active && found[i].level >= level) found[i].receiver.receive(event)
      owner?.flush()
    } catch (error) {
      this.#fault(cx.runtime.name, error)
    }
  }

  // ── faults ─────────────────────────────────────────────────────────────────────────────────

  #timerFailed({ owner }: Timer, error: unknown): void {
    if (owner instanceof Rule) this.#fault(owner.name, error)
    else this.raiseLater(error)
  }

  /** A rule that fails is stopped alone: the one that exceeded its limits, else the one at work. */
  #fault(atWork: string, error: unknown): void {
    const rule = this.rules.get(error instanceof RuleExceeded ? error.rule : atWork)
    if (!rule) {
      this.raiseLater(error)
      return
    }
    const reason = error instanceof Error ? error.message : String(error)
    rule.stopped = { rule: rule.name, reason, error }
    this.#halt(rule)
    // Nobody wants to know: then a fault of ours must not be hidden.
    if (this.#stopListeners.size === 0 && !(error instanceof RuleExceeded)) this.raiseLater(error)
    for (const listener of this.#stopListeners) listener(rule.stopped)
  }

  raiseLater(error: unknown): void {
    this.#raised ??= { error }
  }

  #raise(): void {
    const raised = this.#raised
    if (raised === null || this.#busy) return
    this.#raised = null
    throw raised.error
  }

  /** Called when a rule was stopped for its own fault; without a listener an unexpected error is thrown on. */
  onStop(listener: (stopped: Stopped) => void): () => void {
    this.#stopListeners.add(listener)
    return () => this.#stopListeners.delete(listener)
  }

  // ── deployment ─────────────────────────────────────────────────────────────────────────────

  /**
   * Compiles and starts the statements of a rule.
   * @throws RuleFault, Unsupported; then nothing of the rule runs
   */
  deploy(text: string, { name, limits }: DeployOptions = {}): Rule {
    const statements = parse(text)
    const ruleName = name ?? `rule-${this.rules.size + 1}-${this.#orders}`
    if (this.rules.has(ruleName)) throw new RuleFault(`there is a rule '${ruleName}' already`)
    const rule = new Rule(ruleName, text, this, { ...defaultLimits, ...limits })
    this.rules.set(ruleName, rule)
    try {
      for (const statement of statements) this.#names.compileFor(ruleName, () => this.#start(statement, rule))
    } catch (error) {
      this.#remove(rule)
      throw error
    }
    this.#tellListeners()
    this.#drain()
    this.#raise()
    return rule
  }

  /** Ends a rule. @throws RuleFault while other rules use what it made */
  undeploy(name: string): void {
    const rule = this.rules.get(name)
    if (!rule) return
    const users = this.#names.usersOf(name)
    if (users.length > 0) throw new RuleFault(`rule '${name}' is used by ${users.join(', ')}; end them first`)
    this.#remove(rule)
  }

  #remove(rule: Rule): void {
    this.#halt(rule)
    this.#names.forget(rule.name)
    this.rules.delete(rule.name)
  }

  #halt(rule: Rule): void {
    for (const statement of rule.statements.toReversed()) {
      if (statement.context !== undefined) this.#contextRun(statement.context)?.detach(statement)
      statement.running?.stop()
    }
    for (const end of rule.ends.toReversed()) end()
    rule.ends.length = 0
  }

  #start(statement: Statement, rule: Rule): void {
    const context =
      statement.context === undefined ? undefined : this.#names.get('context', statement.context)
    if (statement.context !== undefined && !context)
      throw this.#names.unknownContext(statement.context, statement.at)
    const compilation = new Compilation(this.#names, context?.info, compileSubquery)
    const order = ++this.#orders
    const plan = new Creation(this.#names, rule, compilation, statement, order).plan()
    if (plan === null) return
    const deployed = new Deployed({
      name: statement.name ?? `${rule.name}-${rule.statements.length + 1}`,
      order,
      text: statement.text,
      plan,
      context: statement.context,
      rule,
    })
    rule.statements.push(deployed)
    if (plan.kind === 'window' || plan.kind === 'table') this.#names.put('deployed', plan.name, deployed)
    if (context) context.run.attach(deployed)
    else deployed.running = deployed.instantiate(null)
  }

  // ── what rules need ────────────────────────────────────────────────────────────────────────

  clockFor(rule: object): Clock {
    return this.#scheduler.for(rule)
  }

  subscribe(parts: SubscriptionParts): Subscription {
    return this.#filters.add(parts)
  }

  unsubscribe(subscription: Subscription): void {
    this.#filters.remove(subscription)
  }

  enqueue(event: Event, partition: PartitionView | null): void {
    this.#queue.push({ event, partition })
  }

  hear(statement: Deployed): void {
    this.#speakers.push(statement)
  }

  isTable(name: string): boolean {
    return this.#names.table(name) !== undefined
  }

  readVariable(name: string, partition: PartitionView | null): Value {
    const variable = this.#names.get('variable', name)!
    return variable.context === undefined || !partition
      ? variable.value
      : (partition.variables.get(name) ?? variable.value)
  }

  writeVariable(name: string, value: Value, partition: PartitionView | null): void {
    const variable = this.#names.get('variable', name)!
    if (variable.context !== undefined && partition) partition.variables.set(name, value)
    else variable.value = value
    for (const changed of this.#watchers.get(name) ?? []) changed()
  }

  watchVariables(names: readonly string[], changed: () => void): () => void {
    for (const name of names) {
      const watchers = this.#watchers.get(name)
      if (watchers) watchers.add(changed)
      else this.#watchers.set(name, new Set([changed]))
    }
    return () => {
      for (const name of names) this.#watchers.get(name)?.delete(changed)
    }
  }

  runningOf(name: string, partition: PartitionView | null): Running {
    const deployed = this.#names.get('deployed', name)!
    const running = deployed.running ?? partition?.runningOf(deployed)
    if (running) return running
    throw new RuleFault(
      `'${name}' lives in context ${deployed.context}: use it from a statement of that context`,
    )
  }

  runningIn(context: string, statement: Deployed): readonly Running[] {
    return [...(this.#contextRun(context)?.leaves ?? [])].flatMap(leaf => leaf.runningOf(statement) ?? [])
  }

  #contextRun(name: string): ContextRun | undefined {
    return this.#names.get('context', name)?.run
  }
}
