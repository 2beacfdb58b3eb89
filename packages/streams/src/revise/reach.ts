import { isAggregate } from '../aggregates/compile.ts'
import type { Argument, Expr, Pattern, Select, Statement, StreamSpec } from '../language/ast.ts'
import { parse } from '../language/parse.ts'
import { unitMs } from '../time/period.ts'

/**
 * How far back statements look, ms: what happened longer ago has no part in what they say. Undefined when it may have:
 * a window by number, an aggregate that never ends, a batch whose beginning depends on the first event, and whatever
 * keeps something of its own (tables, variables, contexts, output rates).
 */
export function reachOf(text: string): number | undefined {
  return total(parse(text).map(statementReach))
}

/** One statement may feed another: their reaches add up. */
function total(reaches: readonly (number | undefined)[]): number | undefined {
  return reaches.reduce(
    (sum, reach) => (sum === undefined || reach === undefined ? undefined : sum + reach),
    0,
  )
}

function greatest(reaches: readonly (number | undefined)[]): number | undefined {
  return reaches.includes(undefined) ? undefined : Math.max(0, ...(reaches as number[]))
}

function statementReach({ body, context }: Statement): number | undefined {
  if (['createSchema', 'createExpression', 'createIndex'].includes(body.kind)) return 0
  if (body.kind !== 'select' || context !== undefined) return undefined
  const selects = within<Select>(body, isKind('select'))
  return greatest(selects.map(selectReach))
}

function selectReach(select: Select): number | undefined {
  if (select.output || select.recognize || select.intoTable) return undefined
  // Sub-queries are looked at for themselves.
  const own = Object.values({ ...select, from: [] })
  const calls = within<Expr & { kind: 'call' }>(own, isKind('call'), isKind('select'))
  if (calls.some(({ name }) => endless.test(name))) return undefined
  const aggregated = calls.some(isAggregate)
  const triggered = select.from.some(stream => stream.unidirectional)
  return greatest(select.from.map(stream => streamReach(stream, aggregated && !triggered)))
}

/** They look at all that ever was, or at when the statement began. */
const endless = /ever$|^(prior|leaving|rate)$/i

function streamReach(stream: StreamSpec, aggregated: boolean): number | undefined {
  const { source, views } = stream
  const before = source.kind === 'type' ? 0 : patternReach(source.pattern, source.flags)
  if (views.length === 0) return aggregated ? undefined : before
  if (stream.retain === 'union' || views.some(view => !bounded.has(view.name))) return undefined
  const spans = views.flatMap(view => (view.name === 'time' ? [spanOf(view.args[0])] : []))
  const known = spans.filter(span => span !== undefined)
  return known.length === 0 ? undefined : total([before, Math.min(...known)])
}

/** Windows whose contents follow from the events that a time window beside them holds. */
const bounded = new Set(['time', 'length', 'unique', 'groupwin', 'sort', 'rank', 'lastevent', 'size', 'uni'])

// ── patterns ─────────────────────────────────────────────────────────────────────────────────

/** A pattern that begins anew with every event, whatever became of those before. */
function patternReach(pattern: Pattern, flags: readonly string[]): number | undefined {
  if (flags.length > 0) return undefined
  if (pattern.kind === 'or') return greatest(pattern.of.map(one => patternReach(one, flags)))
  if (pattern.kind === 'every') return isEvent(pattern.of) ? 0 : undefined
  if (pattern.kind !== 'followed' || pattern.max.some(max => max !== undefined)) return undefined
  const [first, ...rest] = pattern.of
  return total([patternReach(first, flags), ...rest.map(lifeOf)])
}

const isEvent = (pattern: Pattern) => pattern.kind === 'filter' && pattern.consume === undefined

/** How long a part of a pattern can wait before it is over, ms. */
function lifeOf(pattern: Pattern): number | undefined {
  switch (pattern.kind) {
    case 'interval':
      return spanOf(pattern.args[0])
    case 'within':
      return spanOf(pattern.args[0])
    case 'followed':
      return total(pattern.of.map(lifeOf))
    case 'and':
      return greatest(pattern.of.filter(one => one.kind !== 'not').map(lifeOf))
    case 'or':
      return greatest(pattern.of.map(lifeOf))
    default:
      return undefined
  }
}

// ── lengths of time ──────────────────────────────────────────────────────────────────────────

/** A length of time that is written down, ms; months at their longest. */
function spanOf(arg: Argument | undefined): number | undefined {
  const expr = arg?.value
  if (expr?.kind === 'literal' && typeof expr.value === 'number') return expr.value * 1000
  if (expr?.kind !== 'period') return undefined
  return total(
    expr.parts.map(({ amount, unit }) => {
      if (amount.kind !== 'literal' || typeof amount.value !== 'number') return undefined
      const longest = unit === 'year' ? 366 * unitMs.day : unit === 'month' ? 31 * unitMs.day : unitMs[unit]
      return amount.value * longest
    }),
  )
}

type Test = (node: { kind?: unknown }) => boolean

const isKind =
  (kind: string): Test =>
  node =>
    node.kind === kind

/** All nodes of a tree that fit, but those in what is left out. */
function within<T>(tree: unknown, fits: Test, leaveOut: Test = () => false): T[] {
  if (Array.isArray(tree)) return tree.flatMap(item => within<T>(item, fits, leaveOut))
  if (typeof tree !== 'object' || tree === null || leaveOut(tree)) return []
  const inner = Object.values(tree).flatMap(value => within<T>(value, fits, leaveOut))
  return fits(tree) ? [tree as T, ...inner] : inner
}
