import type { Cx } from '../engine/context.ts'
import type { Event, EventType, Value } from '../engine/event.ts'
import { conjuncts } from '../engine/filterPlan.ts'
import type { Subscription } from '../engine/filters.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import { partsOf } from '../expressions/names.ts'
import { keyOf } from '../expressions/operators.ts'
import type { Fn, Scope, Slots, Source, Typed } from '../expressions/scope.ts'
import { allOf, anyOf } from '../expressions/sets.ts'
import type { BinaryOp, Expr, Select } from '../language/ast.ts'
import { binary } from '../language/grammar/base.ts'
import type { Chain } from '../windows/groups.ts'
import type { Sink } from '../windows/view.ts'
import { compileRows, compileStream } from './compile.ts'
import type { Compilation } from './extensions.ts'
import { withHistory } from './extensions.ts'
import { Consumer, Entry, unpacked } from './listen.ts'
import type { Part, PartHost, PartPlan } from './parts.ts'
import type { StreamPlan } from './plan.ts'
import { ResultSet, type RowPlan } from './rows.ts'

interface InnerPlan {
  readonly stream: StreamPlan
  readonly slot: number
  /** Equalities of `where` between an inner property and something from outside. */
  readonly lookup: readonly { readonly inner: Fn; readonly outer: Fn }[]
}

interface SubqueryPlan extends PartPlan {
  readonly inner: readonly InnerPlan[]
  readonly where: Fn | undefined
  readonly rows: RowPlan
}

/** What one stream of a sub-query holds: its rows are looked up, they trigger nothing. */
class Inner implements Sink {
  readonly plan: InnerPlan
  readonly instance: PartHost
  readonly chain: Chain
  readonly subscription: Subscription | null = null
  readonly consumption: { stop(): void } | null = null
  readonly events = new Set<Event>()
  readonly index: Map<Value, Set<Event>> | null
  /** Told of events that no window keeps. */
  readonly passed: (event: Event) => void

  constructor(plan: InnerPlan, instance: PartHost, passed: (event: Event) => void) {
    this.plan = plan
    this.instance = instance
    this.passed = passed
    this.index = plan.lookup.length > 0 ? new Map() : null
    this.chain = plan.stream.windows.make(instance, this)
    const { source } = plan.stream
    const { runtime, order, partition } = instance.env
    if (source.kind === 'type')
      this.subscription = runtime.subscribe({
        type: source.type.name,
        plan: source.filter,
        order,
        owner: null,
        receiver: new Entry(unpacked(source, this.chain.head, instance.cx)),
        cx: instance.cx,
      })
    else if (source.kind === 'window') {
      const window = runtime.window(source.name, partition)
      const held = window
        .contents()
        .filter(event => !source.filter || source.filter([event], instance.cx) === true)
      if (held.length > 0) this.chain.head.update(held, [])
      // Before the statements that read it.
      this.consumption = window.consume(new Consumer(source.filter, this.chain.head, instance.cx, quiet), -1)
    }
  }

  /** No window keeps its events: only aggregates go on. */
  get unkept(): boolean {
    return !this.plan.stream.windows.windowed && this.plan.stream.source.kind === 'type'
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    if (this.unkept) {
      for (const event of added) this.passed(event)
      return
    }
    for (const event of added) this.put(event)
    for (const event of removed) this.take(event)
  }

  put(event: Event): void {
    this.events.add(event)
    if (!this.index) return
    const key = this.innerKey(event)
    const list = this.index.get(key)
    if (list) list.add(event)
    else this.index.set(key, new Set([event]))
  }

  take(event: Event): void {
    this.events.delete(event)
    if (!this.index) return
    const key = this.innerKey(event)
    const list = this.index.get(key)
    list?.delete(event)
    if (list?.size === 0) this.index.delete(key)
  }

  innerKey(event: Event): Value {
    const slots = this.with([], event)
    return keyOf(this.plan.lookup.map(pair => pair.inner(slots, this.instance.cx)))
  }

  with(outer: Slots, event: Event): Slots {
    const slots = [...outer]
    slots[this.plan.slot] = event
    return slots
  }

  candidates(outer: Slots, cx: Cx): Iterable<Event> {
    const { source } = this.plan.stream
    if (source.kind === 'table') {
      const { runtime, partition } = this.instance.env
      const events = runtime.table(source.name, partition).contents()
      return source.filter ? events.filter(event => source.filter!([event], cx) === true) : events
    }
    if (!this.index) return this.events
    const keys = this.plan.lookup.map(pair => pair.outer(outer, cx))
    return keys.includes(null) ? [] : (this.index.get(keyOf(keys)) ?? [])
  }

  stop(): void {
    if (this.subscription) this.instance.env.runtime.unsubscribe(this.subscription)
    this.consumption?.stop()
    for (const view of this.chain.stops) view.stop()
  }
}

/** A select inside an expression: its rows are made when they are asked for. */
class Subquery implements Part {
  readonly plan: SubqueryPlan
  readonly inner: readonly Inner[]
  readonly rows: ResultSet

  constructor(plan: SubqueryPlan, instance: PartHost) {
    this.plan = plan
    this.rows = new ResultSet(plan.rows, instance.cx)
    this.inner = plan.inner.map(one => new Inner(one, instance, event => this.passThrough(one.slot, event)))
  }

  passThrough(slot: number, event: Event): void {
    const slots = [...this.rows.nobody]
    slots[slot] = event
    this.rows.apply([slots], [])
  }

  /** Rows, or pairs of rows, that pass `where` as seen from outside. */
  matching(outer: Slots, cx: Cx): Slots[] {
    const { where } = this.plan
    let found: Slots[] = [outer]
    for (const side of this.inner)
      found = found.flatMap(slots => {
        const events = [...side.candidates(slots, cx)]
        cx.work(events.length)
        return events.map(event => side.with(slots, event))
      })
    return where ? found.filter(slots => where(slots, cx) === true) : found
  }

  /** The rows of the sub-query: aggregated anew over what matches. */
  result(outer: Slots, cx: Cx): readonly Event[] {
    const { aggregates, keys, level, isNew } = cx
    const { queryClass } = this.plan.rows
    const unkept = this.inner.some(side => side.unkept)
    const matching = this.matching(outer, cx)
    if (queryClass !== 'rows' && !unkept) {
      this.rows.clear()
      this.rows.apply(matching, [])
    }
    Object.assign(this.rows, { nobody: outer })
    const rows = this.rows.arrange(this.rows.snapshot(matching))
    Object.assign(cx, { aggregates, keys, level, isNew })
    return rows
  }

  stop(): void {
    for (const side of this.inner) side.stop()
  }
}

const quiet = Object.freeze({ begin() {}, flush() {} })

/** `(select …)`, `exists (…)`, `x in (…)`, `x > all (…)`. */
export function compileSubquery(expr: Expr, scope: Scope, compilation: Compilation): Typed | undefined {
  if (
    expr.kind !== 'query' &&
    expr.kind !== 'exists' &&
    expr.kind !== 'inQuery' &&
    expr.kind !== 'quantified'
  )
    return undefined
  const { query } = expr
  if (!query) return undefined
  const slot = slotCount(scope)
  const { plan, single } = subqueryPlan(query, scope, compilation, slot)
  const place = compilation.part(plan)
  const rowsOf = (slots: Slots, cx: Cx) => (cx.parts[place] as Subquery).result(slots, cx)
  if (expr.kind === 'exists') return { fn: (slots, cx) => rowsOf(slots, cx).length > 0, type: Types.boolean }
  if (expr.kind === 'query')
    return expr.many ? listing(rowsOf, single, plan.rows.type) : scalar(rowsOf, single, plan.rows.type)
  const of = compile(expr.of, scope)
  if (!single) throw new RuleFault('the sub-query must select one column to compare with', expr.at)
  if (single) Types.comparable(of.type, single, expr.at)
  const values = (slots: Slots, cx: Cx) => rowsOf(slots, cx).map(row => row.values[0] ?? null)
  if (expr.kind === 'quantified') {
    const test = expr.quantor === 'all' ? allOf : anyOf
    const { op } = expr as { op: BinaryOp }
    return { fn: (slots, cx) => test(of.fn(slots, cx), op, values(slots, cx)), type: Types.boolean }
  }
  const { negated } = expr
  return {
    fn: (slots, cx) => {
      const found = anyOf(of.fn(slots, cx), '=', values(slots, cx))
      return found === null ? null : found !== negated
    },
    type: Types.boolean,
  }
}

/** One row: its value, or the row itself when it has several columns. Several rows: null. */
function scalar(
  rowsOf: (slots: Slots, cx: Cx) => readonly Event[],
  single: Types.Type | undefined,
  type: EventType,
): Typed {
  if (single) return { fn: (slots, cx) => only(rowsOf(slots, cx))?.values[0] ?? null, type: single }
  return {
    fn: (slots, cx) => only(rowsOf(slots, cx)),
    type: { kind: 'event', of: type },
  }
}

/** All rows, for a method of lists. */
function listing(
  rowsOf: (slots: Slots, cx: Cx) => readonly Event[],
  single: Types.Type | undefined,
  type: EventType,
): Typed {
  const of: Types.Type = single ?? { kind: 'event', of: type }
  const fn: Fn = (slots, cx) => {
    const rows = rowsOf(slots, cx)
    return single ? rows.map(row => row.values[0] ?? null) : rows
  }
  return { fn, type: { kind: 'array', of } }
}

const only = (rows: readonly Event[]): Event | null => (rows.length === 1 ? rows[0] : null)

function slotCount(scope: Scope): number {
  return Math.max(-1, ...scope.levels.flat().map(source => source.slot)) + 1
}

function subqueryPlan(query: Select, scope: Scope, compilation: Compilation, slot: number) {
  if (query.from.length === 0) throw new RuleFault("a sub-query needs 'from'", query.at, ["'from'"])
  if (query.joins.some(join => join.type !== 'inner'))
    throw new Unsupported('an outer join in a sub-query', query.at)
  const streams = query.from.map(spec => compileStream(spec, compilation))
  const own = query.from.map((spec, i): Source => {
    const typeName = spec.source.kind === 'type' ? spec.source.name : undefined
    const alias = spec.alias ?? typeName ?? 'pattern'
    return { alias, typeName, type: streams[i].windows.type, slot: slot + i }
  })
  const outer = scope.levels
  const ext = withHistory(
    { ...compilation.base, name: (path, inner, at) => scope.ext.name?.(path, inner, at) },
    compilation,
    own,
  )
  const inner: Scope = { ...scope, levels: [own, ...outer], ext }
  const condition = [query.where, ...query.joins.map(join => join.on)].reduce(
    (all, one) => (all && one ? binary('and', all, one, one.at) : (all ?? one)),
    undefined,
  )
  const where = condition && compileCondition(condition, inner)
  const kept = streams.some(stream => stream.windows.windowed || stream.source.kind !== 'type')
  const rows: RowPlan = { ...compileRows(query, inner, true), wantsOld: false, sliding: kept }
  if (!kept && rows.aggregates.length === 0)
    throw new RuleFault('a sub-query needs a data window, such as #lastevent or #keepall', query.at)
  const single = rows.columns?.length === 1 ? rows.type.fields[0].type : undefined
  const plan: SubqueryPlan = {
    inner: streams.map((stream, i) => {
      const isTable = stream.source.kind === 'table'
      const around = [...outer, own.slice(0, i)]
      const lookup = condition && !isTable ? lookupOf(condition, own[i], inner, around) : []
      return { stream, slot: slot + i, lookup }
    }),
    where,
    rows,
    make: (instance: PartHost): Part => new Subquery(plan, instance),
  }
  return { plan, single }
}

function lookupOf(
  where: Expr,
  own: Source,
  inner: Scope,
  outer: Scope['levels'],
): { inner: Fn; outer: Fn }[] {
  return conjuncts(where).flatMap(condition => {
    if (condition.kind !== 'binary' || condition.op !== '=') return []
    const { left, right } = condition
    const pair =
      isInner(left, own) && isOuter(right, own, outer)
        ? [left, right]
        : isInner(right, own) && isOuter(left, own, outer)
          ? [right, left]
          : undefined
    return pair ? [{ inner: compile(pair[0], inner).fn, outer: compile(pair[1], inner).fn }] : []
  })
}

/** Whether an expression is made of the inner event's properties alone. */
function isInner(expr: Expr, own: Source): boolean {
  if (!isPlain(expr)) return false
  const named = names(expr)
  return named.length > 0 && named.every(parts => isOf(parts, own))
}

/** Whether an expression can be known before the inner event is. */
function isOuter(expr: Expr, own: Source, outer: Scope['levels']): boolean {
  if (expr.kind === 'literal') return expr.value !== null
  const sources = outer.flat()
  const named = names(expr)
  return (
    isPlain(expr) &&
    named.length > 0 &&
    named.every(parts => !isOf(parts, own) && sources.some(source => isOf(parts, source)))
  )
}

/** Properties and arithmetic. */
function isPlain(expr: Expr): boolean {
  return (
    partsOf(expr) !== undefined ||
    expr.kind === 'literal' ||
    (isCalculation(expr) && operands(expr).every(isPlain))
  )
}

const isCalculation = (expr: Expr) =>
  expr.kind === 'unary' || (expr.kind === 'binary' && /^[-+*/%]$/.test(expr.op))

function operands(expr: Expr): Expr[] {
  if (expr.kind === 'binary') return [expr.left, expr.right]
  return expr.kind === 'unary' ? [expr.of] : []
}

function names(expr: Expr): string[][] {
  const parts = partsOf(expr)
  return parts ? [parts] : operands(expr).flatMap(names)
}

function isOf(parts: readonly string[], source: Source): boolean {
  if (parts.length === 1) return source.type.placeOf(parts[0]) >= 0
  return (
    parts.length === 2 &&
    (parts[0] === source.alias || parts[0] === source.typeName) &&
    source.type.placeOf(parts[1]) >= 0
  )
}
