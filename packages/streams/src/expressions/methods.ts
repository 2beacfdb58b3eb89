import { offsetMs } from '@ohmstead/model'
import { Event, type Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { instantOf } from '../time/period.ts'
import { memberOf, order } from './operators.ts'
import type { Fn, Scope, Typed } from './scope.ts'

type Compile = (expr: Expr, scope: Scope) => Typed
type Method = Expr & { kind: 'method' }

/** `value.name(…)`: on texts, on times, on lists. */
export function methodCall(of: Typed, expr: Method, scope: Scope, compile: Compile): Typed {
  const name = expr.name.toLowerCase()
  const lambda = expr.args.find(arg => arg.value?.kind === 'lambda')
  if (name in listMethods && (of.type.kind === 'array' || lambda || name === 'size' || name === 'countof'))
    return listCall(of, expr, scope, compile)
  const args = expr.args.map(arg => compile(arg.value!, scope))
  if (Object.hasOwn(textMethods, name) && of.type.kind !== 'number')
    return textCall(of, textMethods[name], args)
  if (Object.hasOwn(timeMethods, name)) return timeCall(of, timeMethods[name], args, scope)
  if (expr.args.length === 0 && /^get[A-Z]/.test(expr.name)) return getter(of, expr)
  throw new Unsupported(`the method .${expr.name}()`, expr.at)
}

function getter(of: Typed, expr: Method): Typed {
  const name = expr.name[3].toLowerCase() + expr.name.slice(4)
  return { fn: (slots, cx) => memberOf(of.fn(slots, cx), name), type: Types.anything }
}

// ── texts ────────────────────────────────────────────────────────────────────────────────────

type TextMethod = [Types.Type, (text: string, ...args: never[]) => Value]

const textMethods: Record<string, TextMethod> = {
  contains: [Types.boolean, (text, part: string) => text.includes(part)],
  startswith: [Types.boolean, (text, part: string) => text.startsWith(part)],
  endswith: [Types.boolean, (text, part: string) => text.endsWith(part)],
  equals: [Types.boolean, (text, other: string) => text === other],
  equalsignorecase: [Types.boolean, (text, other: string) => text.toLowerCase() === other.toLowerCase()],
  touppercase: [Types.string, text => text.toUpperCase()],
  tolowercase: [Types.string, text => text.toLowerCase()],
  trim: [Types.string, text => text.trim()],
  length: [Types.integer, text => text.length],
  indexof: [Types.integer, (text, part: string) => text.indexOf(part)],
  substring: [Types.string, (text, from: number, to?: number) => text.slice(from, to)],
  replace: [Types.string, (text, from: string, to: string) => text.replaceAll(from, to)],
  charat: [Types.string, (text, at: number) => text.charAt(at)],
  isempty: [Types.boolean, text => text.length === 0],
}

function textCall(of: Typed, [type, run]: TextMethod, args: Typed[]): Typed {
  const fns = args.map(arg => arg.fn)
  return {
    fn: (slots, cx) => {
      const text = of.fn(slots, cx)
      if (text === null) return null
      const values = fns.map(fn => fn(slots, cx))
      return values.includes(null) ? null : run(String(text), ...(values as never[]))
    },
    type,
  }
}

// ── times ────────────────────────────────────────────────────────────────────────────────────

const fieldNames: Record<string, string> = {
  msec: 'millisecond', millis: 'millisecond', sec: 'second', seconds: 'second', min: 'minute', minutes: 'minute',
  hours: 'hour', day: 'day', days: 'day', months: 'month', years: 'year', weeks: 'week', dayofmonth: 'day',
  hourofday: 'hour', minuteofhour: 'minute', secondofminute: 'second', millisofsecond: 'millisecond',
  millisecondofsecond: 'millisecond', monthofyear: 'month',
} // biome-ignore format: a word list

const parts: Record<string, (date: Date) => number> = {
  millisecond: date => date.getUTCMilliseconds(),
  second: date => date.getUTCSeconds(),
  minute: date => date.getUTCMinutes(),
  hour: date => date.getUTCHours(),
  day: date => date.getUTCDate(),
  /** 0 is January, as in Esper. */
  month: date => date.getUTCMonth(),
  year: date => date.getUTCFullYear(),
  /** 1 is Sunday, as in Esper. */
  dayofweek: date => date.getUTCDay() + 1,
  dayofyear: date => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1,
}

const local = (at: number, zone: string) => new Date(at + offsetMs(at, zone))

function partOf(at: number, field: string, zone: string): Value {
  const name = fieldNames[field.toLowerCase()] ?? field.toLowerCase()
  return parts[name]?.(local(at, zone)) ?? null
}

/** Sets fields of the local time. */
function setPart(at: number, change: (date: Date) => void, zone: string): number {
  const date = local(at, zone)
  change(date)
  return instantOf(date.getTime(), zone)
}

const units = ['millisecond', 'second', 'minute', 'hour', 'day', 'month', 'year']

function floorTo(at: number, field: string, zone: string): number {
  const upTo = units.indexOf(fieldNames[field.toLowerCase()] ?? field.toLowerCase())
  return setPart(at, date => lowest(date, upTo), zone)
}

function lowest(date: Date, upTo: number): void {
  if (upTo >= 1) date.setUTCMilliseconds(0)
  if (upTo >= 2) date.setUTCSeconds(0)
  if (upTo >= 3) date.setUTCMinutes(0)
  if (upTo >= 4) date.setUTCHours(0)
  if (upTo >= 5) date.setUTCDate(1)
  if (upTo >= 6) date.setUTCMonth(0)
}

type TimeMethod = [Types.Type, (zone: string, at: number, ...args: never[]) => Value]
const asMs = (at: number) => at

const timeMethods: Record<string, TimeMethod> = {
  get: [Types.integer, (zone, at, field: string) => partOf(at, field, zone)],
  roundfloor: [Types.integer, (zone, at, field: string) => floorTo(at, field, zone)],
  withtime: [
    Types.integer,
    (zone, at, hour: number, minute: number, second: number, ms: number) =>
      setPart(at, date => date.setUTCHours(hour, minute, second, ms), zone),
  ],
  tomillisec: [Types.integer, (_, at) => asMs(at)],
  before: [Types.boolean, (_, at, other: number) => at < other],
  after: [Types.boolean, (_, at, other: number) => at > other],
  between: [
    Types.boolean,
    (_, at, from: number, to: number) => (from <= to ? at >= from && at <= to : at >= to && at <= from),
  ],
  plus: [Types.integer, (_, at, ms: number) => at + ms],
  minus: [Types.integer, (_, at, ms: number) => at - ms],
  format: [Types.string, (zone, at) => isoWithoutOffset(at, zone)],
}
for (const name of [
  'hourOfDay',
  'minuteOfHour',
  'secondOfMinute',
  'millisOfSecond',
  'dayOfMonth',
  'dayOfWeek',
  'dayOfYear',
  'monthOfYear',
  'year',
  'hour',
  'minute',
  'month',
  'day',
])
  timeMethods[`get${name}`.toLowerCase()] = [Types.integer, (zone, at) => partOf(at, name, zone)]

function isoWithoutOffset(at: number, zone: string): string {
  return local(at, zone).toISOString().slice(0, -1)
}

function timeCall(of: Typed, [type, run]: TimeMethod, args: Typed[], scope: Scope): Typed {
  const fns = args.map(arg => arg.fn)
  const { zone } = scope
  return {
    fn: (slots, cx) => {
      const at = of.fn(slots, cx)
      if (at === null) return null
      const values = fns.map(fn => fn(slots, cx))
      return values.includes(null) ? null : run(zone, at as number, ...(values as never[]))
    },
    type,
  }
}

// ── lists ────────────────────────────────────────────────────────────────────────────────────

type Each = (item: Value) => Value

const numbers = (items: readonly Value[], each: Each) =>
  items.map(each).filter(value => value !== null) as number[]
const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const itself: Each = value => value

/** `each` is the lambda applied to an item, or the item itself. */
const listMethods: Record<string, (items: readonly Value[], each: Each, given: boolean) => Value> = {
  size: items => items.length,
  countof: (items, each, given) => (given ? items.filter(item => each(item) === true).length : items.length),
  where: (items, each) => items.filter(item => each(item) === true),
  selectfrom: (items, each) => items.map(each),
  anyof: (items, each) => items.some(item => each(item) === true),
  allof: (items, each) => items.every(item => each(item) === true),
  sumof: (items, each) => (items.length === 0 ? null : sumOf(numbers(items, each))),
  average: (items, each) => {
    const values = numbers(items, each)
    return values.length === 0 ? null : sumOf(values) / values.length
  },
  min: (items, each) => extreme(items.map(each), -1),
  max: (items, each) => extreme(items.map(each), 1),
  minby: (items, each) => extremeBy(items, each, -1),
  maxby: (items, each) => extremeBy(items, each, 1),
  first: items => items[0] ?? null,
  last: items => items.at(-1) ?? null,
  firstof: (items, each, given) => (given ? items.find(item => each(item) === true) : items[0]) ?? null,
  lastof: (items, each, given) =>
    (given ? items.findLast(item => each(item) === true) : items.at(-1)) ?? null,
  orderby: (items, each) => items.toSorted((a, b) => order(each(a), each(b))),
  orderbydesc: (items, each) => items.toSorted((a, b) => order(each(b), each(a))),
  distinctof: (items, each) => [...new Map(items.map(item => [each(item), item])).values()],
  reverse: items => items.toReversed(),
}

function extreme(values: readonly Value[], sign: number): Value {
  let best: Value = null
  for (const value of values)
    if (value !== null && (best === null || order(value, best) * sign > 0)) best = value
  return best
}

function extremeBy(items: readonly Value[], each: Each, sign: number): Value {
  let best: Value = null
  for (const item of items) if (best === null || order(each(item), each(best)) * sign > 0) best = item
  return best
}

const numeric = new Set(['size', 'countof', 'sumof', 'average', 'min', 'max'])
const lists = new Set(['where', 'selectfrom', 'orderby', 'orderbydesc', 'distinctof', 'reverse'])
const tests = new Set(['anyof', 'allof'])

function listCall(of: Typed, expr: Method, scope: Scope, compile: Compile): Typed {
  const name = expr.name.toLowerCase()
  const run = listMethods[name]
  const item = of.type.kind === 'array' ? of.type.of : Types.anything
  const lambda = expr.args[0]?.value
  const body = lambda?.kind === 'lambda' ? lambdaBody(lambda, item, scope, compile) : undefined
  if (lambda && !body)
    throw new RuleFault(`.${expr.name}() takes a lambda such as x => x.power > 10`, expr.at)
  const type: Types.Type = lists.has(name)
    ? { kind: 'array', of: name === 'selectfrom' ? (body?.type ?? item) : item }
    : numeric.has(name)
      ? name.includes('count') || name === 'size'
        ? Types.integer
        : Types.number
      : tests.has(name)
        ? Types.boolean
        : item
  return {
    fn: (slots, cx) => {
      const items = asList(of.fn(slots, cx))
      if (items === null) return name === 'size' || name === 'countof' ? 0 : null
      if (!body) return run(items, itself, false)
      const each: Each = value => {
        cx.locals[body.depth] = value
        return body.fn(slots, cx)
      }
      return run(items, each, true)
    },
    type,
  }
}

function asList(value: Value): readonly Value[] | null {
  if (value === null || value === undefined) return null
  return Array.isArray(value) ? value : [value]
}

function lambdaBody(
  lambda: Expr & { kind: 'lambda' },
  item: Types.Type,
  scope: Scope,
  compile: Compile,
): { fn: Fn; type: Types.Type; depth: number } {
  const depth = scope.depth ?? 0
  const param: Typed = { fn: (_, cx) => cx.locals[depth], type: item }
  const params = new Map(scope.params ?? [])
  params.set(lambda.params[0], param)
  const { fn, type } = compile(lambda.body, { ...scope, params, depth: depth + 1 })
  return { fn, type, depth }
}

export { Event }
