import type { Event, EventType } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { hint } from '../nearest.ts'
import { memberOf } from './operators.ts'
import { constant, type Fn, type Scope, type Source, type Typed } from './scope.ts'
import { staticConstant } from './statics.ts'

type Compile = (expr: Expr, scope: Scope) => Typed

/** `a.b.c` as its parts, or undefined when something else than names is in it. */
export function partsOf(expr: Expr): string[] | undefined {
  if (expr.kind === 'name') return [expr.name]
  if (expr.kind !== 'member') return undefined
  const before = partsOf(expr.of)
  return before && [...before, expr.name]
}

/** What a property stands for that may not exist and does not. */
export const missing = constant(null, Types.nothing)

/** What a name or a path of names stands for. @throws RuleFault when it stands for nothing */
export function named(expr: Expr & { kind: 'name' | 'member' }, scope: Scope, compile: Compile): Typed {
  const parts = partsOf(expr)
  if (!parts)
    return member(compile((expr as Expr & { kind: 'member' }).of, scope), expr as Expr & { kind: 'member' })
  return resolve(parts, expr, scope, compile)
}

function resolve(
  parts: readonly string[],
  expr: Expr & { kind: 'name' | 'member' },
  scope: Scope,
  compile: Compile,
): Typed {
  const direct = tryResolve(parts, expr, scope)
  if (direct) return direct
  if (expr.kind === 'member') {
    const of = tryResolveExpr(expr.of, scope, compile)
    if (of) return member(of, expr)
  }
  const known = staticConstant(parts)
  if (known) return known
  if (expr.dynamic) return missing
  throw unknownName(parts, expr, scope)
}

function tryResolveExpr(expr: Expr, scope: Scope, compile: Compile): Typed | undefined {
  const parts = partsOf(expr)
  if (!parts) return compile(expr, scope)
  const direct = tryResolve(parts, expr as Expr & { kind: 'name' | 'member' }, scope)
  if (direct || expr.kind !== 'member') return direct
  const of = tryResolveExpr(expr.of, scope, compile)
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
  return scope.ext.name?.(parts, expr, scope) ?? ofParameter(parts, expr, scope)
}

/** A property without its lambda's parameter: `items.where(i => price > 3)`. What is around wins over it. */
function ofParameter(parts: readonly string[], expr: Expr, scope: Scope): Typed | undefined {
  if (parts.length > 1) return undefined
  const owner = [...(scope.params?.values() ?? [])].findLast(
    ({ type }) => type.kind === 'event' && type.of.placeOf(parts[0]) >= 0,
  )
  return owner && member(owner, { kind: 'member', of: expr, name: parts[0], at: expr.at })
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
  if (of === missing) return missing
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
    if (expr.dynamic) return missing
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
  return new RuleFault(`${type.name} has no property '${name}'${hint(name, known)}`, expr.at, known)
}

function unknownName(parts: readonly string[], expr: Expr, scope: Scope): RuleFault {
  const sources = scope.levels.flat()
  const source = parts.length > 1 ? sources.find(({ alias }) => alias === parts[0]) : undefined
  if (source && !source.many) return noProperty(parts[1], source.type, expr)
  const known = sources.flatMap(({ type }) => type.fields.map(field => field.name))
  const aliases = sources.map(({ alias }) => alias)
  const near = parts.length > 1 ? hint(parts[0], aliases) : hint(parts[0], [...known, ...aliases])
  return new RuleFault(`there is no property or name '${parts.join('.')}'${near}`, expr.at, known)
}
