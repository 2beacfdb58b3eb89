import { compile, compileCondition } from '../expressions/compile.ts'
import type { Fn, Scope, Source } from '../expressions/scope.ts'
import type { Expr } from '../language/ast.ts'
import type { EventType } from './event.ts'
import { type Bound, type FilterPlan, unfiltered } from './filters.ts'
import * as Types from './types.ts'

/**
 * Compiles a filter `Type(a = 1, b > x.y)`.
 * @param known what the filter may name besides the event: tags of a pattern, in slots from 1
 */
export function compileFilter(
  type: EventType,
  conditions: readonly Expr[],
  known: readonly Source[],
  base: Omit<Scope, 'levels'>,
  alias = type.name,
): FilterPlan {
  if (conditions.length === 0) return unfiltered
  const own: Source = { alias, typeName: type.name, type, slot: 0 }
  const scope: Scope = { ...base, levels: known.length > 0 ? [[own], known] : [[own]] }
  const bounds: Bound[] = []
  const rest: Fn[] = []
  for (const condition of conditions.flatMap(conjuncts)) {
    const bound = boundOf(condition, type, own, scope)
    const checked = compileCondition(condition, scope)
    if (bound) bounds.push(bound)
    else rest.push(checked)
  }
  return { bounds, rest }
}

/** The parts of `a and b and c`. */
export function conjuncts(expr: Expr): Expr[] {
  return expr.kind === 'binary' && expr.op === 'and'
    ? [...conjuncts(expr.left), ...conjuncts(expr.right)]
    : [expr]
}

const mirrored = { '=': '=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' } as const

function boundOf(expr: Expr, type: EventType, own: Source, scope: Scope): Bound | undefined {
  if (expr.kind !== 'binary' || !Object.hasOwn(mirrored, expr.op)) return undefined
  const op = expr.op as keyof typeof mirrored
  return (
    sideBound(expr.left, op, expr.right, type, own, scope) ??
    sideBound(expr.right, mirrored[op], expr.left, type, own, scope)
  )
}

function sideBound(
  property: Expr,
  op: Bound['op'],
  other: Expr,
  type: EventType,
  own: Source,
  scope: Scope,
): Bound | undefined {
  const place = placeOf(property, type, own)
  if (place < 0 || !isIndependent(other, type, scope)) return undefined
  const value = compile(other, scope)
  const field = type.fields[place].type
  Types.comparable(field, value.type, property.at)
  // An index compares numbers; anything else is left to the compiled condition.
  if (op !== '=' && field.kind !== 'number') return undefined
  if (value.type.kind === 'any' || value.type.kind === 'array') return undefined
  return { place, op, value: value.fn }
}

function placeOf(expr: Expr, type: EventType, own: Source): number {
  if (expr.kind === 'name') return type.placeOf(expr.name)
  if (expr.kind !== 'member' || expr.of.kind !== 'name' || expr.dynamic) return -1
  return expr.of.name === own.alias || expr.of.name === type.name ? type.placeOf(expr.name) : -1
}

/** Whether a value is known before the event comes and stays: constants, and properties of earlier tags. */
function isIndependent(expr: Expr, type: EventType, scope: Scope): boolean {
  switch (expr.kind) {
    case 'literal':
      return true
    case 'member':
      return isTagProperty(expr, scope)
    case 'unary':
      return isIndependent(expr.of, type, scope)
    case 'binary':
      return isIndependent(expr.left, type, scope) && isIndependent(expr.right, type, scope)
    default:
      return false
  }
}

function isTagProperty(expr: Expr & { kind: 'member' }, scope: Scope): boolean {
  const { of } = expr
  if (of.kind !== 'name') return false
  const tags = scope.levels[1] ?? []
  const source = tags.find(({ alias }) => alias === of.name)
  return source !== undefined && !source.many && source.type.placeOf(expr.name) >= 0
}
