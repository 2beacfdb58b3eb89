const maxLength = 63
const letters: Record<string, string> = {
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ß: 'ss',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  đ: 'd',
  ı: 'i',
}

/**
 * An id made from any name, always the same one: lower case, accents dropped (`æ` → `ae`, `ø` → `o`, `ß` → `ss`), every run
 * of other characters a single `-`, none at the ends. `Mill Sense (Stue 2)` → `mill-sense-stue-2`. A name without a usable
 * character becomes `x-` and its hash; one longer than 63 characters is cut and ends in its hash. Names that differ only
 * in what is dropped share an id.
 */
export function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[æøœßðþłđı]/g, letter => letters[letter]!)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  if (plain === '') return `x-${hash(name)}`
  if (plain.length <= maxLength) return plain
  const tail = `-${hash(name)}`
  return plain.slice(0, maxLength - tail.length).replace(/-$/, '') + tail
}

/** FNV-1a over UTF-16 units, base 36: tells names apart, protects nothing. */
function hash(text: string): string {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return (state >>> 0).toString(36).padStart(7, '0')
}
