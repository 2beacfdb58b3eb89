import { type Aggregates, isAggregate, planAggregate } from '../aggregates/compile.ts'
import type { Catalog, ContextInfo } from '../engine/catalog.ts'
import type { Event } from '../engine/event.ts'
import { StillCx } from '../engine/still.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import { compile } from '../expressions/compile.ts'
import { member } from '../expressions/names.ts'
import type { Extensions, Fn, Scope, Source, Typed } from '../expressions/scope.ts'
import type { Argument, Expr } from '../language/ast.ts'
import { hint } from '../nearest.ts'
import { tableAccess, tableName } from '../tables/access.ts'
import type { PartPlan } from './parts.ts'

export type SubqueryCompiler = (expr: Expr, scope: Scope, compilation: Compilation) => Typed | undefined

/** What is gathered while one statement is compiled. */
export class Compilation {
  readonly catalog: Catalog
  readonly context: ContextInfo | undefined
  /** Things an instance makes for itself: sub-queries and the like; `cx.parts` holds them by place. */
  readonly parts: PartPlan[] = []
  /** How far `prior` looks back, by stream. */
  readonly priors = new Map<number, number>()

  readonly still: StillCx
  /** Compiles sub-queries: given, since those are compiled like everything else. */
  readonly subquery: SubqueryCompiler

  constructor(catalog: Catalog, context: ContextInfo | undefined, subquery: SubqueryCompiler) {
    this.catalog = catalog
    this.still = new StillCx(catalog)
    this.context = context
    this.subquery = subquery
  }

  part(plan: PartPlan): number {
    this.parts.push(plan)
    return this.parts.length - 1
  }

  /** Names and functions that are everywhere. */
  get base(): Extensions {
    const { catalog } = this
    return {
      still: this.still,
      userFunction: name => catalog.function(name),
      name: (path, expr) => this.nameOf(path, expr),
      subquery: (expr, scope) => this.subquery(expr, scope, this),
      table: (expr, scope) => tableAccess(expr, scope, this),
    }
  }

  nameOf(path: readonly string[], expr: Expr): Typed | undefined {
    const [first] = path
    if (first === 'context' && path.length > 1) return contextProperty(path.slice(1), expr, this.context)
    if (path.length > 1) return tableName(path, this)
    const info = this.catalog.variable(first)
    if (!info) return tableName(path, this)
    const constant = this.catalog.constantOf(first)
    if (constant) return { fn: () => constant.value, type: info.type, constant }
    return { fn: (_, cx) => cx.variable(first), type: info.type }
  }
}

function contextProperty(
  path: readonly string[],
  expr: Expr,
  context: ContextInfo | undefined,
): Typed | undefined {
  if (!context) throw new RuleFault("'context.…' needs a statement in a context", expr.at)
  const type = context.properties.get(path[0])
  if (type === undefined && context.properties.has(path.slice(0, 2).join('.')))
    return nestedProperty(path, expr, context)
  if (type === undefined) {
    const known = [...context.properties.keys()]
    throw new RuleFault(`the context has no property '${path[0]}'${hint(path[0], known)}`, expr.at, known)
  }
  if (path.length === 1) return { fn: (_, cx) => cx.partition?.property(path) ?? null, type }
  const base: Typed = { fn: (_, cx) => cx.partition?.property(path.slice(0, 1)) ?? null, type }
  return path.slice(1).reduce((of, name) => member(of, { kind: 'member', of: expr, name, at: expr.at }), base)
}

function nestedProperty(path: readonly string[], expr: Expr, context: ContextInfo): Typed {
  const two = path.slice(0, 2)
  const type = context.properties.get(two.join('.'))!
  const base: Typed = { fn: (_, cx) => cx.partition?.property(two) ?? null, type }
  return path.slice(2).reduce((of, name) => member(of, { kind: 'member', of: expr, name, at: expr.at }), base)
}

/** Aggregates in select, having and order by. */
export function withAggregates(base: Extensions, aggregates: Aggregates, rows: Scope): Extensions {
  const aggregateOf = (expr: Expr & { kind: 'call' }, scope: Scope): Typed | undefined => {
    if (!isAggregate(expr)) return undefined
    const { plan, type } = planAggregate(expr, scope, aggregates.sliding)
    const place = aggregates.add(plan)
    return { fn: (_, cx) => cx.aggregates[place].value(), type }
  }
  // What stands inside is there first: it has taken the row in when the outer one asks.
  const inner: Scope = {
    ...rows,
    ext: {
      ...rows.ext,
      aggregate(expr) {
        if (!isAggregate(expr)) return undefined
        aggregates.nested = true
        return aggregateOf(expr, rows)
      },
    },
  }
  return { ...base, aggregate: expr => aggregateOf(expr, inner) }
}

// ── prev and prior ───────────────────────────────────────────────────────────────────────────

const looksBack = /^(prev|prior|prevtail|prevcount|prevwindow)$/i

/** `prev`, `prior` and their kin over the streams of `from`. */
export function withHistory(
  base: Extensions,
  compilation: Compilation,
  sources: readonly Source[],
  /** Whether a stream keeps something to look back at; undefined for a sub-query, which keeps no order. */
  kept?: (slot: number) => boolean,
): Extensions {
  return {
    ...base,
    call(expr, scope) {
      if (!looksBack.test(expr.name)) return base.call?.(expr, scope)
      const name = expr.name.toLowerCase()
      if (!kept) throw new RuleFault(`${name}() cannot stand in a sub-query`, expr.at)
      const [first, second] = expr.args.map(arg => arg.value ?? starred(arg, sources, expr))
      if (!first) throw new RuleFault(`${name}() needs a property`, expr.at)
      const swapped = second !== undefined && isOfStream(first, sources) && !isOfStream(second, sources)
      const of = swapped || !second ? first : second
      const index = second ? (swapped ? second : first) : undefined
      const source = sourceOf(of, sources)
      const value = compile(of, scope)
      const by = index ? compile(index, scope) : undefined
      if (name !== 'prior' && !kept(source.slot))
        throw new RuleFault(`${name}() needs a data window, such as #length(10); prior() needs none`, expr.at)
      if (name === 'prior') return prior(value, by, source, compilation, expr)
      return previous(name, value, by?.fn, source)
    },
  }
}

/** `*` and `s0.*` are the whole event. */
function starred(arg: Argument, sources: readonly Source[], expr: Expr): Expr | undefined {
  if (!arg.star) return undefined
  return { kind: 'name', name: arg.star === true ? sources[0].alias : arg.star, at: expr.at }
}

function isOfStream(expr: Expr, sources: readonly Source[]): boolean {
  return mentions(expr, sources) !== undefined
}

function sourceOf(expr: Expr, sources: readonly Source[]): Source {
  return mentions(expr, sources) ?? sources[0]
}

function mentions(expr: Expr, sources: readonly Source[]): Source | undefined {
  if (expr.kind === 'member') return mentions(expr.of, sources)
  if (expr.kind !== 'name') return undefined
  return sources.find(source => source.alias === expr.name || source.type.placeOf(expr.name) >= 0)
}

function at(
  value: Typed,
  slot: number,
  slots: readonly unknown[],
  event: Event | null,
  cx: Parameters<Fn>[1],
): unknown {
  if (event === null) return null
  const moved = [...slots] as Event[]
  moved[slot] = event
  return value.fn(moved, cx)
}

function prior(
  value: Typed,
  by: Typed | undefined,
  source: Source,
  compilation: Compilation,
  expr: Expr,
): Typed {
  const n = by?.constant?.value ?? 1
  if (typeof n !== 'number') throw new RuleFault('prior() needs a constant number', expr.at)
  const { slot } = source
  compilation.priors.set(slot, Math.max(compilation.priors.get(slot) ?? 0, n))
  return {
    fn: (slots, cx) => {
      const event = slots[slot] as Event | null
      return event === null ? null : at(value, slot, slots, cx.priorOf(slot, event, n), cx)
    },
    type: value.type,
  }
}

function previous(name: string, value: Typed, by: Fn | undefined, { slot }: Source): Typed {
  const list = name === 'prevwindow'
  const fn: Fn = (slots, cx) => {
    const event = slots[slot] as Event | null
    const window = cx.windowOf(slot)
    if (event === null || window === undefined || !cx.isNew) return null
    const rows = window.rows(event)
    if (name === 'prevcount') return rows.length
    if (list) return rows.toReversed().map(row => at(value, slot, slots, row, cx))
    const n = by === undefined ? (name === 'prevtail' ? 0 : 1) : (by(slots, cx) as number | null)
    if (n === null) return null
    if (name === 'prevtail') return at(value, slot, slots, rows[n] ?? null, cx)
    const from = window.relative ? rows.indexOf(event) : rows.length - 1
    return at(value, slot, slots, rows[from - n] ?? null, cx)
  }
  if (name === 'prevcount') return { fn, type: Types.integer }
  return { fn, type: list ? { kind: 'array', of: value.type } : value.type }
}
