import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { plus, type Span, unitMs } from '../time/period.ts'
import type { Fn, Scope, Typed } from './scope.ts'

type Compile = (expr: Expr, scope: Scope) => Typed

/** A span computed when it is needed; null when part of it is unknown. */
export type SpanFn = (...args: Parameters<Fn>) => Span | null

/** A period, or a bare number of seconds. */
export function compileSpan(expr: Expr, scope: Scope, compile: Compile): { fn: SpanFn; constant?: Span } {
  if (expr.kind === 'period') return periodSpan(expr, scope, compile)
  const seconds = compile(expr, scope)
  Types.requireKind(seconds.type, 'number', 'a length of time', expr.at)
  const spanOf = (value: Value): Span | null =>
    value === null ? null : { months: 0, ms: Math.round((value as number) * 1000) }
  const fn: SpanFn = (slots, cx) => spanOf(seconds.fn(slots, cx))
  if (!seconds.constant) return { fn }
  return { fn, constant: spanOf(seconds.constant.value) ?? undefined }
}

function periodSpan(expr: Expr & { kind: 'period' }, scope: Scope, compile: Compile) {
  const parts = expr.parts.map(({ amount, unit }) => {
    const typed = compile(amount, scope)
    Types.requireKind(typed.type, 'number', `an amount of ${unit}s`, expr.at)
    return { typed, unit }
  })
  const fn: SpanFn = (slots, cx) => {
    let months = 0
    let ms = 0
    for (const { typed, unit } of parts) {
      const amount = typed.fn(slots, cx) as number | null
      if (amount === null) return null
      if (unit === 'year') months += amount * 12
      else if (unit === 'month') months += amount
      else ms += amount * unitMs[unit]
    }
    return { months, ms }
  }
  const known = parts.every(part => part.typed.constant)
  return known ? { fn, constant: fn([], scope.ext.still)! } : { fn }
}

/** A period where a number is wanted: its seconds, a month taken as 30 days. */
export function compilePeriod(expr: Expr & { kind: 'period' }, scope: Scope, compile: Compile): Typed {
  const { fn } = periodSpan(expr, scope, compile)
  return {
    fn: (slots, cx) => {
      const span = fn(slots, cx)
      return span === null ? null : (span.ms + span.months * 30 * unitMs.day) / 1000
    },
    type: { kind: 'number', integer: false, unit: 's' },
  }
}

/** Methods of times that take a period. */
export const isPeriodMethod = (name: string) => name === 'plus' || name === 'minus'

/** `.plus(1 month)` and `.minus(…)` on a time in ms. */
compilePeriod.shift = (of: Typed, expr: Expr & { kind: 'method' }, scope: Scope, compile: Compile): Typed => {
  const period = expr.args[0].value!
  if (period.kind !== 'period') throw new RuleFault(`.${expr.name}() needs a period such as 10 min`, expr.at)
  const { fn } = periodSpan(period, scope, compile)
  const times = expr.name === 'plus' ? 1 : -1
  return {
    fn: (slots, cx) => {
      const at = of.fn(slots, cx)
      const span = fn(slots, cx)
      return at === null || span === null ? null : plus(at as number, span, scope.zone, times)
    },
    type: Types.integer,
  }
}
