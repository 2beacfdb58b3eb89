import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import { compile } from '../expressions/compile.ts'
import type { Fn, Scope, Source, Typed } from '../expressions/scope.ts'
import type { Argument, Expr } from '../language/ast.ts'
import { render } from '../language/render.ts'
import type { Aggregate, AggregatePlan } from './aggregate.ts'
import * as Contents from './contents.ts'
import * as Numbers from './numbers.ts'

type Make = (plan: AggregatePlan) => Aggregate
type Call = Expr & { kind: 'call' }

interface Kind {
  /** Without a window there is a cheaper way. */
  readonly make: Make
  readonly ever?: Make
  readonly result: 'argument' | 'number' | 'integer' | 'boolean' | 'list'
  readonly args: 'number' | 'any' | 'none'
}

const numeric = (make: Make, result: Kind['result'] = 'number'): Kind => ({ make, result, args: 'number' })

const kinds: Record<string, Kind> = {
  sum: numeric(plan => new Numbers.Sum(plan), 'argument'),
  avg: numeric(plan => new Numbers.Average(plan), 'argument'),
  median: numeric(plan => new Numbers.Median(plan), 'argument'),
  stddev: numeric(plan => new Numbers.SampleDeviation(plan), 'argument'),
  stddevpop: numeric(plan => new Numbers.PopulationDeviation(plan), 'argument'),
  avedev: numeric(plan => new Numbers.MeanDeviation(plan), 'argument'),
  percentile: numeric(plan => new Numbers.Percentile(plan), 'argument'),
  min: extreme(
    plan => new Numbers.Least(plan),
    plan => new Numbers.LeastEver(plan),
  ),
  max: extreme(
    plan => new Numbers.Greatest(plan),
    plan => new Numbers.GreatestEver(plan),
  ),
  count: { make: plan => new Numbers.CountValues(plan), result: 'integer', args: 'any' },
  countever: { make: plan => new Numbers.CountEver(plan), result: 'integer', args: 'any' },
  leaving: { make: plan => new Numbers.Leaving(plan), result: 'boolean', args: 'none' },
  rate: { make: plan => new Numbers.StampRate(plan), result: 'number', args: 'any' },
  window: { make: plan => new Contents.WindowOf(plan), result: 'list', args: 'any' },
  first: {
    make: plan => new Contents.FromOldest(plan),
    ever: plan => new Contents.FirstEver(plan),
    result: 'argument',
    args: 'any',
  },
  last: { make: plan => new Contents.FromNewest(plan), result: 'argument', args: 'any' },
  nth: { make: plan => new Contents.FromNewest(plan), result: 'argument', args: 'any' },
  firstever: { make: plan => new Contents.FirstEver(plan), result: 'argument', args: 'any' },
  lastever: { make: plan => new Contents.LastEver(plan), result: 'argument', args: 'any' },
}
kinds.minever = kinds.fminever = { ...kinds.min, make: kinds.min.ever! }
kinds.maxever = kinds.fmaxever = { ...kinds.max, make: kinds.max.ever! }
kinds.fmin = kinds.min
kinds.fmax = kinds.max

function extreme(make: Make, ever: Make): Kind {
  return { make, ever, result: 'argument', args: 'any' }
}

const byOrder: Record<string, Make> = {
  maxby: plan => new Contents.ExtremeBy(plan, -1),
  minby: plan => new Contents.ExtremeBy(plan, 1),
  maxbyever: plan => new Contents.ExtremeByEver(plan, -1),
  minbyever: plan => new Contents.ExtremeByEver(plan, 1),
  sorted: plan => new Contents.SortedBy(plan, 1),
}

export const isByOrder = (name: string) => Object.hasOwn(byOrder, name.toLowerCase())

/** Names of all aggregates, for completion and documentation. */
export const aggregateNames: readonly string[] = [...Object.keys(kinds), ...Object.keys(byOrder)]

/** What a statement aggregates; equal aggregates are kept once. */
export class Aggregates {
  readonly plans: AggregatePlan[] = []
  /** One stands inside another: `max(sum(x))`. */
  nested = false
  readonly sliding: boolean
  constructor(sliding: boolean) {
    this.sliding = sliding
  }

  add(plan: AggregatePlan): number {
    const same = this.plans.findIndex(({ text }) => text === plan.text)
    if (same >= 0) return same
    this.plans.push(plan)
    return this.plans.length - 1
  }
}

/** Whether a call is an aggregate: `min(a, b)` of two plain values is not. */
export function isAggregate(expr: Call): boolean {
  const name = expr.name.toLowerCase()
  if (Object.hasOwn(byOrder, name)) return true
  if (!Object.hasOwn(kinds, name)) return false
  if (name !== 'min' && name !== 'max') return true
  const plain = expr.args.filter(arg => arg.name === undefined)
  return plain.length === 1 || (plain.length === 2 && isCondition(plain[1].value))
}

/** Told from its form: the second value of `min(x, y > 1)` is a filter. */
function isCondition(expr: Expr | undefined): boolean {
  if (!expr) return false
  if (expr.kind === 'binary') return /^(=|!=|<|>|<=|>=|and|or|is|is not)$/.test(expr.op)
  return (
    ['between', 'in', 'inRange', 'like', 'isNull'].includes(expr.kind) ||
    (expr.kind === 'unary' && expr.op === 'not')
  )
}

interface Parts {
  readonly plain: Argument[]
  readonly filter?: Expr
  readonly groupBy?: Expr[]
}

function partsOf(expr: Call): Parts {
  const plain = expr.args.filter(arg => arg.name === undefined)
  const filter = expr.args.find(arg => arg.name?.toLowerCase() === 'filter')?.value
  const group = expr.args.find(arg => arg.name?.toLowerCase() === 'group_by')?.value
  return { plain, filter, groupBy: group && (group.kind === 'array' ? group.items : [group]) }
}

/** @param scope of the rows that are aggregated, without aggregates */
export function planAggregate(
  expr: Call,
  scope: Scope,
  sliding: boolean,
): { plan: AggregatePlan; type: Types.Type } {
  const name = expr.name.toLowerCase()
  const { plain, filter, groupBy } = partsOf(expr)
  const shared = {
    distinct: expr.distinct ?? false,
    sliding,
    localKeys: groupBy?.map(key => compile(key, scope).fn),
    text: render(expr),
  }
  const condition = filter && compile(filter, scope).fn
  if (Object.hasOwn(byOrder, name))
    return sortedPlan(expr, scope, { ...shared, filter: condition, make: byOrder[name] })
  if (name === 'rate') return ratePlan(expr, plain, scope, { ...shared, filter: condition })
  return plainPlan(expr, name, plain, scope, { ...shared, filter: condition })
}

type Shared = Omit<AggregatePlan, 'args' | 'make'>

function plainPlan(expr: Call, name: string, plain: Argument[], scope: Scope, shared: Shared) {
  const kind = kinds[name]
  if (plain[0]?.star || plain.length === 0) return starPlan(expr, name, plain, scope, shared)
  const args = plain.map(arg => compile(arg.value!, scope))
  if (kind.args === 'number') Types.requireKind(args[0].type, 'number', `${name}()`, expr.at)
  const indexed = name === 'first' || name === 'last' || name === 'nth'
  const isFilter = plain.length === 2 && !indexed && name !== 'percentile' && args[1].type.kind !== 'number'
  const filter = isFilter ? args[1].fn : shared.filter
  const ever = !shared.sliding && kind.ever && !(name === 'first' && plain.length > 1)
  const plan: AggregatePlan = {
    ...shared,
    filter,
    parameter: name === 'percentile' ? percentOf(expr, args[1]) : slotOf(plain[0], scope),
    args: args.map(arg => arg.fn),
    make: ever ? kind.ever! : kind.make,
  }
  return { plan, type: resultOf(kind, args[0].type) }
}

function percentOf(expr: Call, typed: Typed | undefined): number {
  const value = typed?.constant?.value
  if (typeof value !== 'number' || value < 0 || value > 100)
    throw new RuleFault('percentile() takes a value and a number from 0 to 100', expr.at)
  return value
}

/** `count(*)`, `window(*)`, `first(sb.*)`. */
function starPlan(expr: Call, name: string, plain: Argument[], scope: Scope, shared: Shared) {
  const filterArg = plain.length > 1 ? compile(plain[1].value!, scope).fn : shared.filter
  const common = { ...shared, filter: filterArg }
  if (name === 'count')
    return {
      plan: { ...common, args: [], make: (p: AggregatePlan) => new Numbers.Count(p) },
      type: Types.integer,
    }
  const kind = kinds[name]
  if (name === 'countever' || name === 'leaving')
    return { plan: { ...common, args: [], make: kind.make }, type: resultOf(kind, Types.anything) }
  const source = sourceOf(plain[0], scope)
  if (!source || !['window', 'first', 'last', 'nth', 'firstever', 'lastever'].includes(name))
    throw new RuleFault(`${name}() needs a value`, expr.at)
  const event: Fn = slots => slots[source.slot] ?? null
  const make = !shared.sliding && kind.ever ? kind.ever : kind.make
  const type: Types.Type = { kind: 'event', of: source.type }
  return { plan: { ...common, args: [event], parameter: source.slot, make }, type: resultOf(kind, type) }
}

function sourceOf(arg: Argument | undefined, scope: Scope): Source | undefined {
  const sources = scope.levels[0] ?? []
  return typeof arg?.star === 'string' ? sources.find(({ alias }) => alias === arg.star) : sources[0]
}

/** The stream whose events tell when a value leaves: the one named in it, or the first. */
function slotOf(arg: Argument, scope: Scope): number {
  const names = JSON.stringify(arg.value)
  const sources = scope.levels[0] ?? []
  if (sources.length < 2) return sources[0]?.slot ?? 0
  const named = sources.find(source => names.includes(`"name":"${source.alias}"`))
  const owner = sources.find(source =>
    source.type.fields.some(field => names.includes(`"name":"${field.name}"`)),
  )
  return (named ?? owner ?? sources[0]).slot
}

function sortedPlan(expr: Call, scope: Scope, shared: Shared & { make: Make }) {
  const source = sourceOf(undefined, scope)!
  const event: Fn = slots => slots[source.slot] ?? null
  const by = expr.args.filter(arg => arg.name === undefined)
  if (by.length === 0 || by.some(arg => !arg.value))
    throw new RuleFault(`${expr.name}() needs what it sorts by, such as ${expr.name}(price desc)`, expr.at)
  const keys = by.map(arg => compile(arg.value!, scope).fn)
  const descending = by.map(arg => arg.order === 'desc')
  const type: Types.Type = { kind: 'event', of: source.type }
  const list = expr.name.toLowerCase() === 'sorted'
  return {
    plan: { ...shared, descending, parameter: source.slot, args: [event, ...keys] },
    type: list ? ({ kind: 'array', of: type } as Types.Type) : type,
  }
}

function ratePlan(expr: Call, plain: Argument[], scope: Scope, shared: Shared) {
  const args = plain.map(arg => compile(arg.value!, scope))
  const seconds = args[0]?.constant?.value
  if (args.length === 1 && typeof seconds === 'number')
    return {
      plan: { ...shared, args: [], parameter: seconds, make: (p: AggregatePlan) => new Numbers.ClockRate(p) },
      type: Types.number,
    }
  if (args.length === 0) throw new RuleFault('rate() needs a number of seconds or a timestamp', expr.at)
  return { plan: { ...shared, args: args.map(arg => arg.fn), make: kinds.rate.make }, type: Types.number }
}

function resultOf(kind: Kind, argument: Types.Type): Types.Type {
  switch (kind.result) {
    case 'argument':
      return argument
    case 'list':
      return { kind: 'array', of: argument }
    case 'integer':
      return Types.integer
    case 'boolean':
      return Types.boolean
    default:
      return Types.number
  }
}
