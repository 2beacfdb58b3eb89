import { RE2JS } from 're2js'
import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import type { Expr } from '../language/ast.ts'
import { like } from './operators.ts'
import type { Typed } from './scope.ts'

type TextTest = (text: Value, pattern: Value) => boolean | null

/**
 * `x like 'a%'` and `x regexp 'a.*'`: over the whole text; numbers are taken as text.
 * @throws RuleFault for a pattern that is none
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
  const test: TextTest = (text, pattern) =>
    text === null || pattern === null ? null : compiled(String(pattern), at).matches(String(text))
  // A faulty pattern that is written out is found now.
  if (constant) test('', constant.value)
  return test
}

/** Whether a pattern matches the whole text. @throws RuleFault for one that is none */
export const wholeMatch = (text: string, pattern: string): boolean =>
  compiled(pattern, undefined).matches(text)

/** A text with what a pattern finds in it replaced; `$1` stands for a group. @throws RuleFault as above */
export function replaced(text: string, pattern: string, by: string, which: 'first' | 'all'): string {
  const matcher = compiled(pattern, undefined).matcher(text)
  try {
    return which === 'all' ? matcher.replaceAll(by, true) : matcher.replaceFirst(by, true)
  } catch (cause) {
    throw new RuleFault(`'${by}' cannot stand for what '${pattern}' finds`, undefined, [], { cause })
  }
}

const patterns = new Map<string, RE2JS>()
const mostPatterns = 256

/** Matching takes time in the length of the text, whatever the pattern: what looks back or ahead is not in the language. */
function compiled(source: string, at: Expr['at']): RE2JS {
  const known = patterns.get(source)
  if (known) return known
  try {
    const pattern = RE2JS.compile(source)
    if (patterns.size >= mostPatterns) patterns.clear()
    patterns.set(source, pattern)
    return pattern
  } catch (cause) {
    throw new RuleFault(`'${source}' is no regular expression: ${(cause as Error).message}`, at, [], {
      cause,
    })
  }
}
