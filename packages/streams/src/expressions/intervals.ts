import type { Event, Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { unitMs } from '../time/period.ts'
import { compileSpan } from './periods.ts'
import type { Fn, Scope, Typed } from './scope.ts'

type Compile = (expr: Expr, scope: Scope) => Typed
type Method = Expr & { kind: 'method' }

/** When two things start and end, ms: the one that is asked, then the other. */
type Ends = readonly [start: number, end: number, otherStart: number, otherEnd: number]

interface Relation {
  /** How many lengths of time it may be given. */
  readonly lengths: readonly number[]
  /** @param lengths ms, as they were given */
  readonly holds: (ends: Ends, lengths: readonly number[]) => boolean
}

/** A gap of more than nothing; of at least the first length; between the two. */
function isApart(gap: number, [from, to]: readonly number[]): boolean {
  if (from === undefined) return gap > 0
  if (to === undefined) return gap >= from
  return gap >= Math.min(from, to) && gap <= Math.max(from, to)
}

const isNear = (gap: number, most = 0) => Math.abs(gap) <= most

/** One inside the other, by what is left of it at the start and at the end. */
function isInside(before: number, after: number, lengths: readonly number[]): boolean {
  if (before <= 0 || after <= 0) return false
  const [a, b, c = a, d = b] = lengths
  if (a === undefined) return true
  if (b === undefined) return before <= a && after <= a
  return before >= a && before <= b && after >= c && after <= d
}

/** What two have in common is at most the first length, or between the two. */
function isShared(common: number, [from, to]: readonly number[]): boolean {
  if (from === undefined) return true
  return to === undefined ? common <= from : common >= from && common <= to
}

/** The interval algebra of James F. Allen, with lengths of time that loosen or bound it. */
const relations: Readonly<Record<string, Relation>> = {
  after: { lengths: [0, 1, 2], holds: ([a, , , z], lengths) => isApart(a - z, lengths) },
  before: { lengths: [0, 1, 2], holds: ([, b, y], lengths) => isApart(y - b, lengths) },
  coincides: {
    lengths: [0, 1, 2],
    holds: ([a, b, y, z], [start, end = start]) => isNear(a - y, start) && isNear(b - z, end),
  },
  during: { lengths: [0, 1, 2, 4], holds: ([a, b, y, z], lengths) => isInside(a - y, z - b, lengths) },
  includes: { lengths: [0, 1, 2, 4], holds: ([a, b, y, z], lengths) => isInside(y - a, b - z, lengths) },
  finishes: { lengths: [0, 1], holds: ([a, b, y, z], [most]) => a > y && isNear(b - z, most) },
  finishedby: { lengths: [0, 1], holds: ([a, b, y, z], [most]) => a < y && isNear(b - z, most) },
  meets: { lengths: [0, 1], holds: ([, b, y], [most]) => isNear(b - y, most) },
  metby: { lengths: [0, 1], holds: ([a, , , z], [most]) => isNear(a - z, most) },
  overlaps: {
    lengths: [0, 1, 2],
    holds: ([a, b, y, z], lengths) => a < y && y < b && b < z && isShared(b - y, lengths),
  },
  overlappedby: {
    lengths: [0, 1, 2],
    holds: ([a, b, y, z], lengths) => y < a && a < z && z < b && isShared(z - a, lengths),
  },
  starts: { lengths: [0, 1], holds: ([a, b, y, z], [most]) => isNear(a - y, most) && b < z },
  startedby: { lengths: [0, 1], holds: ([a, b, y, z], [most]) => isNear(a - y, most) && b > z },
}

/** Methods that say how one time or span lies to another, in lower case. */
export const relationNames: readonly string[] = Object.keys(relations)

/** `a.before(b)`, `a.during(b, 5 sec)` …: on times in ms and on events whose type says when they start and end. */
export function relationCall(of: Typed, expr: Method, scope: Scope, compile: Compile): Typed {
  const { lengths, holds } = relations[expr.name.toLowerCase()]
  const [other, ...rest] = expr.args.map(arg => arg.value!)
  if (!other || !lengths.includes(rest.length))
    throw new RuleFault(
      `.${expr.name}() takes what it is compared with and ${lengths.join(', ')} lengths of time`,
      expr.at,
    )
  const [a, b] = [requireTime(of, expr), requireTime(compile(other, scope), expr)]
  const given = rest.map(length => lengthOf(length, scope, compile))
  return {
    fn: (slots, cx) => {
      const ends = [a.fn(slots, cx), a.until(slots, cx), b.fn(slots, cx), b.until(slots, cx)]
      const known = given.map(length => length(slots, cx))
      if (ends.includes(null) || known.includes(null)) return null
      return holds(ends as unknown as Ends, known as number[])
    },
    type: Types.boolean,
  }
}

/** A period, or a bare number of ms; months and years count as 30 and 360 days. */
function lengthOf(expr: Expr, scope: Scope, compile: Compile): (...args: Parameters<Fn>) => number | null {
  if (expr.kind !== 'period') {
    const typed = compile(expr, scope)
    Types.requireKind(typed.type, 'number', 'a length of time', expr.at)
    return typed.fn as (...args: Parameters<Fn>) => number | null
  }
  const { fn } = compileSpan(expr, scope, compile)
  return (slots, cx) => {
    const span = fn(slots, cx)
    return span && span.ms + span.months * 30 * unitMs.day
  }
}

type Lasting = Typed & { readonly until: Fn }

function requireTime(typed: Typed, { at, name }: Method): Lasting {
  const time = timeOf(typed)
  const { kind } = time.type
  if (kind === 'number' || kind === 'any' || kind === 'null') return { until: time.fn, ...time }
  throw new RuleFault(
    `.${name}() compares times: numbers of ms, or events of a type with 'starttimestamp'; got ${Types.describe(time.type)}`,
    at,
  )
}

/** An event's start, and with it its end, where its type says so; anything else stays what it is. */
export function timeOf(typed: Typed): Typed {
  const times = typed.type.kind === 'event' ? typed.type.of.times : undefined
  if (!times) return typed
  const { fn } = typed
  const valueAt =
    (place: number): Fn =>
    (slots, cx): Value =>
      (fn(slots, cx) as Event | null)?.values[place] ?? null
  return { fn: valueAt(times.start), until: valueAt(times.end), type: Types.integer }
}

/** What is moved keeps how long it lasts. */
export function moved(from: Typed, to: Typed): Typed {
  const { until } = from
  if (!until) return to
  return {
    ...to,
    until: (slots, cx) => {
      const [start, end, now] = [from.fn(slots, cx), until(slots, cx), to.fn(slots, cx)]
      if (start === null || end === null || now === null) return null
      return (now as number) + (end as number) - (start as number)
    },
  }
}
