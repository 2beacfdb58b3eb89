import type { StringStream } from '@codemirror/language'

/** What a piece of EPL is, in the names that the highlighter knows. */
export type TokenKind =
  | 'comment'
  | 'string'
  | 'number'
  | 'keyword'
  | 'function'
  | 'meta'
  | 'typeName'
  | 'variableName'
  | 'operator'
  | 'punctuation'

export interface EplState {
  inComment: boolean
}

interface Known {
  readonly keywords: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
}

/** Reads one token of a line. Only a comment reaches beyond it. */
export function eplToken(
  stream: StringStream,
  state: EplState,
  { keywords, functions }: Known,
): TokenKind | null {
  if (state.inComment) return inComment(stream, state)
  if (stream.eatSpace()) return null
  if (stream.match(/^\/\//)) {
    stream.skipToEnd()
    return 'comment'
  }
  if (stream.match(/^\/\*/)) {
    state.inComment = true
    return inComment(stream, state)
  }
  if (stream.match(/^(?:'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?)/)) return 'string'
  if (stream.match(/^`[^`]*`?/)) return 'variableName'
  if (stream.match(/^@\w+/)) return 'meta'
  if (stream.match(/^#[\w:]+/)) return 'typeName'
  if (stream.match(/^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[lLfFdD]?)/)) return 'number'
  if (stream.match(/^[A-Za-z_$][\w$]*/)) return kindOfWord(stream, keywords, functions)
  if (stream.match(/^(?:->|=>|<=|>=|!=|<>|\|\||[=<>+\-*/%|])/)) return 'operator'
  stream.next()
  return 'punctuation'
}

function inComment(stream: StringStream, state: EplState): TokenKind {
  if (stream.skipTo('*/')) {
    stream.match(/^\*\//)
    state.inComment = false
  } else stream.skipToEnd()
  return 'comment'
}

/** A name before a parenthesis is a function; many words are keywords only in their place. */
function kindOfWord(
  stream: StringStream,
  keywords: ReadonlySet<string>,
  functions: ReadonlySet<string>,
): TokenKind {
  const word = stream.current().toLowerCase()
  if (functions.has(word) && stream.match(/^(?=\s*\()/) !== null) return 'function'
  return keywords.has(word) ? 'keyword' : 'variableName'
}
