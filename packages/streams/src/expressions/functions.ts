import { convert, unitInfo } from '@ohmstead/model'
import { Event, type Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { nearest } from '../nearest.ts'
import { missing, partsOf } from './names.ts'
import { constant, type Fn, type Scope, type Typed } from './scope.ts'

type Call = Expr & { kind: 'call' | 'method' }

interface Plain {
  readonly takes: readonly ('number' | 'string' | 'any')[]
  readonly optional?: number
  readonly returns: Types.Type | 'first'
  readonly call: (...args: never[]) => Value
}

const keep = (call: (value: number) => number): Plain => ({ takes: ['number'], returns: 'first', call })
const bare = (call: (...values: number[]) => number, count = 1): Plain => ({
  takes: Array(count).fill('number'),
  returns: Types.number,
  call,
})
const text = (takes: Plain['takes'], returns: Types.Type, call: Plain['call'], optional?: number): Plain => ({
  takes,
  returns,
  call,
  optional,
})

/** Functions of plain values. Null in, null out. */
const plain: Record<string, Plain> = {
  abs: keep(Math.abs),
  floor: keep(Math.floor),
  ceil: keep(Math.ceil),
  round: { takes: ['number', 'number'], optional: 1, returns: 'first', call: round },
  sqrt: bare(Math.sqrt),
  exp: bare(Math.exp),
  log: bare(Math.log),
  ln: bare(Math.log),
  log10: bare(Math.log10),
  sin: bare(Math.sin),
  cos: bare(Math.cos),
  tan: bare(Math.tan),
  asin: bare(Math.asin),
  acos: bare(Math.acos),
  atan: bare(Math.atan),
  atan2: bare(Math.atan2, 2),
  cbrt: bare(Math.cbrt),
  hypot: bare(Math.hypot, 2),
  toradians: bare(degrees => (degrees * Math.PI) / 180),
  todegrees: bare(radians => (radians * 180) / Math.PI),
  sign: bare(Math.sign),
  signum: bare(Math.sign),
  pow: bare(Math.pow, 2),
  power: bare(Math.pow, 2),
  upper: text(['string'], Types.string, (value: string) => value.toUpperCase()),
  lower: text(['string'], Types.string, (value: string) => value.toLowerCase()),
  trim: text(['string'], Types.string, (value: string) => value.trim()),
  length: text(['string'], Types.integer, (value: string) => value.length),
  substring: text(
    ['string', 'number', 'number'],
    Types.string,
    (value: string, from: number, to?: number) => value.slice(from, to),
    1,
  ),
  replace: text(['string', 'string', 'string'], Types.string, (value: string, from: string, to: string) =>
    value.replaceAll(from, to),
  ),
  contains: text(['string', 'string'], Types.boolean, (value: string, part: string) => value.includes(part)),
  starts_with: text(['string', 'string'], Types.boolean, (value: string, part: string) =>
    value.startsWith(part),
  ),
  ends_with: text(['string', 'string'], Types.boolean, (value: string, part: string) => value.endsWith(part)),
  concat: text(['any', 'any'], Types.string, (a: Value, b: Value) => String(a) + String(b)),
}

function round(value: number, digits = 0): number {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}

type Builder = (args: Typed[], expr: Call, scope: Scope) => Typed

const built: Record<string, Builder> = {
  coalesce(args, expr) {
    const fns = args.map(arg => arg.fn)
    const type = Types.common(
      args.map(arg => arg.type),
      'chooses between',
      expr.at,
    )
    return {
      fn: (slots, cx) => {
        for (const fn of fns) {
          const value = fn(slots, cx)
          if (value !== null) return value
        }
        return null
      },
      type,
    }
  },
  min: (args, expr) => extreme(args, expr, (a, b) => a < b),
  max: (args, expr) => extreme(args, expr, (a, b) => a > b),
  current_timestamp: () => ({ fn: (_, cx) => cx.now, type: Types.integer }),
  istream: () => ({ fn: (_, cx) => cx.isNew, type: Types.boolean }),
  convert: unitConversion,
  event_identity_equals: sameEvent,
}

/** Whether two are one and the same event, not only alike. */
function sameEvent(args: Typed[], expr: Call): Typed {
  const [a, b] = args.map(arg => arg.fn)
  if (args.length !== 2 || args.some(({ type }) => type.kind !== 'event'))
    throw new RuleFault('event_identity_equals() takes two events', expr.at)
  return {
    fn: (slots, cx) => {
      const [first, second] = [a(slots, cx), b(slots, cx)]
      return first === null || second === null ? null : first === second
    },
    type: Types.boolean,
  }
}

function extreme(args: Typed[], expr: Call, better: (a: number, b: number) => boolean): Typed {
  if (args.length < 2)
    throw new RuleFault(`${expr.name}() takes at least 2 values, got ${args.length}`, expr.at)
  const fns = args.map(arg => arg.fn)
  const type = Types.common(
    args.map(arg => arg.type),
    'compares',
    expr.at,
  )
  const fn: Fn = (slots, cx) => {
    let best: Value = null
    for (const one of fns) {
      const value = one(slots, cx)
      if (value === null) return null
      if (best === null || better(value as number, best as number)) best = value
    }
    return best
  }
  return { fn, type }
}

function unitConversion(args: Typed[], expr: Call): Typed {
  const [from, to] = args.slice(1).map(arg => arg.constant?.value)
  if (args.length !== 3 || typeof from !== 'string' || typeof to !== 'string')
    throw new RuleFault("convert() takes a value and two UCUM units: convert(energy, 'W.h', 'kW.h')", expr.at)
  const [source, target] = [unitInfo(from), unitInfo(to)]
  if (!source || !target) throw new RuleFault(`'${source ? to : from}' is no known UCUM unit`, expr.at)
  if (source.dimension !== target.dimension)
    throw new RuleFault(`'${from}' is ${source.dimension}, '${to}' is ${target.dimension}`, expr.at)
  Types.sameUnit(args[0].type, { kind: 'number', integer: false, unit: from }, 'converts', expr.at)
  const { fn } = args[0]
  return {
    fn: (slots, cx) => {
      const value = fn(slots, cx)
      return value === null ? null : convert(value as number, from, to)
    },
    type: { kind: 'number', integer: false, unit: to },
  }
}

function typeName(value: Value): string | null {
  if (value === null) return null
  if (value instanceof Event) return value.type.name
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Double'
  return typeof value === 'string' ? 'String' : 'Boolean'
}

function isInstance(value: Value, name: string): boolean {
  if (value instanceof Event) return value.type.name === name
  const type = Types.typeNamed(name)
  if (type?.kind === 'number') return typeof value === 'number' && (!type.integer || Number.isInteger(value))
  return typeof value === type?.kind
}

type CompileExpr = (expr: Expr, scope: Scope) => Typed

/** `exists(p?)`, `instanceof(p, int)`, `typeof(p?)`: they look at what a property is, not only at its value. */
export function typeTest(expr: Call, scope: Scope, compile: CompileExpr): Typed | undefined {
  const name = expr.name.toLowerCase()
  if (!typeTests.includes(name)) return undefined
  const of = expr.args[0]?.value
  if (!of) throw new RuleFault(`${name}() takes a property`, expr.at)
  if (name === 'exists') return existence(of, scope, compile)
  const { fn } = compile(asDynamic(of), scope)
  if (name === 'typeof') return { fn: (slots, cx) => typeName(fn(slots, cx)), type: Types.string }
  const names = expr.args.slice(1).map(arg => nameIn(arg.value))
  return { fn: (slots, cx) => names.some(one => isInstance(fn(slots, cx), one)), type: Types.boolean }
}

const typeTests = ['exists', 'instanceof', 'typeof']

/** A property that an event has, though it be null, exists. */
function existence(of: Expr, scope: Scope, compile: CompileExpr): Typed {
  const typed = compile(asDynamic(of), scope)
  if (typed === missing) return constant(false, Types.boolean)
  const parent = of.kind === 'member' ? compile(asDynamic(of.of), scope) : undefined
  if (parent?.type.kind !== 'event')
    return typed.type.kind === 'any'
      ? { fn: (slots, cx) => (typed.fn(slots, cx) ?? null) !== null, type: Types.boolean }
      : { fn: () => true, type: Types.boolean }
  return { fn: (slots, cx) => (parent.fn(slots, cx) ?? null) !== null, type: Types.boolean }
}

const asDynamic = (expr: Expr): Expr =>
  expr.kind === 'name' || expr.kind === 'member' ? { ...expr, dynamic: true } : expr

/** A type's name as it stands in a rule: `int`, `java.lang.String`, 'Power'. */
function nameIn(expr: Expr | undefined): string {
  if (!expr) return ''
  if (expr.kind === 'literal') return String(expr.value)
  return partsOf(expr)?.join('.') ?? ''
}

/** Names of all functions, for completion and documentation. */
export const functionNames: readonly string[] = [...Object.keys(plain), ...Object.keys(built), ...typeTests]

export const isFunction = (name: string) =>
  Object.hasOwn(plain, name.toLowerCase()) || Object.hasOwn(built, name.toLowerCase())

/** A call of a function of the language. @throws RuleFault, Unsupported */
export function builtin(expr: Call, args: Typed[], scope: Scope): Typed {
  const name = expr.name.toLowerCase()
  if (Object.hasOwn(built, name)) return built[name](args, expr, scope)
  if (!Object.hasOwn(plain, name)) throw unknownFunction(expr)
  const of = plain[name]
  const least = of.takes.length - (of.optional ?? 0)
  if (args.length < least || args.length > of.takes.length)
    throw new RuleFault(
      `${name}() takes ${least === of.takes.length ? least : `${least} to ${of.takes.length}`} values, got ${args.length}`,
      expr.at,
    )
  args.forEach((arg, i) => {
    const kind = of.takes[i]
    if (kind !== 'any') Types.requireKind(arg.type, kind, `${name}()`, expr.at)
  })
  return {
    fn: applied(
      of,
      args.map(arg => arg.fn),
    ),
    type: of.returns === 'first' ? args[0].type : of.returns,
  }
}

function applied(of: Plain, fns: Fn[]): Fn {
  const call = of.call as (...args: Value[]) => Value
  if (fns.length === 1) {
    const [fn] = fns
    return (slots, cx) => {
      const value = fn(slots, cx)
      return value === null ? null : call(value)
    }
  }
  return (slots, cx) => {
    const values = fns.map(fn => fn(slots, cx))
    return values.includes(null) ? null : call(...values)
  }
}

const aggregateLike = [
  'sum', 'avg', 'count', 'median', 'stddev', 'stddevpop', 'avedev', 'first', 'last', 'window', 'nth', 'rate', 'percentile',
  'prev', 'prior', 'leaving', 'prevwindow', 'prevcount', 'prevtail', 'maxby', 'minby', 'sorted', 'firstever', 'lastever',
  'countever', 'minever', 'maxever',
] // biome-ignore format: a word list

function unknownFunction(expr: Call): Error {
  if (aggregateLike.includes(expr.name.toLowerCase()))
    return new RuleFault(
      `${expr.name}() cannot stand here: it needs the rows of a select, and none stands inside another`,
      expr.at,
    )
  if (/^grouping(_id)?$/i.test(expr.name))
    return new RuleFault(`${expr.name}() needs rollup, cube or grouping sets in group by`, expr.at)
  const known = [...functionNames, ...aggregateLike]
  const near = nearest(expr.name, known)
  if (near !== undefined)
    return new RuleFault(`there is no function ${expr.name}(); did you mean '${near}'?`, expr.at, known)
  return new Unsupported(`the function ${expr.name}()`, expr.at)
}
