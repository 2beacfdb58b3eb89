import type { IToken } from 'chevrotain'
import { Unsupported } from '../errors.ts'

/** Beginnings of what Esper's language has and ours does not, as the words and signs that stand there. */
const foreign: readonly (readonly [what: string, form: RegExp])[] = [
  ['a stream from SQL', /\bsql : \S+ \[/i],
  ['a stream from a method call', /\bmethod : /i],
  ['a script', /\bexpression (\S+ )*(js|mvel|groovy|javascript|python) : /i],
  ['a class in a statement', /\b(inlined_class|create (inlined_)?class)\b/i],
  ['a data flow', /\bcreate dataflow\b/i],
  ['a variant schema', /\bcreate variant schema\b/i],
  ['event-precedence', /\bevent - precedence \(/i],
  ['a virtual data window', /\bvdw : /i],
]

/** What a statement that could not be read is, when it is right in Esper; undefined when it is a mistake. */
export function foreignIn(statement: readonly IToken[]): Unsupported | undefined {
  let text = ''
  const starts: number[] = []
  for (const { image } of statement) {
    starts.push(text.length)
    text += `${image} `
  }
  for (const [what, form] of foreign) {
    const found = form.exec(text)
    if (!found) continue
    const token = statement[starts.findLastIndex(start => start <= found.index)]
    return new Unsupported(what, { line: token.startLine ?? 1, column: token.startColumn ?? 1 })
  }
  return undefined
}
