import { compileContext } from '../contexts/compile.ts'
import { type Attached, ContextRun, type Partition } from '../contexts/run.ts'
import { RuleFault } from '../errors.ts'
import { compile } from '../expressions/compile.ts'
import type { UserFunction } from '../expressions/scope.ts'
import type { Body, ColumnSpec, Expr, Statement } from '../language/ast.ts'
import { parse } from '../language/parse.ts'
import { compileRows, compileSelect } from '../select/compile.ts'
import { Compilation } from '../select/extensions.ts'
import { type Env, Instance, InstanceCx, type Running, type SelectPlan } from '../select/instance.ts'
import { compileSubquery } from '../select/subquery.ts'
import { NamedWindow, type NamedWindowPlan } from '../tables/namedWindow.ts'
import { Table, type TablePlan } from '../tables/table.ts'
import { compileTrigger, compileUpdate } from '../triggers/compile.ts'
import type { TriggerPlan, UpdatePlan } from '../triggers/plan.ts'
import { Trigger } from '../triggers/trigger.ts'
import { compileWindows } from '../windows/compile.ts'
import {
  type Catalog,
  type ContextInfo,
  requireType,
  type TableInfo,
  type VariableInfo,
  type WindowInfo,
} from './catalog.ts'
import type { PartitionView } from './context.ts'
import { Event, EventType, eventOf, type Field, type Value } from './event.ts'
import { Filters, type Subscription, type SubscriptionParts } from './filters.ts'
import { collect, fixed, Registry } from './fixed.ts'
import { type Limits, Meter, RuleExceeded, unlimited } from './limits.ts'
import type { Runtime } from './runtime.ts'
import { Scheduler, type Timer } from './scheduler.ts'
import * as Types from './types.ts'

/** What a statement said at one moment: rows that are new, and rows that hold no longer. */
export interface Delivery {
  readonly statement: string
  /** The engine's clock, ms. */
  readonly time: number
  readonly insert: readonly Event[]
  readonly remove: readonly Event[]
}

export type Listener = (delivery: Delivery) => void

export interface EngineOptions {
  /** IANA name; all calendar work is done in it. */
  readonly zone?: string
  /** The clock to begin with, ms. */
  readonly start?: number
  readonly functions?: readonly UserFunction[]
}

export interface DeployOptions {
  /** Name of the rule; unique. */
  readonly name?: string
  readonly limits?: Partial<Limits>
}

type Plan = SelectPlan | NamedWindowPlan | TablePlan | TriggerPlan

/** Why a rule no longer runs. */
export interface Stopped {
  readonly rule: string
  readonly reason: string
  readonly error: unknown
}

/** A statement that runs. */
export class Deployed implements Attached {
  readonly name: string
  readonly order: number
  readonly text: string
  readonly plan: Plan | null
  readonly context: string | undefined
  readonly rule: Rule
  readonly listeners = new Set<Listener>()
  running: Running | null = null
  said: Pick<Delivery, 'insert' | 'remove'> | null = null

  constructor(parts: {
    name: string
    order: number
    text: string
    plan: Plan | null
    context: string | undefined
    rule: Rule
  }) {
    this.name = parts.name
    this.order = parts.order
    this.text = parts.text
    this.plan = parts.plan
    this.context = parts.context
    this.rule = parts.rule
  }

  instantiate(partition: Partition | null): Running {
    const { plan } = this
    const env: Env = { runtime: this.rule, order: this.order, partition, outlet: this }
    switch (plan!.kind) {
      case 'select':
        return new Instance(plan as SelectPlan, env)
      case 'window':
        return new NamedWindow(plan as NamedWindowPlan, env)
      case 'table':
        return new Table(plan as TablePlan, env)
      case 'trigger':
        return new Trigger(plan as TriggerPlan, env)
    }
  }

  deliver(insert: readonly Event[], remove: readonly Event[]): void {
    this.rule.meter.output(insert.length + remove.length)
    if (this.listeners.size === 0 && this.rule.listeners.size === 0) return
    const { said } = this
    this.said = said
      ? { insert: [...said.insert, ...insert], remove: [...said.remove, ...remove] }
      : { insert, remove }
    if (!said) this.rule.engine.hear(this)
  }

  /** Tells the listeners all that was said about one event or one moment of the clock. */
  tell(): void {
    if (!this.said) return
    const delivery: Delivery = { statement: this.name, time: this.rule.engine.now, ...this.said }
    this.said = null
    for (const listener of this.listeners) listener(delivery)
    for (const listener of this.rule.listeners) listener(delivery)
  }

  /** Present rows of a statement, of all its partitions. */
  rows(): readonly Event[] {
    if (this.running) return this.running.iterate()
    const context = this.context === undefined ? undefined : this.rule.engine.contextRun(this.context)
    return [...(context?.leaves ?? [])].flatMap(leaf => leaf.running.get(this)?.iterate() ?? [])
  }
}

/** A rule: statements that were deployed together, what they hold, and what they may. */
export class Rule implements Runtime {
  readonly name: string
  readonly engine: Engine
  readonly registry = new Registry()
  readonly statements: Deployed[] = []
  readonly listeners = new Set<Listener>()
  readonly meter: Meter
  /** Set when it was stopped for its own fault. */
  stopped: Stopped | null = null
  readonly undo: (() => void)[] = []

  constructor(name: string, engine: Engine, limits: Limits) {
    this.name = name
    this.engine = engine
    this.meter = new Meter(limits, engine.scheduler, name)
  }

  get scheduler(): Scheduler {
    return this.engine.scheduler
  }
  get zone(): string {
    return this.engine.zone
  }
  subscribe(parts: SubscriptionParts): Subscription {
    return this.engine.filters.add(parts)
  }
  unsubscribe(subscription: Subscription): void {
    this.engine.filters.remove(subscription)
  }
  route(event: Event, partition: PartitionView | null): void {
    this.engine.enqueue(event, partition)
  }
  window(name: string, partition: PartitionView | null): NamedWindow {
    return this.engine.runningOf(name, partition) as NamedWindow
  }
  table(name: string, partition: PartitionView | null): Table {
    return this.engine.runningOf(name, partition) as Table
  }
  hasTable(name: string): boolean {
    return this.engine.table(name) !== undefined
  }
  variable(name: string, partition: PartitionView | null): Value {
    return this.engine.readVariable(name, partition as Partition | null)
  }
  setVariable(name: string, value: Value, partition: PartitionView | null): void {
    this.engine.writeVariable(name, value, partition as Partition | null)
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

  onRows(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

interface Queued {
  readonly event: Event
  readonly partition: PartitionView | null
}

/**
 * Runs statements over events. The clock is moved by whoever owns the engine; nothing here reads the time, touches a disk
 * or a network. One event is worked through all statements, then what they derived from it, before the next one.
 */
export class Engine implements Catalog {
  readonly zone: string
  readonly scheduler: Scheduler
  readonly filters = new Filters()
  readonly rules = new Map<string, Rule>()
  readonly stopListeners = new Set<(stopped: Stopped) => void>()
  readonly #types = new Map<string, EventType>()
  readonly #windows = new Map<string, WindowInfo>()
  readonly #tables = new Map<string, TableInfo>()
  readonly #variables = new Map<string, VariableInfo & { value: Value }>()
  readonly #contexts = new Map<string, { info: ContextInfo; run: ContextRun }>()
  readonly #expressions = new Map<string, { params: string[]; body: Expr }>()
  readonly #functions = new Map<string, UserFunction>()
  readonly #deployed = new Map<string, Deployed>()
  readonly #updates = new Map<string, UpdatePlan[]>()
  readonly #queue: Queued[] = []
  #speakers: Deployed[] = []
  #orders = 0
  #busy = false

  constructor({ zone = 'UTC', start = 0, functions = [] }: EngineOptions = {}) {
    this.zone = zone
    this.scheduler = new Scheduler(start)
    this.scheduler.after = (timer, error) => this.#settle(timer, error)
    for (const one of functions) this.#functions.set(one.name, one)
  }

  get now(): number {
    return this.scheduler.now
  }

  // ── names ──────────────────────────────────────────────────────────────────────────────────

  type(name: string): EventType | undefined {
    return this.#types.get(name)
  }
  declareType(type: EventType): void {
    this.#types.set(type.name, type)
  }
  /** Declares a stream that events are sent to. */
  stream(name: string, fields: readonly Field[]): EventType {
    const type = new EventType(name, fields)
    this.declareType(type)
    return type
  }
  window(name: string): WindowInfo | undefined {
    return this.#windows.get(name)
  }
  table(name: string): TableInfo | undefined {
    return this.#tables.get(name)
  }
  variable(name: string): VariableInfo | undefined {
    return this.#variables.get(name)
  }
  constantOf(name: string): { value: Value } | undefined {
    const variable = this.#variables.get(name)
    return variable?.constant ? variable : undefined
  }
  context(name: string): ContextInfo | undefined {
    return this.#contexts.get(name)?.info
  }
  contextRun(name: string): ContextRun | undefined {
    return this.#contexts.get(name)?.run
  }
  expression(name: string): { params: string[]; body: Expr } | undefined {
    return this.#expressions.get(name)
  }
  function(name: string): UserFunction | undefined {
    return this.#functions.get(name)
  }

  readVariable(name: string, partition: Partition | null): Value {
    const variable = this.#variables.get(name)!
    return variable.context === undefined || !partition
      ? variable.value
      : (partition.variables.get(name) ?? variable.value)
  }
  writeVariable(name: string, value: Value, partition: Partition | null): void {
    const variable = this.#variables.get(name)!
    if (variable.context !== undefined && partition) partition.variables.set(name, value)
    else variable.value = value
  }

  runningOf(name: string, partition: PartitionView | null): Running {
    const deployed = this.#deployed.get(name)!
    if (deployed.running) return deployed.running
    const running = (partition as Partition | null)?.running.get(deployed)
    if (!running)
      throw new RuleFault(
        `'${name}' lives in context ${deployed.context}: use it from a statement of that context`,
      )
    return running
  }

  // ── events and time ────────────────────────────────────────────────────────────────────────

  /** Sends one event. @throws RuleFault for a stream that was not declared */
  send(type: string, record: Readonly<Record<string, Value>>): void {
    this.sendEvent(eventOf(requireType(type, this), record))
  }

  sendEvent(event: Event): void {
    this.enqueue(event, null)
    this.#drain()
  }

  enqueue(event: Event, partition: PartitionView | null): void {
    this.#queue.push({ event, partition })
  }

  /** Moves the clock; each appointment that is due runs once, with the clock at `to`. */
  advance(to: number): void {
    if (to < this.now) throw new RangeError(`the clock cannot go back from ${this.now} to ${to}`)
    this.scheduler.advance(to)
    this.#tellListeners()
    this.#drain()
  }

  /** Moves the clock from one appointment to the next, so that none is missed. */
  advanceThrough(to: number): void {
    for (;;) {
      const { next } = this.scheduler
      if (next === undefined || next >= to) break
      this.advance(Math.max(next, this.now))
    }
    this.advance(to)
  }

  /** Notes a statement that has something to say. */
  hear(statement: Deployed): void {
    this.#speakers.push(statement)
  }

  #tellListeners(): void {
    if (this.#speakers.length === 0) return
    const speakers = this.#speakers
    this.#speakers = []
    for (const statement of speakers) statement.tell()
  }

  #drain(): void {
    if (this.#busy) return
    this.#busy = true
    try {
      for (let i = 0; i < this.#queue.length; i++) {
        this.#dispatch(this.#queue[i])
        this.#tellListeners()
      }
    } finally {
      this.#queue.length = 0
      this.#busy = false
    }
  }

  #dispatch({ event, partition }: Queued): void {
    const updates = this.#updates.get(event.type.name)
    const changed = updates ? updated(event, updates) : event
    if (partition !== null && this.#livesInContext(event.type.name)) {
      const deployed = this.#deployed.get(event.type.name)!
      const running = (partition as Partition).running.get(deployed)
      if (running instanceof NamedWindow) running.chain.head.update([changed], [])
      else if (running instanceof Table) running.receive(changed)
      return
    }
    if (this.filters.hasEarly(event.type.name)) this.#tell(changed, this.filters.match(changed, true))
    this.#tell(changed, this.filters.match(changed, false))
  }

  #livesInContext(name: string): boolean {
    return (this.#windows.get(name) ?? this.#tables.get(name))?.context !== undefined
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
      this.#fault((cx as InstanceCx).runtime as Rule, error)
    }
  }

  #settle(timer: Timer, error: unknown): void {
    if (error === undefined) return
    const rule = error instanceof RuleExceeded ? this.rules.get(error.rule) : this.#ruleOf(timer.order)
    if (!rule) throw error
    this.#fault(rule, error)
  }

  #ruleOf(order: number): Rule | undefined {
    return [...this.rules.values()].find(rule => rule.statements.some(statement => statement.order === order))
  }

  /** A rule that fails is stopped alone. */
  #fault(rule: Rule, error: unknown): void {
    const at = error instanceof RuleExceeded ? (this.rules.get(error.rule) ?? rule) : rule
    const stopped: Stopped = {
      rule: at.name,
      reason: error instanceof Error ? error.message : String(error),
      error,
    }
    at.stopped = stopped
    this.#halt(at)
    if (this.stopListeners.size === 0 && !(error instanceof RuleExceeded)) throw error
    for (const listener of this.stopListeners) listener(stopped)
  }

  /** Called when a rule was stopped for its own fault; without a listener an unexpected error is thrown on. */
  onStop(listener: (stopped: Stopped) => void): () => void {
    this.stopListeners.add(listener)
    return () => this.stopListeners.delete(listener)
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
    const rule = new Rule(ruleName, this, { ...unlimited, ...limits })
    this.rules.set(ruleName, rule)
    try {
      for (const statement of statements) collect(rule.registry, () => this.#start(statement, rule))
      this.#tellListeners()
      this.#drain()
    } catch (error) {
      this.undeploy(ruleName)
      throw error
    }
    return rule
  }

  undeploy(name: string): void {
    const rule = this.rules.get(name)
    if (!rule) return
    this.#halt(rule)
    this.rules.delete(name)
  }

  #halt(rule: Rule): void {
    for (const statement of rule.statements.toReversed()) {
      if (statement.context !== undefined) this.contextRun(statement.context)?.detach(statement)
      statement.running?.stop()
    }
    for (const undo of rule.undo.toReversed()) undo()
    rule.undo.length = 0
  }

  #start(statement: Statement, rule: Rule): void {
    const context = statement.context === undefined ? undefined : this.#contexts.get(statement.context)
    if (statement.context !== undefined && !context)
      throw new RuleFault(`there is no context '${statement.context}'`, statement.at)
    const compilation = new Compilation(this, context?.info, compileSubquery)
    const order = ++this.#orders
    const plan = this.#compile(statement, compilation, rule)
    if (plan === null) return
    const named = plan.kind === 'window' || plan.kind === 'table' ? plan.name : undefined
    const deployed = new Deployed({
      name: statement.name ?? `${rule.name}-${rule.statements.length + 1}`,
      order,
      text: statement.text,
      plan,
      context: statement.context,
      rule,
    })
    rule.statements.push(deployed)
    if (named !== undefined) {
      this.#deployed.set(named, deployed)
      rule.undo.push(() => this.#deployed.delete(named))
    }
    if (context) context.run.attach(deployed)
    else deployed.running = deployed.instantiate(null)
  }

  #compile(statement: Statement, compilation: Compilation, rule: Rule): Plan | null {
    const { body } = statement
    switch (body.kind) {
      case 'select':
        return compileSelect(body, compilation).plan
      case 'on':
        return compileTrigger(body, compilation)
      case 'createWindow':
        return this.#createWindow(body, statement, compilation, rule)
      case 'createTable':
        return this.#createTable(body, statement, compilation, rule)
      case 'createContext':
        this.#createContext(body, rule)
        return null
      case 'createVariable':
        this.#createVariable(body, statement, rule, compilation)
        return null
      case 'createSchema':
        this.#createSchema(body)
        return null
      case 'createExpression':
        this.#expressions.set(body.name, { params: body.params, body: body.body })
        rule.undo.push(() => this.#expressions.delete(body.name))
        return null
      case 'updateStream':
        this.#updateStream(compileUpdate(body, compilation), rule)
        return null
      case 'createIndex':
        return null
    }
  }

  #createWindow(
    body: Extract<Body, { kind: 'createWindow' }>,
    statement: Statement,
    compilation: Compilation,
    rule: Rule,
  ): NamedWindowPlan {
    const { name } = body
    if (this.#windows.has(name) || this.#tables.has(name))
      throw new RuleFault(`there is a '${name}' already`, body.at)
    const type = new EventType(name, this.#windowFields(body, compilation))
    const windows = compileWindows(body.views, body.retain, { type, ext: compilation.base, zone: this.zone })
    this.#windows.set(name, { name, type, context: statement.context })
    rule.undo.push(() => this.#windows.delete(name))
    return fixed({ kind: 'window', name, type, windows })
  }

  #windowFields(body: Extract<Body, { kind: 'createWindow' }>, compilation: Compilation): readonly Field[] {
    if (body.columns) return body.columns.map(column => this.#field(column))
    const source = requireType(body.from!, this, body.at)
    if (!body.items) return source.fields
    const scope = {
      levels: [[{ alias: source.name, type: source, slot: 0 }]],
      ext: compilation.base,
      zone: this.zone,
    }
    const rows = compileRows(
      { items: body.items, groupBy: [], having: undefined, orderBy: [], limit: undefined, distinct: false },
      scope,
      compilation,
      false,
    )
    return rows.type.fields
  }

  #field({ name, type, array, at }: ColumnSpec): Field {
    const known = Types.typeNamed(type)
    const event = this.#types.get(type)
    if (!known && !event) throw new RuleFault(`'${type}' is no type`, at)
    const one: Types.Type = known ?? { kind: 'event', of: event! }
    return { name, type: array ? { kind: 'array', of: one } : one }
  }

  #createTable(
    body: Extract<Body, { kind: 'createTable' }>,
    statement: Statement,
    compilation: Compilation,
    rule: Rule,
  ): TablePlan {
    const { name } = body
    if (this.#windows.has(name) || this.#tables.has(name))
      throw new RuleFault(`there is a '${name}' already`, body.at)
    const aggregates = new Map<number, Value>()
    const info = new Map<number, { name: string; star: boolean }>()
    const fields = body.columns.map((column, place): Field => {
      if (!column.aggregate) return this.#field(column)
      const kind = column.aggregate.name.toLowerCase()
      aggregates.set(place, kind.startsWith('count') ? 0 : null)
      info.set(place, { name: kind, star: column.aggregate.args[0]?.star !== undefined })
      return {
        name: column.name,
        type: kind.startsWith('count') ? Types.integer : kind === 'window' ? Types.anything : Types.number,
      }
    })
    void compilation
    const type = new EventType(name, fields)
    const keys = body.columns.flatMap((column, place) => (column.primaryKey ? [place] : []))
    this.#tables.set(name, { name, type, keys, aggregates: info, context: statement.context })
    rule.undo.push(() => this.#tables.delete(name))
    return fixed({ kind: 'table', name, type, keys, aggregates: fixed(aggregates) })
  }

  #createContext(body: Extract<Body, { kind: 'createContext' }>, rule: Rule): void {
    const { name } = body
    if (this.#contexts.has(name)) throw new RuleFault(`there is a context '${name}' already`, body.at)
    const { plan, info } = compileContext(name, body.spec, this)
    const run = new ContextRun(plan, rule)
    this.#contexts.set(name, { info, run })
    rule.undo.push(() => {
      run.stop()
      this.#contexts.delete(name)
    })
    run.top.start(null)
  }

  #createVariable(
    body: Extract<Body, { kind: 'createVariable' }>,
    statement: Statement,
    rule: Rule,
    compilation: Compilation,
  ): void {
    const { name, constant } = body
    if (this.#variables.has(name)) throw new RuleFault(`there is a variable '${name}' already`, body.at)
    const type = Types.typeNamed(body.type)
    if (!type) throw new RuleFault(`'${body.type}' is no type`, body.at)
    const value =
      body.value &&
      compile(body.value, { levels: [], ext: compilation.base, zone: this.zone }).fn(
        [],
        new InstanceCx(rule, null),
      )
    this.#variables.set(name, { name, type, constant, context: statement.context, value: value ?? null })
    rule.undo.push(() => this.#variables.delete(name))
  }

  #createSchema(body: Extract<Body, { kind: 'createSchema' }>): void {
    const copied = body.copy.flatMap(name => requireType(name, this, body.at).fields)
    this.stream(body.name, [...copied, ...body.columns.map(column => this.#field(column))])
  }

  #updateStream(plan: UpdatePlan, rule: Rule): void {
    const { name } = plan.type
    const cx = new InstanceCx(rule, null)
    void cx
    this.#updates.set(name, [...(this.#updates.get(name) ?? []), plan])
    rule.undo.push(() => {
      this.#updates.set(
        name,
        (this.#updates.get(name) ?? []).filter(other => other !== plan),
      )
    })
  }
}

function updated(event: Event, plans: readonly UpdatePlan[]): Event {
  let present = event
  for (const { where, set } of plans) {
    const cx = undefined as never
    if (where && where([null, present], cx) !== true) continue
    const values = [...present.values]
    for (const { place, value } of set) values[place] = value([null, present], cx) ?? null
    present = new Event(present.type, values)
  }
  return present
}
