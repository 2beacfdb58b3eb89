import { type Catalog, type ContextInfo, requireType } from '../engine/catalog.ts'
import type { EventType, Value } from '../engine/event.ts'
import { compileFilter } from '../engine/filterPlan.ts'
import { type Bound, type FilterPlan, unfiltered } from '../engine/filters.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import { compileSpan } from '../expressions/periods.ts'
import type { Fn, Scope, Source } from '../expressions/scope.ts'
import type { ContextCondition, ContextSpec, Expr } from '../language/ast.ts'
import { compilePattern } from '../patterns/compile.ts'
import { Compilation } from '../select/extensions.ts'
import { compileCron } from '../time/compileCron.ts'
import type { Condition, ContextLevel, ContextPlan, KeySource, LevelPlan } from './plan.ts'

/** What a context asks of the events of one type, at one level. */
export type Restriction = (type: EventType) => FilterPlan | undefined

interface Level {
  readonly level: ContextLevel
  readonly restriction: Restriction
  readonly properties: Map<string, Types.Type>
}

/** A context has no place to keep the window of a sub-query in. */
const refused = ({ at }: Expr): never => {
  throw new Unsupported('a sub-query in a context', at)
}

/** @throws RuleFault */
export function compileContext(
  name: string,
  spec: ContextSpec,
  catalog: Catalog,
): { plan: ContextPlan; info: ContextInfo } {
  const specs = spec.kind === 'nested' ? spec.contexts : [{ name, spec }]
  const nested = specs.length > 1
  const levels: Level[] = []
  for (const [depth, one] of specs.entries()) {
    const outer = infoOf(name, levels, nested)
    levels.push(compileLevel(one.name, one.spec, depth, catalog, depth === 0 ? undefined : outer))
  }
  const plan: ContextPlan = { kind: 'context', name, levels: levels.map(({ level }) => level) }
  return { plan, info: infoOf(name, levels, nested) }
}

function infoOf(name: string, levels: readonly Level[], nested: boolean): ContextInfo {
  const properties = new Map<string, Types.Type>([
    ['name', Types.string],
    ['id', Types.integer],
  ])
  for (const { level, properties: own } of levels) {
    if (nested) properties.set(`${level.name}.name`, Types.string).set(`${level.name}.id`, Types.integer)
    for (const [property, type] of own) {
      if (nested) properties.set(`${level.name}.${property}`, type)
      properties.set(property, type)
    }
  }
  const restrictions = levels.map(({ restriction }) => restriction)
  return { name, properties, restrict: (type, plan) => restrict(type, plan, restrictions) }
}

function restrict(type: EventType, plan: FilterPlan, restrictions: readonly Restriction[]): FilterPlan {
  const extra = restrictions.flatMap(restriction => restriction(type) ?? [])
  if (extra.length === 0) return plan
  return {
    bounds: [...extra.flatMap(one => one.bounds), ...plan.bounds],
    rest: [...extra.flatMap(one => one.rest), ...plan.rest],
  }
}

function compileLevel(
  name: string,
  spec: ContextSpec,
  depth: number,
  catalog: Catalog,
  outer: ContextInfo | undefined,
): Level {
  switch (spec.kind) {
    case 'partition':
      return keyedLevel(name, spec, depth, catalog, outer)
    case 'category':
      return categoryLevel(name, spec, depth, catalog, outer)
    case 'hash':
      return hashLevel(name, spec, depth, catalog, outer)
    case 'interval':
      return intervalLevel(name, spec, catalog, outer)
    case 'nested':
      throw new RuleFault('contexts nest one level deep: list them one after the other', spec.at)
  }
}

const scopeOf = (type: EventType, alias: string | undefined, compilation: Compilation): Scope => ({
  levels: [[{ alias: alias ?? type.name, typeName: type.name, type, slot: 0 }]],
  ext: compilation.base,
  zone: compilation.catalog.zone,
})

function keyedLevel(
  name: string,
  spec: ContextSpec & { kind: 'partition' },
  depth: number,
  catalog: Catalog,
  outer: ContextInfo | undefined,
): Level {
  const compilation = new Compilation(catalog, outer, refused)
  const byType = new Map<string, FilterPlan>()
  const properties = new Map<string, Types.Type>()
  const sources = spec.sources.map((source): KeySource => {
    const type = requireType(source.type, catalog, source.at)
    const typed = source.keys.map(key => compile(key, scopeOf(type, source.alias, compilation)))
    const [{ keys: first }] = spec.sources
    if (typed.length !== first.length)
      throw new RuleFault(
        `all streams of a context have as many keys: ${typed.length} keys here, and ${first.length} before`,
        source.at,
      )
    typed.forEach((key, i) => {
      properties.set(`key${i + 1}`, key.type)
    })
    const filter = filterOf(type, source.filter, [], compilation)
    byType.set(
      type.name,
      keyRestriction(
        type,
        source.keys,
        typed.map(key => key.fn),
        depth,
        filter,
      ),
    )
    if (source.alias) properties.set(source.alias, { kind: 'event', of: type })
    return { type: type.name, filter, keys: typed.map(key => key.fn), alias: source.alias }
  })
  // The event that a partition began with; an end may name it.
  const aliases = spec.sources
    .flatMap(({ alias, type, at }) =>
      alias === undefined ? [] : [{ alias, type: requireType(type, catalog, at) }],
    )
    .map((one, i): Source => ({ ...one, slot: i + 1 }))
  const initiated = spec.initiated.map(condition => compileStart(condition, compilation, aliases))
  const ends: Source[] = []
  const end = spec.terminated && compileEnd(spec.terminated, compilation, aliases, ends)
  for (const { alias, type } of [...aliases, ...ends]) properties.set(alias, { kind: 'event', of: type })
  const ended = end && ofOwnKey(end, spec, sources, catalog, depth)
  const plan: LevelPlan = { kind: 'keyed', sources, initiated, end: ended }
  return { level: { name, plan, aliases }, restriction: type => byType.get(type.name), properties }
}

/** An event of a type that the context parts by key ends the partition of its own key alone. */
function ofOwnKey(
  end: Condition,
  spec: ContextSpec & { kind: 'partition' },
  sources: readonly KeySource[],
  catalog: Catalog,
  depth: number,
): Condition {
  if (end.kind !== 'filter') return end
  const at = sources.findIndex(({ type }) => type === end.type)
  if (at < 0) return end
  const type = requireType(end.type, catalog, spec.at)
  const own = keyRestriction(type, spec.sources[at].keys, sources[at].keys, depth, unfiltered)
  const filter = { bounds: [...own.bounds, ...end.filter.bounds], rest: [...own.rest, ...end.filter.rest] }
  return { ...end, filter }
}

/** Events of a keyed context are those with the partition's keys: equalities that an index answers. */
function keyRestriction(
  type: EventType,
  exprs: readonly Expr[],
  fns: readonly Fn[],
  depth: number,
  filter: FilterPlan,
): FilterPlan {
  const bounds: Bound[] = []
  const rest: Fn[] = [...filter.rest]
  exprs.forEach((expr, i) => {
    const value: Fn = (_, cx) => cx.partition?.at(depth).keys[i] ?? null
    const place = expr.kind === 'name' ? type.placeOf(expr.name) : -1
    if (place >= 0) bounds.push({ place, op: '=', value })
    else rest.push((slots, cx) => fns[i](slots, cx) === value(slots, cx))
  })
  return { bounds: [...bounds, ...filter.bounds], rest }
}

function categoryLevel(
  name: string,
  spec: ContextSpec & { kind: 'category' },
  depth: number,
  catalog: Catalog,
  outer: ContextInfo | undefined,
): Level {
  const compilation = new Compilation(catalog, outer, refused)
  const type = requireType(spec.type, catalog, spec.at)
  const filter = filterOf(type, spec.filter, [], compilation)
  const labels = spec.labels.map(({ expr, label }) => ({
    label,
    condition: compileCondition(expr, scopeOf(type, undefined, compilation)),
  }))
  const fits: Fn = (slots, cx) => labels[cx.partition!.at(depth).keys[0] as number].condition(slots, cx)
  const restriction = { bounds: filter.bounds, rest: [...filter.rest, fits] }
  return {
    level: { name, plan: { kind: 'category', labels }, aliases: [] },
    restriction: other => (other.name === type.name ? restriction : undefined),
    properties: new Map([['label', Types.string]]),
  }
}

function hashLevel(
  name: string,
  spec: ContextSpec & { kind: 'hash' },
  depth: number,
  catalog: Catalog,
  outer: ContextInfo | undefined,
): Level {
  const compilation = new Compilation(catalog, outer, refused)
  const byType = new Map<string, FilterPlan>()
  for (const source of spec.sources) {
    const type = requireType(source.type, catalog, spec.at)
    const filter = filterOf(type, source.filter, [], compilation)
    const keys = source.args.map(arg => compile(arg, scopeOf(type, undefined, compilation)).fn)
    const fits: Fn = (slots, cx) =>
      hash(keys.map(key => key(slots, cx))) % spec.granularity === cx.partition!.at(depth).keys[0]
    byType.set(type.name, { bounds: filter.bounds, rest: [...filter.rest, fits] })
  }
  return {
    level: { name, plan: { kind: 'hash', granularity: spec.granularity }, aliases: [] },
    restriction: type => byType.get(type.name),
    properties: new Map(),
  }
}

/** FNV-1a over the text of the values; which bucket a key falls into is nobody's business. */
function hash(values: readonly Value[]): number {
  let result = 0x811c9dc5
  for (const char of values.map(String).join('\u0000'))
    result = Math.imul(result ^ char.charCodeAt(0), 0x01000193)
  return result >>> 0
}

function intervalLevel(
  name: string,
  spec: ContextSpec & { kind: 'interval' },
  catalog: Catalog,
  outer: ContextInfo | undefined,
): Level {
  const compilation = new Compilation(catalog, outer, refused)
  const aliases: Source[] = []
  const start = compileStart(spec.start, compilation, aliases)
  const distinct = spec.distinct.length === 0 ? [] : distinctKeys(spec, compilation)
  const ends: Source[] = []
  const end = spec.end && compileEnd(spec.end, compilation, aliases, ends)
  const properties = new Map<string, Types.Type>([
    ['startTime', Types.integer],
    ['endTime', Types.integer],
  ])
  for (const { alias, type, many } of [...aliases, ...ends]) {
    const event: Types.Type = { kind: 'event', of: type }
    properties.set(alias, many ? { kind: 'array', of: event } : event)
  }
  const plan: LevelPlan = { kind: 'interval', overlapping: spec.overlapping, distinct, start, end }
  return { level: { name, plan, aliases }, restriction: () => undefined, properties }
}

function distinctKeys(spec: ContextSpec & { kind: 'interval' }, compilation: Compilation): Fn[] {
  if (spec.start.kind !== 'filter') throw new RuleFault('distinct needs an event that initiates', spec.at)
  const type = requireType(spec.start.type, compilation.catalog, spec.at)
  return spec.distinct.map(
    key =>
      compile(key, scopeOf(type, spec.start.kind === 'filter' ? spec.start.alias : undefined, compilation))
        .fn,
  )
}

function filterOf(
  type: EventType,
  conditions: readonly Expr[],
  known: readonly Source[],
  compilation: Compilation,
  alias?: string,
): FilterPlan {
  const base = { ext: compilation.base, zone: compilation.catalog.zone }
  const plan = compileFilter(type, conditions, known, base, alias)
  return compilation.context?.restrict(type, plan) ?? plan
}

/** @param aliases gets what the condition names */
function compileStart(condition: ContextCondition, compilation: Compilation, aliases: Source[]): Condition {
  return compileOne(condition, compilation, [], aliases)
}

function compileEnd(
  condition: ContextCondition,
  compilation: Compilation,
  aliases: readonly Source[],
  made: Source[] = [],
): Condition {
  return compileOne(condition, compilation, aliases, made)
}

function compileOne(
  condition: ContextCondition,
  compilation: Compilation,
  known: readonly Source[],
  made: Source[],
): Condition {
  const scope: Scope = { levels: [known], ext: compilation.base, zone: compilation.catalog.zone }
  switch (condition.kind) {
    case 'now':
      return { kind: 'now' as const }
    case 'filter': {
      const type = requireType(condition.type, compilation.catalog, condition.at)
      if (condition.alias) made.push({ alias: condition.alias, type, slot: known.length + made.length + 1 })
      return {
        kind: 'filter' as const,
        type: type.name,
        filter: filterOf(type, condition.filter, known, compilation, condition.alias),
        alias: condition.alias,
      }
    }
    case 'pattern': {
      const pattern = compilePattern(condition.pattern, [], compilation, known)
      pattern.type.fields.forEach(({ name, type }, i) => {
        const event = type.kind === 'array' ? type.of : type
        if (event.kind === 'event')
          made.push({ alias: name, type: event.of, slot: known.length + i + 1, many: type.kind === 'array' })
      })
      return { kind: 'pattern' as const, pattern, now: condition.now, inclusive: condition.inclusive }
    }
    case 'cron':
      return { kind: 'cron' as const, cron: compileCron(condition.cron, scope), now: condition.now }
    case 'after':
      return {
        kind: 'after' as const,
        span: compileSpan(condition.period, scope, compile).fn,
        now: condition.now,
      }
  }
}
