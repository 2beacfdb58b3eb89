/** How a series is told from others: by its colour, and by its pattern where colours are used again. */
export interface SeriesStyle {
  /** A CSS variable of the theme. */
  readonly colour: string
  readonly pattern: Pattern
}

export const patterns = ['plain', 'dots', 'level', 'upright', 'checks'] as const
export type Pattern = (typeof patterns)[number]

const colours = 8

export const restStyle: SeriesStyle = { colour: '--ohm-stack-rest', pattern: 'plain' }
export const othersStyle: SeriesStyle = { colour: '--ohm-stack-rest', pattern: 'dots' }
/** For a chart with one series. */
export const onlyStyle: SeriesStyle = { colour: '--ohm-accent', pattern: 'plain' }

/**
 * A style for each key, the same wherever the same keys are shown. A key's place follows from its own name, so one that
 * is added takes the style of hardly any other away.
 */
export function stylesOf(keys: readonly string[]): Map<string, SeriesStyle> {
  const taken = new Set<number>()
  const styles = new Map<string, SeriesStyle>()
  for (const key of keys.toSorted()) {
    let place = hash(key) % colours
    let pattern = 0
    for (let tried = 0; taken.has(pattern * colours + place); tried++) {
      place = (place + 1) % colours
      if (tried % colours === colours - 1) pattern = (pattern + 1) % patterns.length
      // More keys than styles: from here on styles repeat, and names tell.
      if (tried >= colours * patterns.length) break
    }
    taken.add(pattern * colours + place)
    styles.set(key, { colour: `--ohm-stack-${place + 1}`, pattern: patterns[pattern]! })
  }
  return styles
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
