/** What a place of a pattern stands for: a sign, any one sign, or any run of signs. */
type Part = string | typeof one | typeof run

const one = Symbol('one')
const run = Symbol('run')

/**
 * A pattern in which `%` is any run of signs and `_` any one, as a test of whole texts. The time it takes is bounded by the
 * lengths of text and pattern multiplied.
 * @param escapeSign what stands behind it is meant as it is
 */
export function wildcards(pattern: string, escapeSign: string | null): (text: string) => boolean {
  const parts = partsOf(pattern, escapeSign)
  return text => matches(parts, text)
}

function partsOf(pattern: string, escapeSign: string | null): Part[] {
  const parts: Part[] = []
  for (let i = 0; i < pattern.length; i++) {
    const sign = pattern[i]
    if (sign === escapeSign && i + 1 < pattern.length) parts.push(pattern[++i])
    else parts.push(sign === '%' ? run : sign === '_' ? one : sign)
  }
  return parts
}

/** What the last run takes grows by one sign whenever the rest does not fit; earlier runs need not be asked again. */
function matches(parts: readonly Part[], text: string): boolean {
  let at = 0
  let part = 0
  let lastRun = -1
  let afterRun = 0
  while (at < text.length) {
    if (parts[part] === run) {
      lastRun = part++
      afterRun = at
    } else if (part < parts.length && (parts[part] === one || parts[part] === text[at])) {
      part++
      at++
    } else if (lastRun >= 0) {
      part = lastRun + 1
      at = ++afterRun
    } else return false
  }
  while (parts[part] === run) part++
  return part === parts.length
}
