import { isAggregate } from '../aggregates/compile.ts'
import { partsOf } from '../expressions/names.ts'
import type { Source } from '../expressions/scope.ts'
import type { Expr } from '../language/ast.ts'
import { render } from '../language/render.ts'
import type { QueryClass } from './rows.ts'

/** One name for one property, however it is written: `s0.price` and `price`. */
export function canonical(expr: Expr, sources: readonly Source[]): string {
  const parts = partsOf(expr)
  if (!parts) return render(expr)
  const [first, ...rest] = parts
  const named = sources.find(source => source.alias === first || source.typeName === first)
  if (named && rest.length > 0 && named.type.placeOf(rest[0]) >= 0) return `${named.slot}.${rest.join('.')}`
  const owner = sources.find(source => source.type.placeOf(first) >= 0)
  if (owner) return `${owner.slot}.${parts.join('.')}`
  return named ? `${named.slot}` : parts.join('.')
}

/** Properties outside aggregates that are not covered by a grouping key. */
export function loose(expr: Expr, keys: ReadonlySet<string>, sources: readonly Source[]): string[] {
  const own = canonical(expr, sources)
  if (keys.has(own)) return []
  const parts = partsOf(expr)
  if (parts) return /^\d/.test(own) ? [own] : []
  return children(expr).flatMap(child => loose(child, keys, sources))
}

function children(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'call':
      if (isAggregate(expr)) return localKeys(expr)
      return /^grouping(_id)?$/i.test(expr.name) ? [] : expr.args.flatMap(arg => arg.value ?? [])
    case 'method':
      return [
        expr.of,
        ...expr.args.flatMap(arg => (arg.value && arg.value.kind !== 'lambda' ? [arg.value] : [])),
      ]
    case 'member':
      return [expr.of]
    case 'index':
      return [expr.of, ...expr.by]
    case 'unary':
    case 'cast':
    case 'isNull':
      return [expr.of]
    case 'binary':
      return [expr.left, expr.right]
    case 'between':
    case 'inRange':
      return [expr.of, expr.low, expr.high]
    case 'in':
      return [expr.of, ...expr.list]
    case 'like':
      return [expr.of, expr.pattern]
    case 'case':
      return [
        ...(expr.of ? [expr.of] : []),
        ...expr.when.flatMap(when => [when.if, when.result]),
        ...(expr.else ? [expr.else] : []),
      ]
    case 'array':
      return expr.items
    case 'record':
      return expr.fields.map(field => field.value)
    case 'quantified':
      return [expr.of, ...(expr.list ?? [])]
    case 'inQuery':
      return [expr.of]
    default:
      return []
  }
}

/** `sum(x, group_by: k)` is another one for each event's own k. */
function localKeys(expr: Expr & { kind: 'call' }): Expr[] {
  const keys = expr.args.find(arg => arg.name?.toLowerCase() === 'group_by')?.value
  return keys?.kind === 'array' ? keys.items : keys ? [keys] : []
}

/**
 * - `rows`: one row per event (no aggregate)
 * - `total`: one row for all (only aggregates)
 * - `rowsWithTotal`: one row per event, with a value over all
 * - `groups`: one row per changed group (all else is in `group by`)
 * - `rowsWithGroup`: one row per event, with its group's value
 */
export function classOf(aggregated: boolean, grouped: boolean, hasLoose: boolean): QueryClass {
  if (grouped) return aggregated && !hasLoose ? 'groups' : 'rowsWithGroup'
  if (!aggregated) return 'rows'
  return hasLoose ? 'rowsWithTotal' : 'total'
}
