import type { TableInfo } from '../engine/catalog.ts'
import { Event, EventType, type Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import type { Expr, Select } from '../language/ast.ts'
import { hint } from '../nearest.ts'
import { arithmetic, bitwise, calculation, comparison, concatenation, logical } from './calculations.ts'
import { builtin, isFunction, typeTest } from './functions.ts'
import { moved, timeOf } from './intervals.ts'
import { isListName } from './lists.ts'
import { methodCall, requireTime, underKey } from './methods.ts'
import { named, partsOf } from './names.ts'
import { same } from './operators.ts'
import { compilePeriod, isPeriodMethod } from './periods.ts'
import { constant, type Fn, type Scope, type Typed, type UserFunction } from './scope.ts'
import { inList, inRange, quantified } from './sets.ts'
import { isLibrary, staticCall } from './statics.ts'
import { textTest } from './texts.ts'
import { timeFrom } from './times.ts'

/** @throws RuleFault for unknown names and for types or units that do not fit */
export function compile(expr: Expr, scope: Scope): Typed {
  const replaced = scope.ext.replace?.(expr, scope)
  if (replaced) return replaced
  switch (expr.kind) {
    case 'literal':
      return literal(expr)
    case 'name':
    case 'member':
      return named(expr, scope, compile)
    case 'index':
      return indexed(expr, scope)
    case 'call':
      return call(expr, scope)
    case 'method':
      return method(expr, scope)
    case 'unary':
      return unary(expr, scope)
    case 'binary':
      return binary(expr, scope)
    case 'case':
      return caseWhen(expr, scope)
    case 'cast':
      return cast(expr, scope)
    case 'array':
      return array(expr, scope)
    case 'record':
      return record(expr, scope)
    case 'isNull':
      return isNull(expr, scope)
    case 'like':
      return likeTest(expr, scope)
    case 'between': {
      const parts = [expr.of, expr.low, expr.high].map(part => compile(part, scope))
      for (const part of parts.slice(1)) Types.comparable(parts[0].type, part.type, expr.at)
      return inRange(parts, [false, false], expr.negated, true)
    }
    case 'inRange': {
      const parts = [expr.of, expr.low, expr.high].map(part => compile(part, scope))
      for (const part of parts.slice(1)) Types.comparable(parts[0].type, part.type, expr.at)
      return inRange(parts, expr.open, expr.negated, false)
    }
    case 'in':
      return inList(
        compile(expr.of, scope),
        expr.list.map(item => compile(item, scope)),
        expr.negated,
        expr.at,
      )
    case 'quantified':
      if (expr.list)
        return quantified(
          compile(expr.of, scope),
          expr.op,
          expr.quantor,
          expr.list.map(item => compile(item, scope)),
          expr.at,
        )
      return subquery(expr, scope)
    case 'inQuery':
    case 'exists':
    case 'query':
      return subquery(expr, scope)
    case 'period':
      return compilePeriod(expr, scope, compile)
    case 'lambda':
      throw new RuleFault('a lambda may only stand as an argument', expr.at)
  }
}

/** A condition: null counts as false. */
export function compileCondition(expr: Expr, scope: Scope): Fn {
  const { fn, type } = compile(expr, scope)
  Types.requireKind(type, 'boolean', 'a condition', expr.at)
  return fn
}

function subquery(expr: Expr, scope: Scope): Typed {
  const made = scope.ext.subquery?.(expr, scope)
  if (made) return made
  throw new Unsupported('a sub-query here', expr.at)
}

function literal(expr: Expr & { kind: 'literal' }): Typed {
  const { value } = expr
  const type =
    value === null
      ? Types.nothing
      : typeof value === 'number'
        ? expr.integer
          ? Types.integer
          : Types.number
        : typeof value === 'string'
          ? Types.string
          : Types.boolean
  return constant(value, type)
}

function indexed(expr: Expr & { kind: 'index' }, scope: Scope): Typed {
  const table = scope.ext.table?.(expr, scope)
  if (table) return table
  return underKey(compile(expr.of, scope), compile(expr.by[0], scope).fn)
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────

function call(expr: Expr & { kind: 'call' }, scope: Scope): Typed {
  const special = scope.ext.call?.(expr, scope) ?? scope.ext.aggregate?.(expr, scope)
  if (special) return special
  const user = scope.ext.userFunction?.(expr.name)
  const test = user ? undefined : typeTest(expr, scope, compile)
  if (test) return test
  const args = expr.args.map(arg => {
    if (arg.star || !arg.value) throw new RuleFault(`${expr.name}() takes no *`, expr.at)
    return compile(arg.value, scope)
  })
  if (user) return userCall(user, args, expr)
  return keyedProperty(expr, args, scope) ?? builtin(expr, args, scope)
}

/** `prices('day')`: what a property holds under a key. */
function keyedProperty(expr: Expr & { kind: 'call' }, args: Typed[], scope: Scope): Typed | undefined {
  if (args.length !== 1 || (isFunction(expr.name) && !expr.dynamic)) return undefined
  const has = scope.levels.flat().some(({ type }) => type.placeOf(expr.name) >= 0)
  if (!has && !expr.dynamic) return undefined
  const of = named({ kind: 'name', name: expr.name, dynamic: expr.dynamic, at: expr.at }, scope, compile)
  return underKey(of, args[0].fn)
}

function userCall(user: UserFunction, args: Typed[], expr: Expr): Typed {
  if (args.length !== user.takes.length)
    throw new RuleFault(`${user.name}() takes ${user.takes.length} values, got ${args.length}`, expr.at)
  args.forEach((arg, i) => {
    Types.comparable(user.takes[i], arg.type, expr.at)
  })
  const fns = args.map(arg => arg.fn)
  const { call: run } = user
  return { fn: (slots, cx) => run(...fns.map(fn => fn(slots, cx))) ?? null, type: user.returns }
}

function method(expr: Expr & { kind: 'method' }, scope: Scope): Typed {
  const special = scope.ext.method?.(expr, scope)
  if (special) return special
  const library = libraryCall(expr, scope) ?? rowsCall(expr, scope)
  if (library) return library
  const of = compile(
    expr.of.kind === 'query' && isListName(expr.name) ? { ...expr.of, many: true } : expr.of,
    scope,
  )
  if (isPeriodMethod(expr.name) && expr.args[0]?.value?.kind === 'period') {
    const time = requireTime(timeOf(of), expr)
    return moved(time, compilePeriod.shift(time, expr, scope, compile))
  }
  return methodCall(of, expr, scope, compile)
}

/** `Math.max(a, b)`, `Integer.parseInt(x)`: Java's libraries, as far as there is the same here. */
function libraryCall(expr: Expr & { kind: 'method' }, scope: Scope): Typed | undefined {
  const path = partsOf(expr.of)
  if (!path || !/^[A-Z]/.test(path.at(-1)!)) return undefined
  const args = () => expr.args.flatMap(arg => (arg.value ? [compile(arg.value, scope)] : []))
  if (path.join('.').replace('java.lang.', '') === 'Math')
    return builtin({ ...expr, kind: 'call' }, args(), scope)
  return isLibrary(path) ? staticCall([...path, expr.name], args()) : undefined
}

/** `Orders.where(o => …)`, `Orders(price > 3).where(…)`: a method over the rows of a named window or table. */
function rowsCall(expr: Expr & { kind: 'method' }, scope: Scope): Typed | undefined {
  const { of } = expr
  if (of.kind !== 'name' && of.kind !== 'call') return undefined
  const { catalog } = scope.ext.still
  const isNamed = scope.levels
    .flat()
    .some(({ alias, type }) => alias === of.name || type.placeOf(of.name) >= 0)
  if (isNamed) return undefined
  const table = catalog.table(of.name)
  if (table && expr.name === 'keys' && expr.args.length === 0) return keysOf(table)
  if (!isListName(expr.name) || !(table ?? catalog.window(of.name))) return undefined
  const filter = of.kind === 'call' ? of.args.flatMap(arg => arg.value ?? []) : []
  const query: Select = {
    kind: 'select', distinct: false, items: [{ kind: 'all' }], joins: [], groupBy: [], orderBy: [], at: of.at,
    from: [{ source: { kind: 'type', name: of.name, filter, contained: [] }, views: [], unidirectional: false }],
  } // biome-ignore format: one clause a line says nothing
  const rows = compile({ kind: 'query', query, many: true, at: of.at }, scope)
  return methodCall(rows, expr, scope, compile)
}

/** `T.keys()`: the key of each row of a table, a list where it has several columns. */
function keysOf({ name, keys, type }: TableInfo): Typed {
  const keyIn = ({ values }: Event) =>
    keys.length === 1 ? values[keys[0]] : keys.map(place => values[place])
  const of = keys.length === 1 ? type.fields[keys[0]].type : Types.anything
  return {
    fn: (_, cx) => cx.runtime.table(name, cx.partition).contents().map(keyIn),
    type: { kind: 'array', of },
  }
}

// ── operators ────────────────────────────────────────────────────────────────────────────────

function unary(expr: Expr & { kind: 'unary' }, scope: Scope): Typed {
  const of = compile(expr.of, scope)
  const { fn } = of
  if (expr.op === '-') {
    Types.requireKind(of.type, 'number', "'-'", expr.at)
    if (of.constant) return constant(-(of.constant.value as number), of.type)
    return {
      fn: (slots, cx) => {
        const value = fn(slots, cx)
        return value === null ? null : -(value as number)
      },
      type: of.type,
    }
  }
  Types.requireKind(of.type, 'boolean', "'not'", expr.at)
  return {
    fn: (slots, cx) => {
      const value = fn(slots, cx)
      return value === null ? null : !value
    },
    type: Types.boolean,
  }
}

function binary(expr: Expr & { kind: 'binary' }, scope: Scope): Typed {
  const left = compile(expr.left, scope)
  const right = compile(expr.right, scope)
  const { op } = expr
  if (op === 'and' || op === 'or') return logical(op, left, right, expr)
  if (op === '||') return concatenation(left.fn, right.fn)
  if (op === '&' || op === '|' || op === '^') return bitwise(op, left, right, expr)
  if (op in arithmetic) return calculation(op as keyof typeof arithmetic, left, right, expr)
  Types.comparable(left.type, right.type, expr.at)
  return { fn: comparison(op, left, right), type: Types.boolean }
}

function isNull(expr: Expr & { kind: 'isNull' }, scope: Scope): Typed {
  const { fn } = compile(expr.of, scope)
  const wanted = !expr.negated
  return { fn: (slots, cx) => ((fn(slots, cx) ?? null) === null) === wanted, type: Types.boolean }
}

function likeTest(expr: Expr & { kind: 'like' }, scope: Scope): Typed {
  const of = compile(expr.of, scope)
  const pattern = compile(expr.pattern, scope)
  return textTest(expr, of, pattern, expr.escape && compile(expr.escape, scope))
}

function caseWhen(expr: Expr & { kind: 'case' }, scope: Scope): Typed {
  const of = expr.of && compile(expr.of, scope)
  const branches = expr.when.map(branch => {
    const condition = compile(branch.if, scope)
    const result = compile(branch.result, scope)
    const test: Fn = of ? (slots, cx) => same(of.fn(slots, cx), condition.fn(slots, cx)) : condition.fn
    return { test, result }
  })
  const otherwise = expr.else ? compile(expr.else, scope) : constant(null, Types.nothing)
  const type = Types.common(
    [...branches.map(branch => branch.result.type), otherwise.type],
    'chooses between',
    expr.at,
  )
  return {
    fn: (slots, cx) => {
      for (const { test, result } of branches) if (test(slots, cx) === true) return result.fn(slots, cx)
      return otherwise.fn(slots, cx)
    },
    type,
  }
}

const casts: Record<string, (value: Value) => Value> = {
  number: value => {
    const number = typeof value === 'number' ? value : Number.parseFloat(String(value))
    return Number.isNaN(number) ? null : number
  },
  integer: value => {
    const number = typeof value === 'number' ? value : Number.parseFloat(String(value))
    return Number.isNaN(number) ? null : Math.trunc(number)
  },
  string: value => String(value),
  boolean: value => (typeof value === 'boolean' ? value : String(value).toLowerCase() === 'true'),
  any: value => value,
}

function cast(expr: Expr & { kind: 'cast' }, scope: Scope): Typed {
  if (expr.format || isDate(expr.type)) return castTime(expr, scope)
  const type = Types.typeNamed(expr.type)
  if (!type)
    throw new RuleFault(
      `'${expr.type}' is no type${hint(expr.type, Types.typeNames)}`,
      expr.at,
      Types.typeNames,
    )
  const { fn } = compile(expr.of, scope)
  const apply = casts[type.kind === 'number' && type.integer ? 'integer' : type.kind]
  return {
    fn: (slots, cx) => {
      const value = fn(slots, cx)
      return value === null ? null : apply(value)
    },
    type,
  }
}

const isDate = (type: string) => /(^|\.)(date|calendar|localdatetime|zoneddatetime)$/i.test(type)

/** `cast(x, date, dateformat: 'yyyyMMdd')`: times are ms; a text that does not fit gives null. */
function castTime(expr: Expr & { kind: 'cast' }, scope: Scope): Typed {
  const { fn } = compile(expr.of, scope)
  const pattern = expr.format ? compile(expr.format, scope).fn : () => "yyyy-MM-dd'T'HH:mm:ss.SSS"
  return {
    fn: (slots, cx) => {
      const value = fn(slots, cx)
      const form = pattern(slots, cx)
      if (value === null || form === null || typeof value === 'number') return value
      return timeFrom(String(value), String(form), scope.zone)
    },
    type: Types.integer,
  }
}

function array(expr: Expr & { kind: 'array' }, scope: Scope): Typed {
  const items = expr.items.map(item => compile(item, scope))
  const fns = items.map(item => item.fn)
  const type: Types.Type = {
    kind: 'array',
    of: Types.common(
      items.map(item => item.type),
      'lists',
      expr.at,
    ),
  }
  if (items.every(item => item.constant))
    return constant(
      items.map(item => item.constant!.value),
      type,
    )
  return { fn: (slots, cx) => fns.map(fn => fn(slots, cx)), type }
}

/** `new {a, b = 5}`: an event of its own. */
function record(expr: Expr & { kind: 'record' }, scope: Scope): Typed {
  const fields = expr.fields.map(({ name, value }) => ({ name, typed: compile(value, scope) }))
  const type = new EventType(
    'new',
    fields.map(({ name, typed }) => ({ name, type: typed.type })),
  )
  const fns = fields.map(({ typed }) => typed.fn)
  return {
    fn: (slots, cx) =>
      new Event(
        type,
        fns.map(fn => fn(slots, cx) ?? null),
      ),
    type: { kind: 'event', of: type },
  }
}
