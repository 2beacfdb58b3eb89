import { conjuncts } from '../engine/filterPlan.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import { partsOf } from '../expressions/names.ts'
import type { Fn, Scope, Source } from '../expressions/scope.ts'
import type { Expr, JoinSpec, Select } from '../language/ast.ts'
import { loose } from '../select/classify.ts'
import type { StreamPlan } from '../select/plan.ts'
import type { JoinPlan, Step } from './join.ts'

/** @throws RuleFault */
export function compileJoin(
  select: Select,
  streams: readonly StreamPlan[],
  sources: readonly Source[],
  scope: Scope,
): JoinPlan {
  const explicit = select.joins.length > 0
  const inWhere = select.where ? conjuncts(select.where) : []
  const steps: Step[] = sources.slice(1).map((source, i) => {
    const join: JoinSpec = explicit ? (select.joins[i] ?? { type: 'inner' }) : { type: 'inner' }
    const on = join.on && compileCondition(join.on, scope)
    const conditions = join.on ? conjuncts(join.on) : join.type === 'inner' ? inWhere : []
    const equal = conditions.flatMap(condition => equality(condition, source, sources.slice(0, i + 1), scope))
    return { type: join.type, on, equal }
  })
  const only = steps.length === 1 ? steps[0].equal : []
  const tables = streams.map(stream => (stream.source.kind === 'table' ? stream.source.name : undefined))
  // In the two-sided index the first stream's key stands in `own` and the second's in `other`.
  const mirror =
    only.length > 0 && tables.every(table => table === undefined)
      ? { own: only.map(pair => pair.other), other: only.map(pair => pair.own) }
      : undefined
  return {
    steps,
    unidirectional: streams.map(stream => stream.unidirectional),
    windowed: streams.map(stream => stream.windows.windowed || stream.source.kind === 'window'),
    tables,
    required: requiredSlots(select.joins, sources),
    mirror,
  }
}

/** With three streams and more an inner join holds for what outer joins beside it add. */
function requiredSlots(joins: readonly JoinSpec[], sources: readonly Source[]): number[] {
  if (joins.length < 2) return []
  const slots = joins.flatMap(({ type, on }, i) =>
    type === 'inner' ? [i + 1, ...(on ? namedSlots(on, sources) : [])] : [],
  )
  return [...new Set(slots)]
}

function namedSlots(on: Expr, sources: readonly Source[]): number[] {
  return loose(on, new Set(), sources).map(name => Number.parseInt(name, 10))
}

/** `a.x = b.y` between this stream and an earlier one. */
function equality(
  expr: Expr,
  own: Source,
  earlier: readonly Source[],
  scope: Scope,
): { own: Fn; other: Fn }[] {
  if (expr.kind !== 'binary' || expr.op !== '=') return []
  const ownFirst = belongs(expr.left, [own]) && belongs(expr.right, earlier)
  const otherFirst = belongs(expr.right, [own]) && belongs(expr.left, earlier)
  if (ownFirst === otherFirst) return []
  const [mine, theirs] = ownFirst ? [expr.left, expr.right] : [expr.right, expr.left]
  return [{ own: compile(mine, scope).fn, other: compile(theirs, scope).fn }]
}

function belongs(expr: Expr, sources: readonly Source[]): boolean {
  const parts = partsOf(expr)
  if (!parts) return false
  return sources.some(
    source =>
      (parts.length === 2 &&
        (source.alias === parts[0] || source.typeName === parts[0]) &&
        source.type.placeOf(parts[1]) >= 0) ||
      (parts.length === 1 && source.type.placeOf(parts[0]) >= 0),
  )
}
