import { Event, type Value } from '../engine/event.ts'
import { wildcards } from './wildcards.ts'

/** Equality of EPL: numbers by value whatever their type, events by identity; null equals nothing. */
export function equals(a: Value, b: Value): boolean | null {
  if (a === null || b === null || a === undefined || b === undefined) return null
  return same(a, b)
}

/** Like `equals`, but null is the same as null. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]))
  return false
}

/** <0, 0, >0 as for sorting; null first. */
export function order(a: Value, b: Value): number {
  if (a === b) return 0
  if (a === null || a === undefined) return -1
  if (b === null || b === undefined) return 1
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
}

/** A value that tells keys apart: equal keys give equal results in a Map. */
export function keyOf(values: readonly Value[]): Value {
  if (values.length === 1) return single(values[0])
  const packed = values.length <= 3 ? packedKey(values) : -1
  if (packed >= 0) return packed
  let key = ''
  for (const value of values) key += `${part(value)}\u0000`
  return key
}

const most = 2 ** 17

/** Up to three small whole numbers, such as ids, as one number; -1 for anything else. */
function packedKey(values: readonly Value[]): number {
  let key = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value !== 'number' || !(value >= 0 && value < most) || value % 1 !== 0) return -1
    key = key * most + value
  }
  return key
}

function single(value: Value): Value {
  return Array.isArray(value) ? keyOf(['list', ...value]) : value
}

const identities = new WeakMap<object, number>()
let identity = 0

function part(value: Value): string {
  if (typeof value === 'number') return `n${value}`
  if (typeof value === 'string') return `s${value}`
  if (value instanceof Event) {
    let known = identities.get(value)
    if (known === undefined) identities.set(value, (known = identity++))
    return `e${known}`
  }
  return Array.isArray(value) ? `[${value.map(part).join()}]` : String(value)
}

/** `like` over the whole text: `%` is any run, `_` one sign; null gives null. */
export function like(escapeSign: string | null) {
  const cache = new Map<string, (text: string) => boolean>()
  return (text: Value, pattern: Value): boolean | null => {
    if (text === null || pattern === null) return null
    let test = cache.get(pattern as string)
    if (!test) {
      if (cache.size > 256) cache.clear()
      cache.set(pattern as string, (test = wildcards(pattern as string, escapeSign)))
    }
    return test(String(text))
  }
}

/** A property of an event or of an open record; null when there is none. */
export function memberOf(value: Value, name: string): Value {
  if (value === null || value === undefined) return null
  if (value instanceof Event) return value.get(name) ?? null
  if (typeof value !== 'object' || !Object.hasOwn(value, name)) return null
  return (value as Record<string, Value>)[name] ?? null
}
