import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import type { Position } from '../errors.ts'
import type { BinaryOp } from '../language/ast.ts'
import { equals } from './operators.ts'
import type { Typed } from './scope.ts'

/** @param parts the value, the low and the high end; `open` says which ends are left out; ends may be given in either order when `swap` */
export function inRange(
  parts: Typed[],
  open: readonly [boolean, boolean],
  negated: boolean,
  swap: boolean,
): Typed {
  const [of, low, high] = parts.map(part => part.fn)
  return {
    fn: (slots, cx) => {
      const value = of(slots, cx) as number | null
      let from = low(slots, cx) as number | null
      let to = high(slots, cx) as number | null
      if (value === null || from === null || to === null) return null
      if (swap && from > to) [from, to] = [to, from]
      const inside = (open[0] ? value > from : value >= from) && (open[1] ? value < to : value <= to)
      return inside !== negated
    },
    type: Types.boolean,
  }
}

/** `x in (a, b, {c, d})`: lists among the items are looked into. */
export function inList(of: Typed, list: Typed[], negated: boolean, at?: Position): Typed {
  for (const item of list)
    Types.comparable(of.type, item.type.kind === 'array' ? item.type.of : item.type, at)
  const fn = of.fn
  const items = list.map(item => item.fn)
  if (
    list.every(item => item.constant && !Array.isArray(item.constant.value) && item.constant.value !== null)
  ) {
    const known = new Set(list.map(item => item.constant!.value))
    return {
      fn: (slots, cx) => {
        const value = fn(slots, cx)
        return value === null ? null : known.has(value) !== negated
      },
      type: Types.boolean,
    }
  }
  return {
    fn: (slots, cx) => {
      const found = anyOf(fn(slots, cx), '=', spread(items.map(item => item(slots, cx))))
      return found === null ? null : found !== negated
    },
    type: Types.boolean,
  }
}

/** `x > all (a, b)`, `x = any (a, b)`. */
export function quantified(
  of: Typed,
  op: BinaryOp,
  quantor: 'all' | 'any',
  list: Typed[],
  at?: Position,
): Typed {
  for (const item of list)
    Types.comparable(of.type, item.type.kind === 'array' ? item.type.of : item.type, at)
  const fn = of.fn
  const items = list.map(item => item.fn)
  const test = quantor === 'all' ? allOf : op === '=' || op === '!=' ? anyOf : anyRelated
  return {
    fn: (slots, cx) => test(fn(slots, cx), op, spread(items.map(item => item(slots, cx)))),
    type: Types.boolean,
  }
}

function spread(values: Value[]): Value[] {
  return values.some(Array.isArray) ? values.flat() : values
}

function compare(value: Value, op: BinaryOp, other: Value): boolean | null {
  if (value === null || other === null || value === undefined || other === undefined) return null
  switch (op) {
    case '=':
      return equals(value, other)
    case '!=':
      return !equals(value, other)
    case '<':
      return (value as number) < (other as number)
    case '>':
      return (value as number) > (other as number)
    case '<=':
      return (value as number) <= (other as number)
    default:
      return (value as number) >= (other as number)
  }
}

/** Three-valued: null when it depends on an unknown. Of nothing: false. */
export function anyOf(value: Value, op: BinaryOp, others: readonly Value[]): boolean | null {
  let unknown = false
  for (const other of others) {
    const holds = compare(value, op, other)
    if (holds) return true
    unknown ||= holds === null
  }
  return unknown ? null : false
}

/** Like `anyOf` for `<` and its kin: unknown values are passed over as long as one is known. */
function anyRelated(value: Value, op: BinaryOp, others: readonly Value[]): boolean | null {
  const known = others.filter(other => other !== null && other !== undefined)
  return known.length === 0 && others.length > 0 ? null : anyOf(value, op, known)
}

/** Three-valued: null when it depends on an unknown. Of nothing: true. */
export function allOf(value: Value, op: BinaryOp, others: readonly Value[]): boolean | null {
  let unknown = false
  for (const other of others) {
    const holds = compare(value, op, other)
    if (holds === false) return false
    unknown ||= holds === null
  }
  return unknown ? null : true
}
