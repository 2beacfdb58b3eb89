import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import type { BinaryOp, Expr } from '../language/ast.ts'
import { equals, same } from './operators.ts'
import { constant, type Fn, type Typed } from './scope.ts'

/** `and`, `or` with three values. */
export function logical(op: 'and' | 'or', left: Typed, right: Typed, expr: Expr): Typed {
  for (const side of [left, right]) Types.requireKind(side.type, 'boolean', `'${op}'`, expr.at)
  const [a, b] = [left.fn, right.fn]
  const fn: Fn =
    op === 'and'
      ? (slots, cx) => {
          const first = a(slots, cx)
          if (first === false) return false
          const second = b(slots, cx)
          if (second === false) return false
          return first === null || second === null ? null : true
        }
      : (slots, cx) => {
          const first = a(slots, cx)
          if (first === true) return true
          const second = b(slots, cx)
          if (second === true) return true
          return first === null || second === null ? null : false
        }
  return { fn, type: Types.boolean }
}

/** `a || b`: null when one is. */
export function concatenation(a: Fn, b: Fn): Typed {
  return {
    fn: (slots, cx) => {
      const first = a(slots, cx)
      const second = b(slots, cx)
      return first === null || second === null ? null : String(first) + String(second)
    },
    type: Types.string,
  }
}

/** The operators of numbers; dividing by zero gives infinity. */
export const arithmetic = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
}

/** Null when one side is. @throws RuleFault for what is no number, or for units that do not add up */
export function calculation(op: keyof typeof arithmetic, left: Typed, right: Typed, expr: Expr): Typed {
  for (const side of [left, right]) Types.requireKind(side.type, 'number', `'${op}'`, expr.at)
  const [a, b, apply] = [left.fn, right.fn, arithmetic[op]]
  const type = calculated(op, left.type, right.type, expr)
  if (
    left.constant &&
    right.constant &&
    typeof left.constant.value === 'number' &&
    typeof right.constant.value === 'number'
  )
    return constant(apply(left.constant.value, right.constant.value), type)
  return {
    fn: (slots, cx) => {
      const first = a(slots, cx)
      if (first === null) return null
      const second = b(slots, cx)
      return second === null ? null : apply(first as number, second as number)
    },
    type,
  }
}

function calculated(op: BinaryOp, left: Types.Type, right: Types.Type, expr: Expr): Types.Type {
  const whole = (type: Types.Type) => type.kind === 'number' && type.integer
  const integer = op !== '/' && whole(left) && whole(right)
  const [a, b] = [Types.unitOf(left), Types.unitOf(right)]
  if (op === '+' || op === '-')
    return {
      kind: 'number',
      integer,
      unit: Types.sameUnit(left, right, op === '+' ? 'adds' : 'subtracts', expr.at),
    }
  // A ratio of equal units has none; a product of units is beyond what is checked.
  if (op === '/') return { kind: 'number', integer, unit: a !== undefined && b === undefined ? a : undefined }
  return { kind: 'number', integer, unit: a !== undefined && b !== undefined ? undefined : (a ?? b) }
}

/** Comparisons; with null they are null, but for `is` and `is not`. */
export function comparison(op: BinaryOp, left: Typed, right: Typed): Fn {
  const [a, b] = [left.fn, right.fn]
  const known = right.constant?.value
  if (typeof known === 'number') {
    const fast = againstNumber(op, a, known)
    if (fast) return fast
  }
  switch (op) {
    case '=':
      return (slots, cx) => equals(a(slots, cx), b(slots, cx))
    case '!=':
      return (slots, cx) => {
        const equal = equals(a(slots, cx), b(slots, cx))
        return equal === null ? null : !equal
      }
    case 'is':
      return (slots, cx) => same(a(slots, cx) ?? null, b(slots, cx) ?? null)
    case 'is not':
      return (slots, cx) => !same(a(slots, cx) ?? null, b(slots, cx) ?? null)
    default: {
      const holds = orderTest[op as keyof typeof orderTest]
      return (slots, cx) => {
        const first = a(slots, cx)
        if (first === null) return null
        const second = b(slots, cx)
        return second === null ? null : holds(first as number, second as number)
      }
    }
  }
}

const orderTest = {
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
}

/** The commonest filter, a value against a number, without a call for the number. */
function againstNumber(op: BinaryOp, a: Fn, limit: number): Fn | undefined {
  const test =
    (holds: (value: number) => boolean): Fn =>
    (slots, cx) => {
      const value = a(slots, cx)
      return value === null ? null : holds(value as number)
    }
  switch (op) {
    case '<':
      return test(value => value < limit)
    case '>':
      return test(value => value > limit)
    case '<=':
      return test(value => value <= limit)
    case '>=':
      return test(value => value >= limit)
    case '=':
      return test(value => value === limit)
    default:
      return undefined
  }
}

const bits = {
  '&': {
    number: (a: number, b: number) => Number(BigInt(a) & BigInt(b)),
    boolean: (a: boolean, b: boolean) => a && b,
  },
  '|': {
    number: (a: number, b: number) => Number(BigInt(a) | BigInt(b)),
    boolean: (a: boolean, b: boolean) => a || b,
  },
  '^': {
    number: (a: number, b: number) => Number(BigInt(a) ^ BigInt(b)),
    boolean: (a: boolean, b: boolean) => a !== b,
  },
}

/** `&`, `|`, `^` of whole numbers or of true and false; null when one is. @throws RuleFault for anything else */
export function bitwise(op: keyof typeof bits, left: Typed, right: Typed, expr: Expr): Typed {
  const kind = left.type.kind === 'boolean' || right.type.kind === 'boolean' ? 'boolean' : 'number'
  for (const side of [left, right]) Types.requireKind(side.type, kind, `'${op}'`, expr.at)
  const [a, b] = [left.fn, right.fn]
  const apply = (first: Value, second: Value): Value =>
    kind === 'boolean'
      ? bits[op].boolean(first as boolean, second as boolean)
      : bits[op].number(Math.trunc(first as number), Math.trunc(second as number))
  return {
    fn: (slots, cx) => {
      const first = a(slots, cx)
      const second = b(slots, cx)
      return first === null || second === null ? null : apply(first, second)
    },
    type: kind === 'boolean' ? Types.boolean : Types.integer,
  }
}
