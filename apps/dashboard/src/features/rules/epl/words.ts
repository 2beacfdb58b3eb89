import type { Vocabulary } from '../../../api/rules.ts'

/** What the editor knows about EPL and the site; words are lower case. */
export interface Words {
  readonly keywords: ReadonlySet<string>
  /** Functions, aggregates and windows. */
  readonly functions: ReadonlySet<string>
  readonly vocabulary: Vocabulary
  readonly devices: readonly { readonly id: string; readonly name: string }[]
}

const lower = (names: readonly string[]) => names.map(name => name.toLowerCase())

export function wordsOf(vocabulary: Vocabulary, devices: Words['devices']): Words {
  const { keywords, functions, aggregates, windows } = vocabulary
  return {
    keywords: new Set(lower(keywords)),
    functions: new Set(lower([...functions, ...aggregates, ...windows])),
    vocabulary,
    devices,
  }
}
