import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { like } from './operators.ts'
import type { Typed } from './scope.ts'

type TextTest = (text: Value, pattern: Value) => boolean | null

/**
 * `x like 'a%'` and `x regexp 'a.*'`: over the whole text; numbers are taken as text.
 * @throws RuleFault for a pattern that is none, or one that could take for ever
 */
export function textTest(
  expr: Expr & { kind: 'like' },
  { fn: of }: Typed,
  pattern: Typed,
  escapeSign: Typed | undefined,
): Typed {
  const sign = escapeSign?.constant?.value ?? null
  if (sign !== null && typeof sign !== 'string')
    throw new RuleFault("'escape' needs a text of one sign", expr.at)
  const test = expr.regexp ? regexpTest(pattern, expr) : like(sign)
  const wanted = !expr.negated
  return {
    fn: (slots, cx) => {
      const result = test(of(slots, cx), pattern.fn(slots, cx))
      return result === null ? null : result === wanted
    },
    type: Types.boolean,
  }
}

function regexpTest({ constant }: Typed, { at }: Expr): TextTest {
  let known = ''
  let regexp = compiled(known, at)
  const test: TextTest = (text, pattern) => {
    if (text === null || pattern === null) return null
    if (pattern !== known) {
      known = String(pattern)
      regexp = compiled(known, at)
    }
    return regexp.test(String(text))
  }
  // A faulty pattern that is written out is found now.
  if (constant) test('', constant.value)
  return test
}

/** Whether a pattern matches the whole text. @throws RuleFault for one that could take for ever */
export const wholeMatch = (text: string, pattern: string): boolean => compiled(pattern, undefined).test(text)

/** A text with what a pattern finds in it replaced: all with the flag `g`. @throws RuleFault as above */
export const replaced = (text: string, pattern: string, by: string, flags: string): string => {
  compiled(pattern, undefined)
  return text.replace(new RegExp(pattern, flags), by)
}

function compiled(source: string, at: Expr['at']): RegExp {
  if (isNested(source))
    throw new RuleFault(`the pattern '${source}' repeats what repeats already and could take for ever`, at)
  try {
    return new RegExp(`^(?:${source})$`)
  } catch (cause) {
    throw new RuleFault(`'${source}' is no regular expression`, at, [], { cause })
  }
}

/** Whether a repeated group holds a repetition: `(a+)+` tries every way to part a text. */
function isNested(source: string): boolean {
  const bare = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  const repeats: boolean[] = [false]
  for (let i = 0; i < bare.length; i++) {
    const sign = bare[i]
    if (sign === '(') repeats.push(false)
    else if (sign === ')') {
      const inner = repeats.length > 1 ? repeats.pop()! : false
      if (inner && isRepeat(bare, i + 1)) return true
      repeats[repeats.length - 1] ||= inner
    } else if (isRepeat(bare, i)) repeats[repeats.length - 1] = true
  }
  return false
}

const isRepeat = (text: string, at: number) =>
  text[at] === '*' || text[at] === '+' || /^\{\d*,\d*\}/.test(text.slice(at, at + 12))
