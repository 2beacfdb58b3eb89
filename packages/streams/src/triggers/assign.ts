import type { Cx } from '../engine/context.ts'
import type { Value } from '../engine/event.ts'
import type { Slots } from '../expressions/scope.ts'
import type { Assign } from './plan.ts'

/** Sets what is assigned, one after the other. @param values changed in place */
export function assign(values: Value[], set: readonly Assign[], slots: Slots, cx: Cx): void {
  for (const { place, index, value } of set) {
    const next = value(slots, cx) ?? null
    values[place] = index ? withItem(values[place], index(slots, cx), next) : next
  }
}

/** A list with another value at a place; there is none beyond its ends. */
export function withItem(list: Value, at: Value, value: Value): Value {
  if (!Array.isArray(list) || typeof at !== 'number' || at < 0 || at >= list.length) return list
  return list.with(at, value)
}
