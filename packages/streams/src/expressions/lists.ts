import { Event, EventType, type Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import type { Argument, Expr } from '../language/ast.ts'
import { keyOf, order, same } from './operators.ts'
import type { Fn, Scope, Typed } from './scope.ts'

type Compile = (expr: Expr, scope: Scope) => Typed
type Method = Expr & { kind: 'method' }
type Lambda = Expr & { kind: 'lambda' }
type Items = readonly Value[]

/** What a method is called with: lambdas to run over items, and plain values. */
interface Given {
  /** The n-th lambda applied to an item, its place and the list; without one the item itself. */
  each(item: Value, place: number, items: Items, n?: number): Value
  readonly lambdas: number
  readonly values: readonly Value[]
  /** `aggregate` alone: the second lambda parameter is the item. */
  fold(result: Value, item: Value, place: number, items: Items): Value
}

interface ListMethod {
  readonly run: (items: Items, given: Given) => Value
  /** What comes of items of a type. */
  readonly type: (item: Types.Type, body: Types.Type | undefined) => Types.Type
  /** What it yields where there is no list. */
  readonly ofNothing?: Value
}

const list = (of: Types.Type): Types.Type => ({ kind: 'array', of })
const kept = (item: Types.Type) => list(item)
const mapped = (item: Types.Type, body?: Types.Type) => list(body ?? item)
const one = (item: Types.Type) => item
const value = (item: Types.Type, body?: Types.Type) => body ?? item
const always = (type: Types.Type) => () => type
const integer = always(Types.integer)
const number = always(Types.number)
const boolean = always(Types.boolean)

const holds =
  (items: Items, given: Given) =>
  (item: Value, place: number): boolean =>
    given.each(item, place, items) === true
const apply =
  (items: Items, given: Given) =>
  (item: Value, place: number): Value =>
    given.each(item, place, items)
const numbers = (items: Items, given: Given) =>
  items.map(apply(items, given)).filter(item => item !== null) as number[]
const sum = (values: readonly number[]) => values.reduce((total, item) => total + item, 0)
const count = (given: Given) => Math.max(0, given.values[0] as number)

const methods: Record<string, ListMethod> = {
  size: { run: items => items.length, type: integer, ofNothing: 0 },
  countof: {
    run: (items, given) => (given.lambdas > 0 ? items.filter(holds(items, given)).length : items.length),
    type: integer,
    ofNothing: 0,
  },
  countevents: { run: items => items.length, type: integer, ofNothing: 0 },
  listreference: { run: items => items, type: kept },
  window: { run: items => items, type: kept },
  sorted: { run: items => items, type: kept },
  get: { run: (items, given) => items[given.values[0] as number] ?? null, type: one },
  where: { run: (items, given) => items.filter(holds(items, given)), type: kept },
  selectfrom: { run: (items, given) => items.map(apply(items, given)), type: mapped },
  arrayof: { run: (items, given) => items.map(apply(items, given)), type: mapped },
  anyof: { run: (items, given) => items.some(holds(items, given)), type: boolean },
  allof: { run: (items, given) => items.every(holds(items, given)), type: boolean },
  sumof: {
    run: (items, given) => (items.length === 0 ? null : sum(numbers(items, given))),
    type: value,
  },
  average: {
    run: (items, given) => {
      const values = numbers(items, given)
      return values.length === 0 ? null : sum(values) / values.length
    },
    type: number,
  },
  min: { run: (items, given) => extreme(items.map(apply(items, given)), -1), type: value },
  max: { run: (items, given) => extreme(items.map(apply(items, given)), 1), type: value },
  minby: { run: (items, given) => extremeBy(items, given, -1), type: one },
  maxby: { run: (items, given) => extremeBy(items, given, 1), type: one },
  first: { run: items => items[0] ?? null, type: one },
  last: { run: items => items.at(-1) ?? null, type: one },
  firstof: {
    run: (items, given) => (given.lambdas > 0 ? items.find(holds(items, given)) : items[0]) ?? null,
    type: one,
  },
  lastof: {
    run: (items, given) => (given.lambdas > 0 ? items.findLast(holds(items, given)) : items.at(-1)) ?? null,
    type: one,
  },
  orderby: { run: (items, given) => sorted(items, given, 1), type: kept },
  orderbydesc: { run: (items, given) => sorted(items, given, -1), type: kept },
  distinctof: { run: distinct, type: kept },
  reverse: { run: items => items.toReversed(), type: kept },
  take: { run: (items, given) => items.slice(0, count(given)), type: kept },
  takelast: { run: (items, given) => (count(given) === 0 ? [] : items.slice(-count(given))), type: kept },
  takewhile: { run: (items, given) => takeWhile(items, holds(items, given)), type: kept },
  takewhilelast: {
    run: (items, given) => takeWhile(items.toReversed(), holds(items, given)).toReversed(),
    type: kept,
  },
  union: { run: (items, given) => [...items, ...listOf(given.values[0])], type: kept },
  intersect: {
    run: (items, given) => items.filter(item => listOf(given.values[0]).some(other => same(item, other))),
    type: kept,
  },
  except: {
    run: (items, given) => items.filter(item => !listOf(given.values[0]).some(other => same(item, other))),
    type: kept,
  },
  sequenceequal: { run: (items, given) => same(items, given.values[0]), type: boolean },
  mostfrequent: { run: (items, given) => frequent(items, given, 1), type: value },
  leastfrequent: { run: (items, given) => frequent(items, given, -1), type: value },
  aggregate: {
    run: (items, given) =>
      items.reduce((result, item, i) => given.fold(result, item, i, items), given.values[0]),
    type: value,
  },
  tomap: {
    run: (items, given) =>
      recordOf(items.map((item, i) => [given.each(item, i, items), given.each(item, i, items, 1)])),
    type: always(Types.anything),
  },
  groupby: { run: grouped, type: always(Types.anything) },
}

/** Names that texts and times know too: only where it is a list, or a lambda is given. */
export function isListMethod(of: Typed, expr: Method): boolean {
  const name = expr.name.toLowerCase()
  if (!Object.hasOwn(methods, name)) return false
  const lambda = expr.args.some(arg => arg.value?.kind === 'lambda')
  const open = of.type.kind === 'any' && name !== 'get'
  return of.type.kind === 'array' || lambda || open || name === 'size' || name === 'countof'
}

export const listNames: readonly string[] = Object.keys(methods)

export const isListName = (name: string) => Object.hasOwn(methods, name.toLowerCase())

/** Of what is sorted already: at which end it stands. */
const ends: Readonly<Record<string, string>> = { minby: 'first', maxby: 'last' }

/** @throws RuleFault for a method without the lambda that it needs */
export function listCall(of: Typed, expr: Method, scope: Scope, compile: Compile): Typed {
  const name = expr.name.toLowerCase()
  const { kind } = of.type
  if (kind === 'number' || kind === 'string' || kind === 'boolean')
    throw new RuleFault(`.${expr.name}() works on lists, this is ${Types.describe(of.type)}`, expr.at)
  if (of.type.kind === 'array' && of.type.sorted && expr.args.length === 0 && Object.hasOwn(ends, name))
    return listCall(of, { ...expr, name: ends[name] }, scope, compile)
  const method = methods[name]
  const item = of.type.kind === 'array' ? of.type.of : Types.anything
  const bodies = expr.args.flatMap(arg =>
    isLambda(arg)
      ? [lambdaBody(arg.value, name === 'aggregate' ? Types.anything : item, scope, compile)]
      : [],
  )
  // `.last(*)` is `.last()`.
  const plain = expr.args.flatMap(arg => (isLambda(arg) || !arg.value ? [] : [arg.value]))
  requireLambda(expr, name, bodies.length, plain.length)
  const values = plain.map(value => compile(value, scope).fn)
  return {
    fn: (slots, cx) => {
      const items = asList(of.fn(slots, cx))
      if (items === null) return method.ofNothing ?? null
      const run = (body: Body, given: readonly Value[]) => {
        given.slice(0, body.params).forEach((one, i) => {
          cx.locals[body.depth + i] = one
        })
        return body.fn(slots, cx)
      }
      return method.run(items, {
        lambdas: bodies.length,
        values: values.map(fn => fn(slots, cx)),
        each: (one, place, all, n = 0) => (bodies[n] ? run(bodies[n], [one, place, all.length]) : one),
        fold: (result, one, place, all) => run(bodies[0], [result, one, place, all.length]),
      })
    },
    type: method.type(item, bodies[0]?.type),
  }
}

const needsLambda = new Set([
  'where', 'selectfrom', 'anyof', 'allof', 'minby', 'maxby', 'takewhile', 'takewhilelast', 'aggregate', 'tomap', 'groupby',
]) // biome-ignore format: a word list

const takesValue = new Set([
  'get', 'take', 'takelast', 'union', 'intersect', 'except', 'sequenceequal', 'aggregate',
]) // biome-ignore format: a word list

function requireLambda(expr: Method, name: string, lambdas: number, plain: number): void {
  if ((needsLambda.has(name) && lambdas === 0) || (plain > 0 && !takesValue.has(name)))
    throw new RuleFault(`.${expr.name}() takes a lambda such as x => x.power > 10`, expr.at)
  if (takesValue.has(name) && plain === 0) throw new RuleFault(`.${expr.name}() takes a value`, expr.at)
}

interface Body {
  readonly fn: Fn
  readonly type: Types.Type
  readonly depth: number
  readonly params: number
}

const isLambda = (arg: Argument): arg is Argument & { value: Lambda } => arg.value?.kind === 'lambda'

/** Parameters are the item, its place and the size of the list. */
function lambdaBody(lambda: Lambda, item: Types.Type, scope: Scope, compile: Compile): Body {
  const depth = scope.depth ?? 0
  const params = new Map(scope.params ?? [])
  lambda.params.forEach((param, i) => {
    const type = i === 0 ? item : item.kind === 'any' ? Types.anything : Types.integer
    params.set(param, { fn: (_, cx) => cx.locals[depth + i], type })
  })
  const inner = { ...scope, params, depth: depth + lambda.params.length }
  return { ...compile(lambda.body, inner), depth, params: lambda.params.length }
}

// ── what they do ─────────────────────────────────────────────────────────────────────────────

function asList(of: Value): Items | null {
  if (of === null || of === undefined) return null
  return Array.isArray(of) ? of : [of]
}

const listOf = (of: Value): Items => asList(of) ?? []

function extreme(values: Items, sign: number): Value {
  let best: Value = null
  for (const item of values) if (item !== null && (best === null || order(item, best) * sign > 0)) best = item
  return best
}

function extremeBy(items: Items, given: Given, sign: number): Value {
  let best: { item: Value; key: Value } | null = null
  for (const [i, item] of items.entries()) {
    const key = given.each(item, i, items)
    if (best === null || order(key, best.key) * sign > 0) best = { item, key }
  }
  return best?.item ?? null
}

function sorted(items: Items, given: Given, sign: number): Value {
  const keyed = items.map((item, i) => ({ item, key: given.each(item, i, items) }))
  return keyed.sort((a, b) => order(a.key, b.key) * sign).map(({ item }) => item)
}

/** The first item of each key. */
function distinct(items: Items, given: Given): Value {
  const seen = new Map<Value, Value>()
  for (const [i, item] of items.entries()) {
    const key = keyOf([given.each(item, i, items)])
    if (!seen.has(key)) seen.set(key, item)
  }
  return [...seen.values()]
}

function takeWhile(items: Items, test: (item: Value, place: number) => boolean): Value[] {
  const end = items.findIndex((item, i) => !test(item, i))
  return items.slice(0, end < 0 ? undefined : end)
}

function frequent(items: Items, given: Given, sign: number): Value {
  const counts = new Map<Value, number>()
  for (const [i, item] of items.entries()) {
    const key = given.each(item, i, items)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  let best: Value = null
  for (const [key, times] of counts) if (best === null || (times - counts.get(best)!) * sign > 0) best = key
  return best
}

/** Keys become the names of an open record. */
function recordOf(pairs: readonly (readonly [Value, Value])[]): Value {
  const names = new Map(pairs.map(([key, held]) => [String(key), held]))
  return new Event(
    new EventType(
      'map',
      [...names.keys()].map(name => ({ name, type: Types.anything })),
    ),
    [...names.values()],
  )
}

function grouped(items: Items, given: Given): Value {
  const groups = new Map<string, Value[]>()
  for (const [i, item] of items.entries()) {
    const key = String(given.each(item, i, items))
    const held = given.lambdas > 1 ? given.each(item, i, items, 1) : item
    const group = groups.get(key)
    if (group) group.push(held)
    else groups.set(key, [held])
  }
  return recordOf([...groups])
}
