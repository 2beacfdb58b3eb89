import { unitInfo } from '@ohmstead/model'
import { type Position, RuleFault } from '../errors.ts'
import type { EventType } from './event.ts'

/** What the compiler knows of a value. `unit` is a UCUM code; without one nothing is checked. */
export type Type =
  | { readonly kind: 'number'; readonly integer: boolean; readonly unit?: string }
  | { readonly kind: 'string' | 'boolean' | 'any' | 'null' }
  | { readonly kind: 'event'; readonly of: EventType }
  /** `sorted`: a table's column that keeps an order. */
  | { readonly kind: 'array'; readonly of: Type; readonly sorted?: boolean }

export const number: Type = { kind: 'number', integer: false }
export const integer: Type = { kind: 'number', integer: true }
export const string: Type = { kind: 'string' }
export const boolean: Type = { kind: 'boolean' }
export const anything: Type = { kind: 'any' }
export const nothing: Type = { kind: 'null' }

const named: Record<string, Type> = {
  int: integer, integer, long: integer, short: integer, byte: integer, biginteger: integer, double: number,
  float: number, bigdecimal: number, number, string, varchar: string, char: string, character: string, boolean,
  bool: boolean, object: anything, map: anything, date: integer, calendar: integer, localdate: integer, localdatetime: integer,
  zoneddatetime: integer,
} // biome-ignore format: a list

/** Names of types, for errors. */
export const typeNames: readonly string[] = Object.keys(named)

/** A type by its name in a rule: `int`, `double`, `string` …; undefined for an unknown one. Times are ms. */
export function typeNamed(name: string): Type | undefined {
  return named[name.toLowerCase().replace(/^java\.(lang|math|util|time)\./, '')]
}

/** The UCUM unit of a number, when it is known. */
export function unitOf(type: Type): string | undefined {
  return type.kind === 'number' ? type.unit : undefined
}

const what: Record<Type['kind'], string> = {
  number: 'a number', string: 'a text', boolean: 'true or false', any: 'anything', null: 'null', event: 'an event',
  array: 'a list',
} // biome-ignore format: a list

/** A type in the words of an error. */
export function describe(type: Type): string {
  return what[type.kind]
}

/** The type of a choice between values: what `case`, `coalesce` and `in` need. */
export function common(types: readonly Type[], verb: string, at?: Position): Type {
  let result: Type = nothing
  for (const type of types) result = common2(result, type, verb, at)
  return result
}

function common2(a: Type, b: Type, verb: string, at?: Position): Type {
  if (a.kind === 'null') return b
  if (b.kind === 'null') return a
  if (a.kind === 'number' && b.kind === 'number') {
    const unit = sameUnit(a, b, verb, at)
    return { kind: 'number', integer: a.integer && b.integer, unit }
  }
  if (a.kind === 'event' && b.kind === 'event') return a.of === b.of ? a : anything
  return a.kind === b.kind ? a : anything
}

/** @throws RuleFault when both have a unit and those differ */
export function sameUnit(a: Type, b: Type, verb: string, at?: Position): string | undefined {
  const [left, right] = [unitOf(a), unitOf(b)]
  if (left !== undefined && right !== undefined && left !== right)
    throw new RuleFault(`${verb} ${left} with ${right}; ${remedy(left, right)}`, at)
  return left ?? right
}

function remedy(left: string, right: string): string {
  const [a, b] = [unitInfo(left)?.dimension, unitInfo(right)?.dimension]
  if (a === undefined || b === undefined || a === b)
    return `bring them to one unit with convert(value, '${right}', '${left}')`
  return `${a} and ${b} are different things`
}

/** @throws RuleFault for a comparison that can never hold, such as a text with a number */
export function comparable(a: Type, b: Type, at?: Position): void {
  sameUnit(a, b, 'compares', at)
  const open = (type: Type) => type.kind === 'any' || type.kind === 'null' || type.kind === 'array'
  if (open(a) || open(b) || a.kind === b.kind) return
  throw new RuleFault(`compares ${describe(a)} with ${describe(b)}`, at)
}

/** @throws RuleFault for a value that cannot stand in a column or variable; whole numbers and others are one kind */
export function assignable(to: Type, from: Type, what: string, at?: Position): void {
  sameUnit(to, from, `sets ${what}:`, at)
  const plain = ['number', 'string', 'boolean']
  if (!plain.includes(to.kind) || !plain.includes(from.kind) || to.kind === from.kind) return
  throw new RuleFault(`${what} is ${describe(to)}, not ${describe(from)}`, at)
}

/** @throws RuleFault when a value is known to be of another kind */
export function requireKind(
  type: Type,
  kind: 'number' | 'string' | 'boolean',
  who: string,
  at?: Position,
): void {
  if (type.kind === kind || type.kind === 'any' || type.kind === 'null') return
  throw new RuleFault(`${who} needs ${what[kind]}, got ${describe(type)}`, at)
}
