import type { IRecognitionException, IToken } from 'chevrotain'
import { EOF } from 'chevrotain'
import { RuleFault } from '../errors.ts'
import type { Statement } from './ast.ts'
import { EplParser } from './parser.ts'
import { lex, Semicolon } from './tokens.ts'

let parser: EplParser | undefined

/**
 * Reads a module: statements parted by `;`.
 * @throws RuleFault with the line, the column and the words that could stand there
 */
export function parse(text: string): Statement[] {
  const tokens = lex(text)
  parser ??= new EplParser()
  parser.input = tokens
  const statements = parser.module()
  const error = parser.errors[0]
  if (error) throw faultOf(error, tokens)
  return withTexts(statements, tokens, text)
}

function withTexts(statements: Statement[], tokens: IToken[], text: string): Statement[] {
  const parts = partsOf(tokens)
  return statements.map((statement, i) => {
    const part = parts[i]
    return { ...statement, text: text.slice(part[0].startOffset, part.at(-1)!.endOffset! + 1) }
  })
}

function partsOf(tokens: IToken[]): IToken[][] {
  const parts: IToken[][] = [[]]
  for (const token of tokens) {
    if (token.tokenType === Semicolon) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts.filter(part => part.length > 0)
}

interface Detailed extends IRecognitionException {
  readonly context: IRecognitionException['context']
}

function faultOf(error: Detailed, tokens: IToken[]): RuleFault {
  const { token } = error
  const last = tokens.at(-1)
  const atEnd = token.tokenType === EOF
  const place = atEnd
    ? { line: last?.endLine ?? 1, column: (last?.endColumn ?? 0) + 1 }
    : { line: token.startLine ?? 1, column: token.startColumn ?? 1 }
  const expected = expectedOf(error)
  const found = atEnd ? 'the rule ends' : `found '${token.image}'`
  const reason =
    expected.length === 0 ? `${found}, which cannot stand here` : `${found}, expected ${listed(expected)}`
  return new RuleFault(reason, place, expected)
}

/** Chevrotain tells what it expected only in its message: one path a line, or one token. */
function expectedOf(error: IRecognitionException): string[] {
  const paths = [...error.message.matchAll(/^\s*\d+\. \[(.*)\]$/gm)].map(match => match[1].split(', ')[0])
  const single = /Expecting (?:token of type )?--> (.*?) <--/.exec(error.message)
  const words = single ? [single[1]] : paths
  return [...new Set(words.map(labelOf))]
}

function labelOf(word: string): string {
  const bare = word.replace(/^'|'$/g, '')
  return /^[a-z_-]+$/.test(bare) && !word.startsWith("'") ? `'${bare}'` : word
}

function listed(words: readonly string[]): string {
  if (words.length === 1) return words[0]
  const shown = words.length > 12 ? [...words.slice(0, 11), 'another word'] : words
  return `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`
}
