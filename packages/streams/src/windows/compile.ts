import { Aggregates, isAggregate, planAggregate } from '../aggregates/compile.ts'
import { EventType, type Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import { compileSpan } from '../expressions/periods.ts'
import type { Extensions, Fn, Scope } from '../expressions/scope.ts'
import { variablesIn } from '../expressions/variables.ts'
import type { Argument, Expr, ViewSpec } from '../language/ast.ts'
import { render } from '../language/render.ts'
import { nearest } from '../nearest.ts'
import type { Span } from '../time/period.ts'
import { ExtTimedBatch, TimeBatch, TimeLengthBatch } from './batches.ts'
import { Intersection, Union } from './combined.ts'
import { FirstLength, FirstUnique, KeepAll, Length, LengthBatch, Unique } from './counted.ts'
import {
  Correlation,
  Derived,
  type DerivedPlan,
  Regression,
  regressionFields,
  Size,
  Univariate,
  WeightedAverage,
} from './derived.ts'
import { ExpressionBatch, type ExpressionPlan, ExpressionWindow } from './expression.ts'
import { type Chain, type GroupPlan, GroupWindow } from './groups.ts'
import { Sorted } from './sorted.ts'
import { ExtTimed, FirstTime, Time, TimeAccum, TimeOrder } from './timed.ts'
import type { Host, Sink, View } from './view.ts'

type Make = (host: Host) => View

/** The windows of one stream, compiled. */
export interface WindowPlan {
  /** What events are behind the windows: another type for derived-value windows. */
  readonly type: EventType
  /** False for a stream without any window: nothing is kept and nothing leaves. */
  readonly windowed: boolean
  /** Whether the windows deliver batches: rows of one delivery belong together. */
  readonly batched: boolean
  make(host: Host, next: Sink): Chain
}

interface Compiling {
  readonly type: EventType
  readonly ext: Extensions
  readonly zone: string
}

/** @throws RuleFault for a window that does not exist or is given what it cannot take */
export function compileWindows(
  specs: readonly ViewSpec[],
  retain: 'union' | 'intersection' | undefined,
  at: Compiling,
): WindowPlan {
  const [first, ...rest] = specs
  if (first?.name === 'groupwin') return groupPlan(first, rest, retain, at)
  return plainPlan(specs, retain, at, [])
}

function plainPlan(
  specs: readonly ViewSpec[],
  retain: 'union' | 'intersection' | undefined,
  at: Compiling,
  groupKeys: readonly Expr[],
): WindowPlan {
  const data = specs.filter(spec => !Object.hasOwn(derived, spec.name))
  const after = specs.filter(spec => Object.hasOwn(derived, spec.name))
  const makers = data.map(spec => maker(spec, at))
  const window: Make | undefined =
    makers.length === 0 ? undefined : makers.length === 1 ? makers[0] : combine(makers, retain)
  let { type } = at
  const plans = after.map(spec => {
    const plan = derivedPlan(spec, { ...at, type }, groupKeys)
    type = plan.type
    return plan
  })
  const plan: WindowPlan = {
    type,
    windowed: specs.length > 0,
    batched: data.some(spec => spec.name.includes('batch')),
    make: (host, next) => chain(host, next, window, plans, []),
  }
  return plan
}

function combine(makers: readonly Make[], retain: 'union' | 'intersection' | undefined): Make {
  return host => (retain === 'union' ? new Union(host, makers) : new Intersection(host, makers))
}

function chain(
  host: Host,
  next: Sink,
  window: Make | undefined,
  plans: readonly DerivedPlan[],
  group: readonly Value[],
): Chain {
  const views: View[] = []
  const made = window?.(host)
  if (made) views.push(made)
  for (const plan of plans) views.push(new Derived(host, plan, group))
  views.forEach((view, i) => {
    view.next = views[i + 1] ?? next
  })
  return { head: views[0] ?? next, window: views.at(-1), stops: views }
}

function groupPlan(
  spec: ViewSpec,
  rest: readonly ViewSpec[],
  retain: 'union' | 'intersection' | undefined,
  at: Compiling,
): WindowPlan {
  const exprs = spec.args.map(arg => arg.value!)
  const scope = scopeOf(at)
  const data = rest.filter(view => !Object.hasOwn(derived, view.name))
  const after = rest.filter(view => Object.hasOwn(derived, view.name))
  const makers = data.map(view => maker(view, at))
  const window = makers.length === 0 ? undefined : makers.length === 1 ? makers[0] : combine(makers, retain)
  let { type } = at
  const plans = after.map(view => {
    const plan = derivedPlan(view, { ...at, type }, exprs)
    type = plan.type
    return plan
  })
  const grouping: GroupPlan = {
    keys: exprs.map(expr => compile(expr, scope).fn),
    make: (host: Host, next: Sink, key: readonly Value[]) => chain(host, next, window, plans, key),
  }
  return {
    type,
    windowed: rest.length > 0,
    batched: data.some(view => view.name.includes('batch')),
    make(host: Host, next: Sink): Chain {
      const view = new GroupWindow(host, grouping)
      view.next = next
      return { head: view, window: view, stops: [view] }
    },
  }
}

function scopeOf({ type, ext, zone }: Compiling): Scope {
  return { levels: [[{ alias: type.name, type, slot: 0 }]], ext, zone }
}

// ── one window ───────────────────────────────────────────────────────────────────────────────

const makers: Record<string, (spec: ViewSpec, at: Compiling) => Make> = {
  keepall: () => host => new KeepAll(host),
  lastevent: () => host => new Length(host, 1),
  firstevent: () => host => new FirstLength(host, 1),
  length: (spec, at) => counted(spec, at, (host, size) => new Length(host, size)),
  firstlength: (spec, at) => counted(spec, at, (host, size) => new FirstLength(host, size)),
  length_batch: (spec, at) => counted(spec, at, (host, size) => new LengthBatch(host, size)),
  time: (spec, at) => spanned(spec, at, (host, span) => new Time(host, span)),
  time_accum: (spec, at) => spanned(spec, at, (host, span) => new TimeAccum(host, span)),
  firsttime: (spec, at) => spanned(spec, at, (host, span) => new FirstTime(host, span)),
  unique: (spec, at) => keyed(spec, at, (host, plan) => new Unique(host, plan)),
  firstunique: (spec, at) => keyed(spec, at, (host, plan) => new FirstUnique(host, plan)),
  ext_timed: (spec, at) => stamped(spec, at, (host, plan) => new ExtTimed(host, plan)),
  time_order: (spec, at) => stamped(spec, at, (host, plan) => new TimeOrder(host, plan)),
  timetolive: (spec, at) => {
    const plan = { stamp: argument(spec, 0, at), span: { months: 0, ms: 0 } }
    return host => new TimeOrder(host, plan)
  },
  time_batch: timeBatch,
  time_length_batch: timeLengthBatch,
  ext_timed_batch: (spec, at) => {
    const plan = {
      stamp: argument(spec, 0, at),
      span: spanOf(spec, 1, at),
      reference: reference(spec, 2, at),
    }
    return host => new ExtTimedBatch(host, plan)
  },
  sort: (spec, at) => sorted(spec, at, 0),
  rank: rank,
  expr: (spec, at) => {
    const plan = expressionPlan(spec, at)
    return host => new ExpressionWindow(host, plan)
  },
  expr_batch: (spec, at) => {
    const plan = expressionPlan(spec, at)
    return host => new ExpressionBatch(host, plan)
  },
}

/** Names of all windows, for completion and documentation. */
export const windowNames: readonly string[] = [
  'groupwin',
  ...Object.keys(makers),
  'size',
  'uni',
  'correl',
  'linest',
  'weighted_avg',
]

/** How many values a window takes at most; those that are not named take as many as are given. */
const most: Readonly<Record<string, number>> = {
  keepall: 0, lastevent: 0, firstevent: 0, length: 1, firstlength: 1, length_batch: 1, time: 1, time_accum: 1, firsttime: 1,
  ext_timed: 2, time_order: 2, timetolive: 1, time_batch: 3, time_length_batch: 3, ext_timed_batch: 3, expr: 1, expr_batch: 2,
} // biome-ignore format: a table

function requireCount({ name, args, at }: ViewSpec): void {
  const takes = most[name] ?? args.length
  if (args.length <= takes) return
  const values = takes === 0 ? 'no values' : takes === 1 ? '1 value' : `${takes} values`
  throw new RuleFault(`#${name} takes ${values}, got ${args.length}`, at)
}

function maker(spec: ViewSpec, at: Compiling): Make {
  requireCount(spec)
  if (Object.hasOwn(makers, spec.name)) return makers[spec.name](spec, at)
  const near = nearest(spec.name, windowNames)
  if (near !== undefined)
    throw new RuleFault(`there is no window #${spec.name}; did you mean '${near}'?`, spec.at, windowNames)
  throw new Unsupported(`the window #${spec.name}`, spec.at)
}

function argOf(spec: ViewSpec, place: number): Argument {
  const arg = spec.args[place]
  if (!arg?.value)
    throw new RuleFault(`#${spec.name} needs ${place + 1} ${place === 0 ? 'value' : 'values'}`, spec.at)
  return arg
}

function argument(spec: ViewSpec, place: number, at: Compiling): Fn {
  return compile(argOf(spec, place).value!, scopeOf(at)).fn
}

function constantOf(spec: ViewSpec, place: number, at: Compiling): Value {
  const typed = compile(argOf(spec, place).value!, scopeOf(at))
  // Variables are read once, when the window is compiled.
  return typed.constant ? typed.constant.value : typed.fn([], at.ext.still)
}

function counted(spec: ViewSpec, at: Compiling, make: (host: Host, size: number) => View): Make {
  const size = constantOf(spec, 0, at)
  if (typeof size !== 'number' || size < 1 || !Number.isInteger(size))
    throw new RuleFault(`#${spec.name} needs a whole number from 1`, spec.at)
  return host => make(host, size)
}

function spanOf(spec: ViewSpec, place: number, at: Compiling): Span {
  const { constant, fn } = compileSpan(argOf(spec, place).value!, scopeOf(at), compile)
  const span = constant ?? fn([], at.ext.still)
  if (!span || span.ms + span.months <= 0)
    throw new RuleFault(`#${spec.name} needs a length of time above zero`, spec.at)
  return span
}

function spanned(spec: ViewSpec, at: Compiling, make: (host: Host, span: Span) => View): Make {
  const span = spanOf(spec, 0, at)
  return host => make(host, span)
}

function keyed(
  spec: ViewSpec,
  at: Compiling,
  make: (host: Host, plan: { keys: readonly Fn[] }) => View,
): Make {
  argOf(spec, 0)
  const plan = { keys: spec.args.map((_, i) => argument(spec, i, at)) }
  return host => make(host, plan)
}

function stamped(
  spec: ViewSpec,
  at: Compiling,
  make: (host: Host, plan: { stamp: Fn; span: Span }) => View,
): Make {
  const plan = { stamp: argument(spec, 0, at), span: spanOf(spec, 1, at) }
  return host => make(host, plan)
}

function flagsOf(spec: ViewSpec): { force: boolean; eager: boolean } {
  const texts = spec.args.map(({ value }) =>
    value?.kind === 'literal' && typeof value.value === 'string' ? value.value.toLowerCase() : '',
  )
  return {
    force: texts.some(text => text.includes('force_update')),
    eager: texts.some(text => text.includes('start_eager')),
  }
}

function reference(spec: ViewSpec, place: number, at: Compiling): number | undefined {
  const arg = spec.args[place]
  if (!arg?.value || (arg.value.kind === 'literal' && typeof arg.value.value === 'string')) return undefined
  return constantOf(spec, place, at) as number
}

function timeBatch(spec: ViewSpec, at: Compiling): Make {
  const plan = { span: spanOf(spec, 0, at), reference: reference(spec, 1, at), flags: flagsOf(spec) }
  return host => new TimeBatch(host, plan)
}

function timeLengthBatch(spec: ViewSpec, at: Compiling): Make {
  const size = constantOf(spec, 1, at) as number
  const plan = { span: spanOf(spec, 0, at), size, flags: flagsOf(spec) }
  return host => new TimeLengthBatch(host, plan)
}

const sortKey = (at: Compiling) => (arg: Argument) => ({
  fn: compile(arg.value!, scopeOf(at)).fn,
  descending: arg.order === 'desc',
})

function sorted(spec: ViewSpec, at: Compiling, sizeAt: number): Make {
  const { constant } = compile(argOf(spec, sizeAt).value!, scopeOf(at))
  const size = constant?.value ?? constantOf(spec, sizeAt, at)
  if (typeof size !== 'number' || size < 1 || spec.args.length < 2)
    throw new RuleFault('#sort needs a number from 1 and what it sorts by: #sort(10, price desc)', spec.at)
  const plan = { size, by: spec.args.slice(sizeAt + 1).map(sortKey(at)) }
  return host => new Sorted(host, plan)
}

/** `#rank(key, …, n, order …)`: the size is the first number. */
function rank(spec: ViewSpec, at: Compiling): Make {
  const sizeAt = spec.args.findIndex(arg => compile(arg.value!, scopeOf(at)).constant !== undefined)
  if (sizeAt < 1) throw new RuleFault('#rank needs keys, a number and an order', spec.at)
  const plan = {
    size: constantOf(spec, sizeAt, at) as number,
    by: spec.args.slice(sizeAt + 1).map(sortKey(at)),
    unique: spec.args.slice(0, sizeAt).map((_, i) => argument(spec, i, at)),
  }
  return host => new Sorted(host, plan)
}

function expressionPlan(spec: ViewSpec, at: Compiling): ExpressionPlan {
  const event: Types.Type = { kind: 'event', of: at.type }
  const builtins = new EventType('window', [
    { name: 'current_count', type: Types.integer },
    { name: 'expired_count', type: Types.integer },
    { name: 'newest_timestamp', type: Types.integer },
    { name: 'oldest_timestamp', type: Types.integer },
    { name: 'newest_event', type: event },
    { name: 'oldest_event', type: event },
  ])
  const rows = scopeOf(at)
  const aggregates = new Aggregates(true)
  const ext: Extensions = {
    ...at.ext,
    aggregate(expr) {
      if (!isAggregate(expr)) return undefined
      const { plan, type } = planAggregate(expr, rows, true)
      const place = aggregates.add(plan)
      return { fn: (_, cx) => cx.aggregates[place].value(), type }
    },
  }
  const levels = [[...rows.levels[0], { alias: 'view', type: builtins, slot: 1 }]]
  const condition = compileCondition(argOf(spec, 0).value!, { levels, ext, zone: at.zone })
  const include = spec.args[1] ? constantOf(spec, 1, at) !== false : true
  const variables = variablesIn(argOf(spec, 0).value!, at.ext.still.catalog)
  return { condition, aggregates: aggregates.plans, builtins, include, variables }
}

// ── derived values ───────────────────────────────────────────────────────────────────────────

const doubles = (...names: string[]) => names.map(name => ({ name, type: Types.number }))

const derived: Record<
  string,
  { values: number; fields: { name: string; type: Types.Type }[]; make: DerivedPlan['make'] }
> = {
  size: { values: 0, fields: [{ name: 'size', type: Types.integer }], make: () => new Size() },
  uni: {
    values: 1,
    fields: [
      { name: 'datapoints', type: Types.integer },
      ...doubles('total', 'average', 'stddev', 'stddevpa', 'variance'),
    ],
    make: () => new Univariate(),
  },
  weighted_avg: { values: 2, fields: doubles('average'), make: () => new WeightedAverage() },
  correl: {
    values: 2,
    fields: doubles('correlation'),
    make: () => new Correlation(),
  },
  linest: {
    values: 2,
    fields: doubles(...regressionFields),
    make: () => new Regression(),
  },
}

const everything = (type: EventType) => type.fields.map(({ name }): Expr => ({ kind: 'name', name }))

function derivedPlan(spec: ViewSpec, at: Compiling, groupKeys: readonly Expr[]): DerivedPlan {
  const kind = derived[spec.name]
  const scope = scopeOf(at)
  const given = spec.args.flatMap(arg => (arg.star ? everything(at.type) : [arg.value!]))
  const typed = given.map(arg => compile(arg, scope))
  if (typed.length < kind.values) throw new RuleFault(`#${spec.name} needs ${kind.values} values`, spec.at)
  const extra = given
    .slice(kind.values)
    .map((arg, i) => ({ name: render(arg), type: typed[kind.values + i].type }))
  const keys = groupKeys.map(key => ({ name: render(key), type: compile(key, scope).type }))
  const type = new EventType(`${at.type.name}#${spec.name}`, [...kind.fields, ...extra, ...keys])
  return {
    type,
    values: typed.slice(0, kind.values).map(({ fn }) => fn),
    extra: typed.slice(kind.values).map(({ fn }) => fn),
    make: kind.make,
  }
}
