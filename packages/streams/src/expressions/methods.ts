import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { Unsupported } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { isListMethod, listCall } from './lists.ts'
import { memberOf } from './operators.ts'
import type { Scope, Typed } from './scope.ts'
import { timeMethods } from './times.ts'

type Compile = (expr: Expr, scope: Scope) => Typed
type Method = Expr & { kind: 'method' }

/** `value.name(…)`: on texts, on times, on lists. */
export function methodCall(of: Typed, expr: Method, scope: Scope, compile: Compile): Typed {
  const name = expr.name.toLowerCase()
  if (isListMethod(of, expr)) return listCall(of, expr, scope, compile)
  const args = expr.args.map(arg => compile(arg.value!, scope))
  if (Object.hasOwn(textMethods, name) && of.type.kind !== 'number')
    return applied(of, textMethods[name], args)
  if (Object.hasOwn(timeMethods, name)) {
    const [type, run] = timeMethods[name]
    return applied(of, [type, (at: never, ...rest: never[]) => run(scope.zone, at, ...rest)], args)
  }
  if (name === 'tostring' && args.length === 0) return applied(of, [Types.string, String], args)
  if (name === 'equals' && args.length === 1)
    return applied(of, [Types.boolean, (a: Value, b: Value) => a === b], args)
  if (expr.args.length === 0 && /^(get|is)[A-Z]/.test(expr.name)) return getter(of, expr)
  throw new Unsupported(`the method .${expr.name}()`, expr.at)
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

/** Null in, null out. */
function applied(of: Typed, [type, run]: Plain, args: Typed[]): Typed {
  const fns = args.map(arg => arg.fn)
  return {
    fn: (slots, cx) => {
      const value = of.fn(slots, cx)
      if (value === null || value === undefined) return null
      const values = fns.map(fn => fn(slots, cx))
      return values.includes(null) ? null : run(value as never, ...(values as never[]))
    },
    type,
  }
}

const textMethods: Record<string, Plain> = {
  contains: [Types.boolean, (text: string, part: string) => String(text).includes(part)],
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
  concat: [Types.string, (text: string, other: string) => `${text}${other}`],
  charat: [Types.string, (text: string, at: number) => String(text).charAt(at)],
  isempty: [Types.boolean, (text: string) => String(text).length === 0],
  /** At a text; Esper takes a pattern, of which the commonest are plain texts. */
  split: [{ kind: 'array', of: Types.string }, (text: string, by: string) => String(text).split(by)],
}
