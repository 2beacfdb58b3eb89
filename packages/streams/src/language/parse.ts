import type { IRecognitionException, IToken, TokenType } from 'chevrotain'
import { EOF } from 'chevrotain'
import { RuleFault } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Statement } from './ast.ts'
import { foreignIn } from './foreign.ts'
import { EplParser } from './parser.ts'
import { Identifier, keyword, lex, Name, Reserved, Semicolon, vocabulary } from './tokens.ts'

let made: EplParser | undefined

/** One for all: it is made when it is needed first, which takes a while. */
function parser(): EplParser {
  made ??= new EplParser()
  return made
}

/**
 * Reads a module: statements parted by `;`.
 * @throws RuleFault with the line, the column and the words that could stand there; Unsupported for what only Esper has
 */
export function parse(text: string): Statement[] {
  const tokens = lex(text)
  const { statements, error } = attempt(tokens)
  if (error) throw faultOf(error, tokens)
  return withTexts(statements, tokens, text)
}

function attempt(tokens: IToken[]) {
  const reader = parser()
  reader.input = tokens
  const statements = reader.module()
  return { statements, error: reader.errors[0] as IRecognitionException | undefined }
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

function faultOf(error: IRecognitionException, tokens: IToken[]): Error {
  const { token } = error
  const faulty = partsOf(tokens).find(part => part.includes(token)) ?? partsOf(tokens).at(-1)
  const beyond = faulty && foreignIn(faulty)
  if (beyond) return beyond
  const last = tokens.at(-1)
  const atEnd = token.tokenType === EOF
  const place = atEnd
    ? { line: last?.endLine ?? 1, column: (last?.endColumn ?? 0) + 1 }
    : { line: token.startLine ?? 1, column: token.startColumn ?? 1 }
  const before = atEnd ? tokens : tokens.slice(0, tokens.indexOf(token))
  const statement = before.slice(before.findLastIndex(one => one.tokenType === Semicolon) + 1)
  const possible = possibleAfter(statement, error)
  const expected = labelsOf(possible)
  const found = atEnd ? 'the rule ends' : `found '${token.image}'`
  const reason = `${found}, expected ${listed(expected)}${suggestion(token, before.at(-1), possible)}`
  return new RuleFault(reason, place, expected)
}

// ── what could stand there ───────────────────────────────────────────────────────────────────

/** Where the grammar needs one certain kind of token, what would only make the thing before it longer is left out. */
function onlyPossible({ name, message }: IRecognitionException): TokenType[] | undefined {
  const label = name === 'MismatchedTokenException' ? /--> (.*) <-- but found/s.exec(message)?.[1] : undefined
  const types = vocabulary.filter(type => (type.LABEL ?? type.name) === label)
  return types.length > 0 ? types : undefined
}

const isNameLike = (type: TokenType) => type.CATEGORIES?.includes(Name) ?? false

/** Kinds of tokens that one could write; `Name` only groups others. */
const writable = vocabulary.filter(type => type !== Name && type !== Reserved && type.GROUP === undefined)
const soft = writable.filter(type => type !== Identifier && isNameLike(type))
const others = writable.filter(type => !soft.includes(type))
const words = writable.filter(type => keyword[type.name] === type)

/** Whether a statement could go on like this. */
function fits(before: readonly IToken[], type: TokenType): boolean {
  const { error } = attempt([...before, sample(type)])
  return error === undefined || error.token.tokenType === EOF
}

/**
 * What can follow the first tokens of a statement: each kind of token is tried. That is exact, where the parser's own
 * word on it knows nothing of its gates, and quick enough for something that only errors need.
 */
function possibleAfter(before: readonly IToken[], error: IRecognitionException): TokenType[] {
  const only = onlyPossible(error)
  const possible = only ?? others.filter(type => fits(before, type))
  // Where a name may stand, most keywords may too, as names: only the one that was meant is of interest.
  const meant = (type: TokenType) => nearest(error.token.image, [type.name]) !== undefined
  const more = only || possible.includes(Identifier) ? words.filter(meant) : soft
  return [...possible, ...more.filter(type => !possible.includes(type) && fits(before, type))]
}

function sample(type: TokenType): IToken {
  const word = keyword[type.name] === type ? type.name : 'x1'
  return {
    image: type === Identifier ? 'x1' : word,
    startOffset: 0,
    tokenType: type,
    tokenTypeIdx: type.tokenTypeIdx!,
  } as IToken
}

/** In words, each once; keywords that would only be names there are left out. */
function labelsOf(possible: readonly TokenType[]): string[] {
  const names = possible.includes(Identifier)
  const told = possible.filter(type => !names || type === Identifier || !isNameLike(type))
  return [...new Set(told.toSorted((a, b) => rank(a) - rank(b)).map(type => type.LABEL ?? type.name))]
}

/** What goes on is told before what only makes an expression longer. */
const rank = (type: TokenType) => (operators.has(type.LABEL ?? '') ? 2 : type.LABEL?.startsWith("'") ? 1 : 0)

const operators = new Set(
  [
    '<=',
    '>=',
    '!=',
    '<>',
    '||',
    '|',
    '&',
    '^',
    '=',
    '<',
    '>',
    '+',
    '-',
    '*',
    '/',
    '%',
    '.',
    '?',
    ':',
    '[',
    '(',
    '{',
  ].map(sign => `'${sign}'`),
)

function listed(words: readonly string[]): string {
  if (words.length === 0) return "';' or the end of the rule"
  if (words.length === 1) return words[0]
  const shown = words.length > 12 ? [...words.slice(0, 11), 'another word'] : words
  return `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`
}

/** The word that was probably meant: for what was found, or for a name before it that is nearly a keyword. */
function suggestion(token: IToken, before: IToken | undefined, possible: readonly TokenType[]): string {
  const words = possible.flatMap(type => (keyword[type.name] === type ? [type.name] : []))
  const meant = isWord(token) ? nearest(token.image, words) : undefined
  if (meant !== undefined) return `; did you mean '${meant}'?`
  if (before?.tokenType !== Identifier || !isWord(before)) return ''
  const earlier = nearest(before.image, clauses)
  return earlier === undefined ? '' : `; did you mean '${earlier}' instead of '${before.image}'?`
}

/** Keywords that begin a clause: mistyped, they are read as names. */
const clauses = [
  'select', 'from', 'where', 'group', 'having', 'order', 'output', 'limit', 'insert', 'into', 'join', 'inner', 'outer',
  'on', 'every', 'distinct', 'measures', 'pattern', 'define', 'when', 'then', 'else', 'end', 'and', 'or', 'not', 'set',
  'unidirectional', 'between', 'like', 'in', 'is', 'asc', 'desc', 'create', 'context', 'window', 'table', 'variable',
  'until', 'partition', 'by', 'first', 'last', 'snapshot', 'all', 'delete', 'update', 'merge',
] // biome-ignore format: a word list

const isWord = (token: IToken) => /^[A-Za-z_]/.test(token.image)
