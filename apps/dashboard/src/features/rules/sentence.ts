/** A piece of a rule's sentence: plain words, a name, or a text of the query. */
export interface SentencePart {
  readonly kind: 'words' | 'name' | 'code'
  readonly text: string
}

// A query may itself hold back quotes and stars: it reaches from the first quote to the last.
const marked = /`(.*)`|\*([^*]+)\*/gs

/** "When *freezer* draws less than 2 W": names stand between stars, a query between back quotes. */
export function sentenceParts(sentence: string): SentencePart[] {
  const parts: SentencePart[] = []
  let end = 0
  const words = (upTo: number) => {
    if (upTo > end) parts.push({ kind: 'words', text: sentence.slice(end, upTo) })
  }
  for (const match of sentence.matchAll(marked)) {
    words(match.index)
    const [, code, name] = match
    parts.push(code === undefined ? { kind: 'name', text: name! } : { kind: 'code', text: code })
    end = match.index + match[0].length
  }
  words(sentence.length)
  return parts
}

/** Without its marks: for titles, and to search in. */
export const plainSentence = (sentence: string): string =>
  sentenceParts(sentence)
    .map(({ text }) => text)
    .join('')
