import type { Cx } from '../engine/context.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import { compileSpan } from '../expressions/periods.ts'
import type { Extensions, Fn, Scope } from '../expressions/scope.ts'
import { variablesIn } from '../expressions/variables.ts'
import type { Assignment, Expr, OutputSpec } from '../language/ast.ts'
import type { Compilation } from '../select/extensions.ts'
import { compileCron } from '../time/compileCron.ts'
import type { OutputPlan } from './plan.ts'
import type { Counts } from './rated.ts'

/** @param atOnce see `OutputPlan` @throws RuleFault */
export function compileOutput(
  spec: OutputSpec,
  scope: Scope,
  compilation: Compilation,
  atOnce: boolean,
): OutputPlan {
  if (!spec.every && !spec.at && !spec.when && !spec.terminated && !spec.after)
    throw new RuleFault('output does not say how often', spec.place, ["'every'", "'at'", "'when'"])
  const counts = compilation.part({ make: () => ({ stop() {} }) })
  const conditions: Scope = { ...scope, ext: withCounts(scope.ext, counts) }
  const keep = spec.keep ?? 'default'
  const every =
    spec.every &&
    ('period' in spec.every
      ? { span: spanOf(spec.every.period, scope) }
      : { events: eventsOf(spec.every.events, scope) })
  const after =
    spec.after &&
    ('period' in spec.after
      ? { span: spanOf(spec.after.period, scope) }
      : { events: numberOf(spec.after.events, scope) })
  const when = spec.when && {
    condition: compileCondition(spec.when.condition, conditions),
    set: setter(spec.when.set, conditions, compilation),
    variables: variablesIn(spec.when.condition, compilation.catalog),
  }
  const terminated = spec.terminated && {
    condition: spec.terminated.condition && compileCondition(spec.terminated.condition, conditions),
    set: setter(spec.terminated.set, conditions, compilation),
  }
  return {
    keep,
    every,
    after,
    when,
    terminated,
    cron: spec.at && compileCron(spec.at, scope),
    atOnce,
    counts,
  }
}

function spanOf(expr: Expr, scope: Scope) {
  const { constant, fn } = compileSpan(expr, scope, compile)
  const span = constant ?? fn([], scope.ext.still)
  if (!span || span.ms + span.months <= 0)
    throw new RuleFault('an output rate needs a length of time above zero', expr.at)
  return span
}

function eventsOf(expr: Expr, scope: Scope): Fn {
  const { fn, type, constant } = compile(expr, scope)
  Types.requireKind(type, 'number', 'a number of events', expr.at)
  if (constant && !((constant.value as number) > 0))
    throw new RuleFault('an output rate needs a number of events above zero', expr.at)
  return fn
}

function numberOf(expr: Expr, scope: Scope): number {
  return compile(expr, scope).fn([], scope.ext.still) as number
}

const builtins: Record<string, (counts: Counts) => unknown> = {
  count_insert: counts => counts.insert,
  count_remove: counts => counts.remove,
  count_insert_total: counts => counts.insertTotal,
  count_remove_total: counts => counts.removeTotal,
  last_output_timestamp: counts => counts.lastOutput,
}

function withCounts(ext: Extensions, place: number): Extensions {
  return {
    ...ext,
    replace(expr, scope) {
      if (expr.kind === 'name' && Object.hasOwn(builtins, expr.name)) {
        const read = builtins[expr.name]
        const fn: Fn = (_, cx) => read(cx.parts[place] as Counts)
        return { fn, type: Types.integer }
      }
      return ext.replace?.(expr, scope)
    },
  }
}

/** Assignments to variables; run in an instance's context. */
function setter(
  assignments: readonly Assignment[],
  scope: Scope,
  compilation: Compilation,
): (cx: Cx) => void {
  const all = assignments.map(({ target, value, at }) => {
    if (target.kind !== 'name' || !compilation.catalog.variable(target.name))
      throw new RuleFault('only variables can be set here', at)
    return { name: target.name, fn: compile(value, scope).fn }
  })
  return cx => {
    for (const { name, fn } of all) cx.setVariable(name, fn([], cx))
  }
}
