import { type Event, EventType, type Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import { partsOf } from '../expressions/names.ts'
import { order } from '../expressions/operators.ts'
import { compileSpan } from '../expressions/periods.ts'
import type { Extensions, Fn, Scope, Slots, Source, Typed } from '../expressions/scope.ts'
import type { Expr, RecognizeSpec } from '../language/ast.ts'
import { render } from '../language/render.ts'
import type { Compilation } from '../select/extensions.ts'
import { automatonOf, repeatedVariables } from './automaton.ts'
import type { RecognizePlan } from './recognizer.ts'

/** @throws RuleFault */
export function compileRecognize(
  spec: RecognizeSpec,
  type: EventType,
  compilation: Compilation,
): { plan: RecognizePlan; type: EventType } {
  const automaton = automatonOf(spec.pattern)
  const variables = [...new Set(automaton.places.map(place => place.variable))]
  const repeated = repeatedVariables(spec.pattern)
  const compiler = new RecognizeCompiler(type, variables, repeated, compilation)
  const unknown = spec.define.find(({ name }) => !variables.includes(name))
  if (unknown) throw new RuleFault(`'${unknown.name}' is defined but not in the pattern`, spec.at, variables)
  const conditions = variables.map(variable => {
    const found = spec.define.find(({ name }) => name === variable)
    return found && compiler.condition(variable, found.condition)
  })
  const measures = spec.measures.map(({ expr, as }) => ({
    name: as || render(expr),
    typed: compiler.measure(expr),
  }))
  const row = new EventType(
    'match',
    measures.map(({ name, typed }) => ({ name, type: typed.type })),
  )
  const { zone } = compilation.catalog
  const own: Scope = { levels: [[{ alias: type.name, type, slot: 0 }]], ext: compilation.base, zone }
  const plan: RecognizePlan = {
    type: row,
    automaton,
    variables,
    many: variables.map(variable => repeated.has(variable)),
    conditions,
    measures: measures.map(({ typed }) => typed.fn),
    partitionBy: spec.partitionBy.map(key => compile(key, own).fn),
    all: spec.all,
    skip: spec.skip,
    interval: spec.interval && compileSpan(spec.interval, own, compile).fn,
    orTerminated: spec.orTerminated,
    depth: compiler.depth,
  }
  return { plan, type: row }
}

class RecognizeCompiler {
  readonly type: EventType
  readonly variables: readonly string[]
  readonly repeated: ReadonlySet<string>
  readonly compilation: Compilation
  depth = 0

  constructor(
    type: EventType,
    variables: readonly string[],
    repeated: ReadonlySet<string>,
    compilation: Compilation,
  ) {
    this.type = type
    this.variables = variables
    this.repeated = repeated
    this.compilation = compilation
  }

  /** All variables, but `own` is the event that is looked at. */
  sources(own?: string): Source[] {
    const all = this.variables.map(
      (alias, i): Source => ({
        alias,
        type: this.type,
        slot: i + 1,
        many: this.repeated.has(alias),
        qualifiedOnly: true,
      }),
    )
    const present: Source = { alias: own ?? this.type.name, type: this.type, slot: 0 }
    return [present, ...all.filter(source => source.alias !== own)]
  }

  scope(own?: string): Scope {
    const sources = this.sources(own)
    return { levels: [sources], ext: this.extensions(sources, own), zone: this.compilation.catalog.zone }
  }

  condition(variable: string, expr: Expr): Fn {
    return compileCondition(expr, this.scope(variable))
  }

  measure(expr: Expr): Typed {
    return compile(expr, this.scope())
  }

  extensions(sources: readonly Source[], own: string | undefined): Extensions {
    const { base } = this.compilation
    return {
      ...base,
      call: (expr, scope) => {
        const name = expr.name.toLowerCase()
        if (name === 'prev' && own !== undefined) return this.prev(expr, scope)
        const source = expr.args[0]?.value && listed(expr.args[0].value, sources)
        if (source && Object.hasOwn(reducers, name))
          return reduced(
            name,
            expr.args.map(arg => arg.value!),
            source,
            scope,
          )
        return base.call?.(expr, scope)
      },
    }
  }

  /** The n-th event before, by arrival in the partition. */
  prev(expr: Expr & { kind: 'call' }, scope: Scope): Typed {
    const [first, second] = expr.args.map(arg => arg.value!)
    const swapped = first.kind === 'literal'
    const value = compile(swapped ? second : first, scope)
    const given = swapped ? first : second
    const n = given?.kind === 'literal' ? (given.value as number) : 1
    this.depth = Math.max(this.depth, n)
    const recent = this.variables.length + 1
    return {
      fn: (slots, cx) => {
        const event = (slots[recent] as readonly Event[] | undefined)?.[n - 1]
        if (!event) return null
        return value.fn([event, ...slots.slice(1)], cx)
      },
      type: value.type,
    }
  }
}

/** The list variable that an expression begins with: `B.price`. */
function listed(expr: Expr, sources: readonly Source[]): Source | undefined {
  const parts = partsOf(expr)
  if (!parts)
    return expr.kind === 'binary' ? (listed(expr.left, sources) ?? listed(expr.right, sources)) : undefined
  return sources.find(source => source.alias === parts[0] && source.slot > 0)
}

type Reducer = (values: readonly Value[], n: number) => Value

const known = (values: readonly Value[]) => values.filter(value => value !== null) as number[]
const extreme =
  (sign: number): Reducer =>
  values =>
    known(values).reduce<number | null>(
      (best, value) => (best === null || order(value, best) * sign > 0 ? value : best),
      null,
    )

const reducers: Record<string, Reducer> = {
  first: (values, n) => values[n] ?? null,
  last: (values, n) => values.at(-1 - n) ?? null,
  count: values => known(values).length,
  sum: values => (known(values).length === 0 ? null : known(values).reduce((sum, value) => sum + value, 0)),
  avg: values =>
    known(values).length === 0
      ? null
      : known(values).reduce((sum, value) => sum + value, 0) / known(values).length,
  min: extreme(-1),
  max: extreme(1),
  window: values => [...values],
}

function reduced(name: string, args: readonly Expr[], source: Source, scope: Scope): Typed {
  const single: Source = { ...source, many: false }
  const inner: Scope = {
    ...scope,
    levels: [scope.levels[0].map(other => (other === source ? single : other))],
  }
  const value = compile(args[0], inner)
  const n = args[1]?.kind === 'literal' ? (args[1].value as number) : 0
  const run = reducers[name]
  return {
    fn: (slots, cx) => {
      const held = slots[source.slot]
      const events: readonly Event[] =
        held === null || held === undefined ? [] : Array.isArray(held) ? held : [held as Event]
      const values = events.map(event => {
        const moved = [...slots] as Slots[number][]
        moved[source.slot] = event
        return value.fn(moved, cx)
      })
      return run(values, n)
    },
    type:
      name === 'count' ? Types.integer : name === 'window' ? { kind: 'array', of: value.type } : value.type,
  }
}
