import { ApiError } from '@ohmstead/sdk'

/** What is wrong with a text of EPL, and where; both count from 1. */
export interface Fault {
  readonly line: number
  readonly column: number
  readonly reason: string
  /** What could stand there, as the server names it. */
  readonly expected: readonly string[]
}

/** Of a refusal of the server; null when it is about something else. */
export function faultOf(error: unknown): Fault | null {
  if (!(error instanceof ApiError)) return null
  const { line, column, expected = [] } = error.problem
  if (line === undefined || column === undefined) return null
  const reason = error.message.replace(/^line \d+, column \d+: /, '')
  // What is expected is said by itself, whole.
  return {
    line,
    column,
    expected,
    reason: expected.length === 0 ? reason : reason.replace(/, expected .*?(?=; did you mean|$)/s, ''),
  }
}

/** Where the fault stands in the text: the word that begins there, or one character. */
export function placeOf(
  text: string,
  { line, column }: Pick<Fault, 'line' | 'column'>,
): { from: number; to: number } {
  const lines = text.split('\n')
  const row = Math.min(line, lines.length) - 1
  const start = lines.slice(0, row).reduce((sum, one) => sum + one.length + 1, 0)
  const own = lines[row]!
  const from = Math.min(column - 1, own.length)
  const word = /^[\w$]+|^./.exec(own.slice(from))?.[0] ?? ''
  // At the end of a line there is nothing to underline: its last character stands for it.
  return word === ''
    ? { from: start + Math.max(0, from - 1), to: start + from }
    : { from: start + from, to: start + from + word.length }
}
