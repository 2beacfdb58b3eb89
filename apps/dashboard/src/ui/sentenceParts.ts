/** A piece of a rule's sentence. */
export interface SentencePart {
  readonly kind: 'words' | 'name' | 'query'
  readonly text: string
}

// A query may hold stars and quotes itself, so it goes from the first quote to the last.
const marked = /(`.*`|\*[^*]+\*)/s

/** `When *freezer* draws …`: names stand between stars, the text of a query between back quotes. */
export function sentenceParts(sentence: string): SentencePart[] {
  return sentence
    .split(marked)
    .map((piece, at): SentencePart => (at % 2 === 0 ? { kind: 'words', text: piece } : partOf(piece)))
    .filter(({ text }) => text !== '')
}

/** Without its marks: to be searched in. */
export const plainSentence = (sentence: string): string =>
  sentenceParts(sentence)
    .map(({ text }) => text)
    .join('')

function partOf(piece: string): SentencePart {
  return { kind: piece.startsWith('`') ? 'query' : 'name', text: piece.slice(1, -1) }
}
