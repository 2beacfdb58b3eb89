import { createToken, Lexer, type TokenType } from 'chevrotain'
import { RuleFault } from '../errors.ts'

/** Anything that may be a property, alias or type name: plain words and the keywords that are not reserved. */
export const Name = createToken({ name: 'Name', label: 'a name', pattern: Lexer.NA })
/** A word of the language that a name can only be in back-ticks. */
export const Reserved = createToken({ name: 'Reserved', label: 'a word', pattern: Lexer.NA })
export const Identifier = createToken({
  name: 'Identifier',
  label: 'a name',
  pattern: /[A-Za-z_$][A-Za-z0-9_$]*/,
  categories: [Name],
})
export const QuotedName = createToken({
  name: 'QuotedName',
  label: 'a name in back-ticks',
  pattern: /`[^`\n]+`/,
  categories: [Name, Identifier],
})
export const Text = createToken({
  name: 'Text',
  label: 'a text in quotes',
  pattern: /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/,
})
export const HexNumber = createToken({ name: 'HexNumber', label: 'a number', pattern: /0[xX][0-9a-fA-F]+/ })
export const Real = createToken({
  name: 'Real',
  label: 'a number',
  pattern: /(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?|\d+(?:[eE][+-]?\d+[fFdD]?|[fFdD])(?![A-Za-z0-9_])/,
})
export const Integer = createToken({ name: 'Integer', label: 'a number', pattern: /\d+[lL]?/ })

const symbol = (name: string, text: string) => createToken({ name, label: `'${text}'`, pattern: text })

export const Arrow = symbol('Arrow', '->')
export const Fat = symbol('Fat', '=>')
export const LessEqual = symbol('LessEqual', '<=')
export const GreaterEqual = symbol('GreaterEqual', '>=')
export const NotEqual = symbol('NotEqual', '!=')
export const Unlike = symbol('Unlike', '<>')
export const Concat = symbol('Concat', '||')
export const Bar = symbol('Bar', '|')
export const Ampersand = symbol('Ampersand', '&')
export const Caret = symbol('Caret', '^')
export const Equal = symbol('Equal', '=')
export const Less = symbol('Less', '<')
export const Greater = symbol('Greater', '>')
export const Plus = symbol('Plus', '+')
export const Minus = symbol('Minus', '-')
export const Star = symbol('Star', '*')
export const Slash = symbol('Slash', '/')
export const Percent = symbol('Percent', '%')
export const Comma = symbol('Comma', ',')
export const Semicolon = symbol('Semicolon', ';')
export const Dot = symbol('Dot', '.')
export const Colon = symbol('Colon', ':')
export const Hash = symbol('Hash', '#')
export const At = symbol('At', '@')
export const Question = symbol('Question', '?')
export const LeftParen = symbol('LeftParen', '(')
export const RightParen = symbol('RightParen', ')')
export const LeftSquare = symbol('LeftSquare', '[')
export const RightSquare = symbol('RightSquare', ']')
export const LeftBrace = symbol('LeftBrace', '{')
export const RightBrace = symbol('RightBrace', '}')

const dashed = (text: string, pattern: RegExp) => createToken({ name: text, label: `'${text}'`, pattern })
export const EveryDistinct = dashed('every-distinct', /every-distinct(?![A-Za-z0-9_])/i)
export const RetainUnion = dashed('retain-union', /retain-union(?![A-Za-z0-9_])/i)
export const RetainIntersection = dashed('retain-intersection', /retain-intersection(?![A-Za-z0-9_])/i)

const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true })
const Comment = createToken({
  name: 'Comment',
  pattern: /\/\/[^\n]*|\/\*[\s\S]*?\*\//,
  group: Lexer.SKIPPED,
  line_breaks: true,
})

const reservedWords = [
  'select', 'from', 'where', 'group', 'having', 'order', 'output', 'insert', 'into', 'case', 'when', 'then', 'else',
  'end', 'and', 'or', 'not', 'in', 'between', 'like', 'regexp', 'is', 'null', 'true', 'false', 'exists', 'distinct',
  'on', 'as', 'by', 'create', 'match_recognize', 'istream', 'rstream', 'irstream', 'until', 'for',
] // biome-ignore format: a word list
const softWords = [
  'every', 'pattern', 'all', 'any', 'some', 'first', 'last', 'snapshot', 'after', 'at', 'events', 'limit', 'offset',
  'asc', 'desc', 'escape', 'cast', 'left', 'right', 'full', 'outer', 'inner', 'join', 'unidirectional', 'window',
  'table', 'context', 'variable', 'constant', 'const', 'schema', 'index', 'expression', 'partition', 'start', 'initiated',
  'terminated', 'coalesce', 'granularity', 'preallocate', 'delete', 'update', 'set', 'merge', 'using', 'matched',
  'measures', 'define', 'while', 'interval', 'match', 'matches', 'skip', 'past', 'to', 'next', 'current', 'row', 'rollup',
  'cube', 'grouping', 'sets', 'prev', 'prior', 'weekday', 'lastweekday', 'timer', 'primary', 'key', 'match_recognize_permute',
  'inclusive', 'unique', 'hash', 'btree', 'drop',
  'years', 'year', 'months', 'month', 'weeks', 'week', 'days', 'day', 'hours', 'hour', 'minutes', 'minute', 'min',
  'seconds', 'second', 'sec', 'milliseconds', 'millisecond', 'msec', 'microseconds', 'microsecond', 'usec',
] // biome-ignore format: a word list

/** Keyword tokens by their lower-case word. The lexer sees plain words; `lex` turns them into these. */
export const keyword: Record<string, TokenType> = Object.create(null)
for (const word of reservedWords)
  keyword[word] = createToken({ name: word, label: `'${word}'`, pattern: Lexer.NA, categories: [Reserved] })
for (const word of softWords)
  keyword[word] = createToken({ name: word, label: `'${word}'`, pattern: Lexer.NA, categories: [Name] })

/** The words of the language; some of them may also be names. */
export const keywordNames: readonly string[] = [
  ...reservedWords,
  ...softWords,
  'every-distinct',
  'retain-union',
  'retain-intersection',
]

const inOrder = [
  Space, Comment, Text, HexNumber, Real, Integer, EveryDistinct, RetainUnion, RetainIntersection, QuotedName,
  Identifier, Arrow, Fat, LessEqual, GreaterEqual, NotEqual, Unlike, Concat, Bar, Ampersand, Caret, Equal, Less, Greater, Plus, Minus,
  Star, Slash, Percent, Comma, Semicolon, Dot, Colon, Hash, At, Question, LeftParen, RightParen, LeftSquare,
  RightSquare, LeftBrace, RightBrace,
] // biome-ignore format: a list

export const vocabulary = [Name, Reserved, ...inOrder, ...Object.values(keyword)]
const lexer = new Lexer(inOrder, { positionTracking: 'full' })

/** @throws RuleFault for a character that starts no token */
export function lex(text: string) {
  const { tokens, errors } = lexer.tokenize(text)
  const first = errors[0]
  if (first) {
    const sign = text.slice(first.offset, first.offset + 1)
    const place = { line: first.line ?? 1, column: first.column ?? 1 }
    if (sign === "'" || sign === '"')
      throw new RuleFault(`${sign} begins a text that does not end on its line`, place, [`a closing ${sign}`])
    throw new RuleFault(`'${sign}' starts no word, number or sign`, place, ['a word', 'a number', 'a sign'])
  }
  for (const token of tokens) {
    if (token.tokenType !== Identifier) continue
    const known = keyword[token.image.toLowerCase()]
    if (!known) continue
    token.tokenType = known
    token.tokenTypeIdx = known.tokenTypeIdx!
  }
  return tokens
}
