import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { nearest } from '../nearest.ts'
import { moved, relationCall, relationNames, timeOf } from './intervals.ts'
import { isListMethod, listCall, listNames } from './lists.ts'
import { member } from './names.ts'
import { memberOf, same } from './operators.ts'
import type { Fn, Scope, Typed } from './scope.ts'
import { replaced, wholeMatch } from './texts.ts'
import { faultOfTime, timeMethods } from './times.ts'

type Compile = (expr: Expr, scope: Scope) => Typed
type Method = Expr & { kind: 'method' }

/** `value.name(…)`: on texts, on times, on lists. */
export function methodCall(of: Typed, expr: Method, scope: Scope, compile: Compile): Typed {
  const name = expr.name.toLowerCase()
  if (isListMethod(of, expr)) return listCall(of, expr, scope, compile)
  if (relationNames.includes(name)) return relationCall(of, expr, scope, compile)
  const key = keyed(of, expr, scope, compile)
  if (key) return key
  if (!isMethod(name) && !isGetter(expr)) throw unknownMethod(expr)
  const args = expr.args.map(arg => {
    if (arg.star || !arg.value) throw new RuleFault(`.${expr.name}() takes no *`, expr.at)
    return compile(arg.value, scope)
  })
  if (Object.hasOwn(textMethods, name) && of.type.kind !== 'number') {
    const [, run] = textMethods[name]
    requireCount(expr, run.length - 1, optional[name])
    return applied(of, textMethods[name], args)
  }
  if (Object.hasOwn(timeMethods, name)) {
    const [type, run] = timeMethods[name]
    const time = requireTime(timeOf(of), expr)
    requireCount(expr, most[name] ?? run.length - 2, optional[name])
    const fault = faultOfTime(name, args[0]?.constant?.value)
    if (fault !== undefined) throw new RuleFault(`.${expr.name}(): ${fault}`, expr.at)
    const changed = applied(
      time,
      [type, (at: never, ...rest: never[]) => run(scope.zone, at, ...rest)],
      args.map(timeOf),
      keepsNull.has(name),
    )
    return type === Types.integer ? moved(time, changed) : changed
  }
  if (Object.hasOwn(numberMethods, name) && args.length === 0) return applied(of, numberMethods[name], args)
  if (name === 'tostring' && args.length === 0) return applied(of, [Types.string, String], args)
  if (name === 'equals' && args.length === 1)
    return applied(of, [Types.boolean, (a: Value, b: Value) => a === b], args)
  if (isGetter(expr)) return getter(of, expr)
  throw new RuleFault(`.${expr.name}() does not work on ${Types.describe(of.type)}`, expr.at)
}

const isGetter = (expr: Method) => expr.args.length === 0 && /^(get|is)[A-Z]/.test(expr.name)

const isMethod = (name: string) =>
  [textMethods, timeMethods, numberMethods].some(methods => Object.hasOwn(methods, name)) ||
  name === 'tostring'

function unknownMethod(expr: Method): Error {
  const known = [...Object.keys(textMethods), ...Object.keys(timeMethods), ...listNames, ...relationNames]
  const near = nearest(expr.name.toLowerCase(), known)
  if (near === undefined) return new Unsupported(`the method .${expr.name}()`, expr.at)
  return new RuleFault(`there is no method .${expr.name}(); did you mean '${near}'?`, expr.at, known)
}

export function requireTime(of: Typed, expr: Method): Typed {
  if (['number', 'any', 'null'].includes(of.type.kind)) return of
  throw new RuleFault(`.${expr.name}() needs a time, got ${Types.describe(of.type)}`, expr.at)
}

/** How many of the last values of a method may be left out. */
const optional: Readonly<Record<string, number>> = { substring: 1, format: 1, between: 2 }
/** Of methods with defaults: how many values they take. */
const most: Readonly<Record<string, number>> = { between: 4, withtime: 4 }

function requireCount({ name, args, at }: Method, takes: number, optional = 0): void {
  const least = takes - optional
  if (args.length >= least && args.length <= takes) return
  const range = optional > 0 ? `${least} to ${takes}` : takes === 0 ? 'no' : String(takes)
  throw new RuleFault(
    `.${name}() takes ${range} ${range === '1' ? 'value' : 'values'}, got ${args.length}`,
    at,
  )
}

/** `a.prices('day')` is what a property holds under a key, `a.prices('day')?` of one that may not be there. */
function keyed(of: Typed, expr: Method, scope: Scope, compile: Compile): Typed | undefined {
  const [by, more] = expr.args
  if (!by?.value || more || by.value.kind === 'lambda') return undefined
  const known = of.type.kind === 'event' && of.type.of.placeOf(expr.name) >= 0
  if (!known && !expr.dynamic) return undefined
  return underKey(member(of, { ...expr, kind: 'member', dynamic: !known }), compile(by.value, scope).fn)
}

/** What a list holds at a place, or an open record under a name. */
export function underKey(of: Typed, key: Fn): Typed {
  const { fn } = of
  return {
    fn: (slots, cx) => {
      const items = fn(slots, cx)
      const at = key(slots, cx)
      if (items === null || items === undefined || at === null) return null
      if (Array.isArray(items)) return items[at as number] ?? null
      return memberOf(items, String(at))
    },
    type: of.type.kind === 'array' ? of.type.of : Types.anything,
  }
}

/** `a.getPower()` is `a.power`. */
function getter(of: Typed, expr: Method): Typed {
  const bare = expr.name.replace(/^(get|is)/, '')
  const name = bare[0].toLowerCase() + bare.slice(1)
  const place = of.type.kind === 'event' ? of.type.of.placeOf(name) : -1
  const type = of.type.kind === 'event' && place >= 0 ? of.type.of.fields[place].type : Types.anything
  return { fn: (slots, cx) => memberOf(of.fn(slots, cx), name), type }
}

type Plain = readonly [Types.Type, (value: never, ...args: never[]) => Value]

/** Methods for which a value that is left out (null) means: as it is. */
const keepsNull = new Set(['withtime', 'withdate'])

/** Null in, null out. */
function applied(of: Typed, [type, run]: Plain, args: Typed[], takesNull = false): Typed {
  const fns = args.map(arg => arg.fn)
  return {
    fn: (slots, cx) => {
      const value = of.fn(slots, cx)
      if (value === null || value === undefined) return null
      const values = fns.map(fn => fn(slots, cx))
      return values.includes(null) && !takesNull ? null : run(value as never, ...(values as never[]))
    },
    type,
  }
}

const numberMethods: Record<string, Plain> = {
  intvalue: [Types.integer, (value: number) => Math.trunc(value)],
  longvalue: [Types.integer, (value: number) => Math.trunc(value)],
  doublevalue: [Types.number, (value: number) => value],
  floatvalue: [Types.number, (value: number) => value],
}

const textMethods: Record<string, Plain> = {
  contains: [
    Types.boolean,
    (of: Value, part: Value) =>
      Array.isArray(of) ? of.some(item => same(item, part)) : String(of).includes(String(part)),
  ],
  matches: [Types.boolean, (text: string, pattern: string) => wholeMatch(String(text), pattern)],
  startswith: [Types.boolean, (text: string, part: string) => String(text).startsWith(part)],
  endswith: [Types.boolean, (text: string, part: string) => String(text).endsWith(part)],
  equals: [Types.boolean, (text: Value, other: Value) => text === other],
  equalsignorecase: [
    Types.boolean,
    (text: string, other: string) => String(text).toLowerCase() === other.toLowerCase(),
  ],
  compareto: [Types.integer, (text: string, other: string) => (text < other ? -1 : text > other ? 1 : 0)],
  touppercase: [Types.string, (text: string) => String(text).toUpperCase()],
  tolowercase: [Types.string, (text: string) => String(text).toLowerCase()],
  trim: [Types.string, (text: string) => String(text).trim()],
  length: [Types.integer, (text: string) => String(text).length],
  indexof: [Types.integer, (text: string, part: string) => String(text).indexOf(part)],
  lastindexof: [Types.integer, (text: string, part: string) => String(text).lastIndexOf(part)],
  substring: [Types.string, (text: string, from: number, to?: number) => String(text).slice(from, to)],
  replace: [Types.string, (text: string, from: string, to: string) => String(text).replaceAll(from, to)],
  replaceall: [
    Types.string,
    (text: string, pattern: string, by: string) => replaced(String(text), pattern, by, 'all'),
  ],
  replacefirst: [
    Types.string,
    (text: string, pattern: string, by: string) => replaced(String(text), pattern, by, 'first'),
  ],
  concat: [Types.string, (text: string, other: string) => `${text}${other}`],
  charat: [Types.string, (text: string, at: number) => String(text).charAt(at)],
  isempty: [Types.boolean, (of: Value) => (Array.isArray(of) ? of : String(of)).length === 0],
  /** At a text; Esper takes a pattern, of which the commonest are plain texts. */
  split: [{ kind: 'array', of: Types.string }, (text: string, by: string) => String(text).split(by)],
}
