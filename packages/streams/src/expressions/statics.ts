import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { constant, type Typed } from './scope.ts'

/** What stands in Java's classes and is written in rules as there: `Math.PI`, `Integer.parseInt(x)`. */

const constants: Readonly<Record<string, number>> = {
  'Math.PI': Math.PI,
  'Math.E': Math.E,
  'Integer.MAX_VALUE': 2 ** 31 - 1,
  'Integer.MIN_VALUE': -(2 ** 31),
  'Long.MAX_VALUE': 2 ** 63,
  'Long.MIN_VALUE': -(2 ** 63),
  'Double.MAX_VALUE': Number.MAX_VALUE,
  'Double.MIN_VALUE': Number.MIN_VALUE,
  'Double.NaN': Number.NaN,
  'Double.POSITIVE_INFINITY': Number.POSITIVE_INFINITY,
  'Double.NEGATIVE_INFINITY': Number.NEGATIVE_INFINITY,
}

type Call = readonly [Types.Type, (value: Value) => Value]

/** A text that is no number gives null. */
const parsed = (value: Value): number | null => {
  const number = Number(value)
  return Number.isNaN(number) ? null : number
}
const whole: Call = [
  Types.integer,
  value => {
    const number = parsed(value)
    return number === null ? null : Math.trunc(number)
  },
]
const real: Call = [Types.number, parsed]
const text: Call = [Types.string, String]
const truth: Call = [Types.boolean, value => String(value).toLowerCase() === 'true']

const calls: Readonly<Record<string, Call>> = {
  'Integer.parseInt': whole,
  'Integer.valueOf': whole,
  'Long.parseLong': whole,
  'Long.valueOf': whole,
  'Double.parseDouble': real,
  'Double.valueOf': real,
  'Float.parseFloat': real,
  'Float.valueOf': real,
  'Boolean.parseBoolean': truth,
  'Boolean.valueOf': truth,
  'String.valueOf': text,
  'Integer.toString': text,
  'Long.toString': text,
  'Double.toString': text,
  'Double.isNaN': [Types.boolean, value => Number.isNaN(value)],
  'Double.isInfinite': [Types.boolean, value => Math.abs(value as number) === Number.POSITIVE_INFINITY],
}

const short = (parts: readonly string[]) => parts.join('.').replace(/^java\.lang\./, '')

/** Whether there is anything of that class: `Integer`, `java.lang.String`. */
export const isLibrary = (path: readonly string[]) =>
  Object.keys(calls).some(name => name.startsWith(`${short(path)}.`))

/** `Math.PI`, `java.lang.Integer.MAX_VALUE`; undefined for another path. */
export function staticConstant(parts: readonly string[]): Typed | undefined {
  const value = constants[short(parts)]
  if (value === undefined) return undefined
  return constant(value, Number.isInteger(value) ? Types.integer : Types.number)
}

/** `Integer.parseInt(x)` and its kin; null in, null out. */
export function staticCall(parts: readonly string[], args: readonly Typed[]): Typed | undefined {
  const known = calls[short(parts)]
  if (!known || args.length !== 1) return undefined
  const [type, run] = known
  const [{ fn }] = args
  return {
    fn: (slots, cx) => {
      const value = fn(slots, cx)
      return value === null ? null : run(value)
    },
    type,
  }
}
