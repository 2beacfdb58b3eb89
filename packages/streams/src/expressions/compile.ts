import type { Event, EventType, Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import type { BinaryOp, Expr } from '../language/ast.ts'
import { builtin } from './functions.ts'
import { methodCall } from './methods.ts'
import { equals, like, memberOf, same } from './operators.ts'
import { compilePeriod, isPeriodMethod } from './periods.ts'
import type { Fn, Scope, Source, Typed, UserFunction } from './scope.ts'
import { inList, inRange, quantified } from './sets.ts'

/** @throws RuleFault for unknown names and for types or units that do not fit */
export function compile(expr: Expr, scope: Scope): Typed {
  const replaced = scope.ext.replace?.(expr, scope)
  if (replaced) return replaced
  switch (expr.kind) {
    case 'literal':
      return literal(expr)
    case 'name':
    case 'member':
      return path(expr, scope)
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

export function constant(value: Value, type: Types.Type): Typed {
  return { fn: () => value, type, constant: { value } }
}

// ── names ────────────────────────────────────────────────────────────────────────────────────

/** `a.b.c` as its parts, or undefined when something else than names is in it. */
export function partsOf(expr: Expr): string[] | undefined {
  if (expr.kind === 'name') return [expr.name]
  if (expr.kind !== 'member') return undefined
  const before = partsOf(expr.of)
  return before && [...before, expr.name]
}

function path(expr: Expr & { kind: 'name' | 'member' }, scope: Scope): Typed {
  const parts = partsOf(expr)
  if (!parts)
    return member(compile((expr as Expr & { kind: 'member' }).of, scope), expr as Expr & { kind: 'member' })
  return resolve(parts, expr, scope)
}

function resolve(parts: readonly string[], expr: Expr & { kind: 'name' | 'member' }, scope: Scope): Typed {
  const direct = tryResolve(parts, expr, scope)
  if (direct) return direct
  if (expr.kind === 'member') {
    const of = tryResolveExpr(expr.of, scope)
    if (of) return member(of, expr)
  }
  throw unknownName(parts, expr, scope)
}

function tryResolveExpr(expr: Expr, scope: Scope): Typed | undefined {
  const parts = partsOf(expr)
  if (!parts) return compile(expr, scope)
  const direct = tryResolve(parts, expr as Expr & { kind: 'name' | 'member' }, scope)
  if (direct || expr.kind !== 'member') return direct
  const of = tryResolveExpr(expr.of, scope)
  return of && member(of, expr)
}

function tryResolve(parts: readonly string[], expr: Expr, scope: Scope): Typed | undefined {
  const param = parts.length === 1 ? scope.params?.get(parts[0]) : undefined
  if (param) return param
  for (const level of scope.levels) {
    const found = parts.length === 1 ? unqualified(parts[0], expr, level) : qualified(parts, level)
    if (found) return found
  }
  if (parts.length === 1) {
    const source = scope.levels.flat().find(({ alias }) => alias === parts[0])
    if (source) return wholeEvent(source)
    if (parts[0].toLowerCase() === 'current_timestamp') return { fn: (_, cx) => cx.now, type: Types.integer }
  }
  return scope.ext.name?.(parts, expr, scope)
}

function unqualified(name: string, expr: Expr, level: readonly Source[]): Typed | undefined {
  const having = level.filter(
    source => !source.many && !source.qualifiedOnly && source.type.placeOf(name) >= 0,
  )
  if (having.length > 1) {
    const others = having.map(source => `${source.alias}.${name}`).join(' or ')
    throw new RuleFault(`'${name}' is in several streams; write ${others}`, expr.at)
  }
  return having[0] && property(having[0], name)
}

function qualified(parts: readonly string[], level: readonly Source[]): Typed | undefined {
  if (parts.length !== 2) return undefined
  const [alias, name] = parts
  const source =
    level.find(candidate => candidate.alias === alias) ??
    level.find(candidate => candidate.typeName === alias)
  if (!source || source.many || source.type.placeOf(name) < 0) return undefined
  return property(source, name)
}

function property({ type, slot }: Source, name: string): Typed {
  const place = type.placeOf(name)
  const field = type.fields[place].type
  return {
    fn: slots => {
      const event = slots[slot] as Event | null
      return event === null || event === undefined ? null : event.values[place]
    },
    type: field,
  }
}

function wholeEvent(source: Source): Typed {
  const { slot, type, many } = source
  const event: Types.Type = { kind: 'event', of: type }
  return { fn: slots => slots[slot] ?? null, type: many ? { kind: 'array', of: event } : event }
}

/** A property of a value: of an event, or of what an open type holds. */
export function member(of: Typed, expr: Expr & { kind: 'member' }): Typed {
  const { name, dynamic } = expr
  if (of.type.kind === 'event') return eventMember(of.fn, of.type.of, expr)
  if (of.type.kind === 'any' || dynamic) {
    const { fn } = of
    return { fn: (slots, cx) => memberOf(fn(slots, cx), name), type: Types.anything }
  }
  throw new RuleFault(`${Types.describe(of.type)} has no property '${name}'`, expr.at)
}

function eventMember(fn: Fn, type: EventType, expr: Expr & { kind: 'member' }): Typed {
  const place = type.placeOf(expr.name)
  if (place < 0) {
    if (expr.dynamic) return constant(null, Types.nothing)
    throw noProperty(expr.name, type, expr)
  }
  return {
    fn: (slots, cx) => {
      const event = fn(slots, cx) as Event | null
      return event === null ? null : event.values[place]
    },
    type: type.fields[place].type,
  }
}

function noProperty(name: string, type: EventType, expr: Expr): RuleFault {
  const known = type.fields.map(field => field.name)
  return new RuleFault(`${type.name} has no property '${name}'`, expr.at, known)
}

function unknownName(parts: readonly string[], expr: Expr, scope: Scope): RuleFault {
  const sources = scope.levels.flat()
  const source = parts.length > 1 ? sources.find(({ alias }) => alias === parts[0]) : undefined
  if (source && !source.many) return noProperty(parts[1], source.type, expr)
  const known = sources.flatMap(({ type }) => type.fields.map(field => field.name))
  const near = nearest(parts.join('.'), known)
  const hint = near === undefined ? '' : `; did you mean '${near}'?`
  return new RuleFault(`there is no property or name '${parts.join('.')}'${hint}`, expr.at, known)
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase()
  return (
    known.find(other => other.toLowerCase() === lower) ??
    known.find(other => other.toLowerCase().startsWith(lower.slice(0, 3)))
  )
}

function indexed(expr: Expr & { kind: 'index' }, scope: Scope): Typed {
  const table = scope.ext.table?.(expr, scope)
  if (table) return table
  const of = compile(expr.of, scope)
  const by = compile(expr.by[0], scope)
  const type = of.type.kind === 'array' ? of.type.of : Types.anything
  const key = by.fn
  const list = of.fn
  return {
    fn: (slots, cx) => {
      const items = list(slots, cx)
      const at = key(slots, cx)
      if (items === null || at === null) return null
      if (Array.isArray(items)) return items[at as number] ?? null
      return memberOf(items, String(at))
    },
    type,
  }
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────

function call(expr: Expr & { kind: 'call' }, scope: Scope): Typed {
  const special = scope.ext.call?.(expr, scope) ?? scope.ext.aggregate?.(expr, scope)
  if (special) return special
  const user = scope.ext.userFunction?.(expr.name)
  const args = expr.args.map(arg => {
    if (arg.star || !arg.value) throw new RuleFault(`${expr.name}() takes no *`, expr.at)
    return compile(arg.value, scope)
  })
  if (user) return userCall(user, args, expr)
  return builtin(expr, args, scope)
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
  if (expr.of.kind === 'name' && expr.of.name === 'Math')
    return builtin(
      { ...expr, kind: 'call' },
      expr.args.map(arg => compile(arg.value!, scope)),
      scope,
    )
  const of = compile(expr.of, scope)
  if (isPeriodMethod(expr.name) && expr.args[0]?.value?.kind === 'period')
    return compilePeriod.shift(of, expr, scope, compile)
  return methodCall(of, expr, scope, compile)
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
  if (op in arithmetic) return calculation(op as keyof typeof arithmetic, left, right, expr)
  Types.comparable(left.type, right.type, expr.at)
  return { fn: comparison(op, left, right), type: Types.boolean }
}

function logical(op: 'and' | 'or', left: Typed, right: Typed, expr: Expr): Typed {
  for (const side of [left, right]) Types.requireKind(side.type, 'boolean', `'${op}'`, expr.at)
  const [a, b] = [left.fn, right.fn]
  const fn: Fn =
    op === 'and'
      ? (slots, cx) => {
          const first = a(slots, cx)
          if (first === false) return false
          const second = b(slots, cx)
          if (second === false) return false
          return first === null || second === null ? null : true
        }
      : (slots, cx) => {
          const first = a(slots, cx)
          if (first === true) return true
          const second = b(slots, cx)
          if (second === true) return true
          return first === null || second === null ? null : false
        }
  return { fn, type: Types.boolean }
}

function concatenation(a: Fn, b: Fn): Typed {
  return {
    fn: (slots, cx) => {
      const first = a(slots, cx)
      const second = b(slots, cx)
      return first === null || second === null ? null : String(first) + String(second)
    },
    type: Types.string,
  }
}

const arithmetic = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
}

function calculation(op: keyof typeof arithmetic, left: Typed, right: Typed, expr: Expr): Typed {
  for (const side of [left, right]) Types.requireKind(side.type, 'number', `'${op}'`, expr.at)
  const [a, b, apply] = [left.fn, right.fn, arithmetic[op]]
  const type = calculated(op, left.type, right.type, expr)
  if (
    left.constant &&
    right.constant &&
    typeof left.constant.value === 'number' &&
    typeof right.constant.value === 'number'
  )
    return constant(apply(left.constant.value, right.constant.value), type)
  return {
    fn: (slots, cx) => {
      const first = a(slots, cx)
      if (first === null) return null
      const second = b(slots, cx)
      return second === null ? null : apply(first as number, second as number)
    },
    type,
  }
}

function calculated(op: BinaryOp, left: Types.Type, right: Types.Type, expr: Expr): Types.Type {
  const whole = (type: Types.Type) => type.kind === 'number' && type.integer
  const integer = op !== '/' && whole(left) && whole(right)
  const [a, b] = [Types.unitOf(left), Types.unitOf(right)]
  if (op === '+' || op === '-')
    return {
      kind: 'number',
      integer,
      unit: Types.sameUnit(left, right, op === '+' ? 'adds' : 'subtracts', expr.at),
    }
  // A ratio of equal units has none; a product of units is beyond what is checked.
  if (op === '/') return { kind: 'number', integer, unit: a !== undefined && b === undefined ? a : undefined }
  return { kind: 'number', integer, unit: a !== undefined && b !== undefined ? undefined : (a ?? b) }
}

function comparison(op: BinaryOp, left: Typed, right: Typed): Fn {
  const [a, b] = [left.fn, right.fn]
  const known = right.constant?.value
  if (typeof known === 'number') {
    const fast = againstNumber(op, a, known)
    if (fast) return fast
  }
  switch (op) {
    case '=':
      return (slots, cx) => equals(a(slots, cx), b(slots, cx))
    case '!=':
      return (slots, cx) => {
        const equal = equals(a(slots, cx), b(slots, cx))
        return equal === null ? null : !equal
      }
    case 'is':
      return (slots, cx) => same(a(slots, cx) ?? null, b(slots, cx) ?? null)
    case 'is not':
      return (slots, cx) => !same(a(slots, cx) ?? null, b(slots, cx) ?? null)
    default: {
      const holds = orderTest[op as keyof typeof orderTest]
      return (slots, cx) => {
        const first = a(slots, cx)
        if (first === null) return null
        const second = b(slots, cx)
        return second === null ? null : holds(first as number, second as number)
      }
    }
  }
}

export const orderTest = {
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
}

/** The commonest filter, a value against a number, without a call for the number. */
function againstNumber(op: BinaryOp, a: Fn, limit: number): Fn | undefined {
  const test =
    (holds: (value: number) => boolean): Fn =>
    (slots, cx) => {
      const value = a(slots, cx)
      return value === null ? null : holds(value as number)
    }
  switch (op) {
    case '<':
      return test(value => value < limit)
    case '>':
      return test(value => value > limit)
    case '<=':
      return test(value => value <= limit)
    case '>=':
      return test(value => value >= limit)
    case '=':
      return test(value => value === limit)
    default:
      return undefined
  }
}

function isNull(expr: Expr & { kind: 'isNull' }, scope: Scope): Typed {
  const { fn } = compile(expr.of, scope)
  const wanted = !expr.negated
  return { fn: (slots, cx) => ((fn(slots, cx) ?? null) === null) === wanted, type: Types.boolean }
}

function likeTest(expr: Expr & { kind: 'like' }, scope: Scope): Typed {
  const of = compile(expr.of, scope).fn
  const pattern = compile(expr.pattern, scope).fn
  const escapeSign = expr.escape ? compile(expr.escape, scope).constant?.value : null
  if (escapeSign !== null && typeof escapeSign !== 'string')
    throw new RuleFault("'escape' needs a text of one sign", expr.at)
  const test = expr.regexp ? wholeRegexp : like(escapeSign)
  const wanted = !expr.negated
  return {
    fn: (slots, cx) => {
      const result = test(of(slots, cx), pattern(slots, cx))
      return result === null ? null : result === wanted
    },
    type: Types.boolean,
  }
}

function wholeRegexp(text: Value, pattern: Value): boolean | null {
  if (text === null || pattern === null) return null
  return new RegExp(`^(?:${pattern})$`).test(String(text))
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
  const type = Types.typeNamed(expr.type)
  if (!type)
    throw new RuleFault(`'${expr.type}' is no type; there are int, long, double, string and boolean`, expr.at)
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
