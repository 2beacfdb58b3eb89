import type { RuleOut } from '../../api/rules.ts'
import { plainSentence } from '../../ui/sentenceParts.ts'

/** What the reader asks of the list; it is in the address. */
export interface RulesSearch {
  readonly q?: string
}

/** @param search of an address, which anybody may have written */
export function rulesSearch({ q }: Record<string, unknown>): RulesSearch {
  return (typeof q === 'string' && q !== '') || typeof q === 'number' ? { q: String(q) } : {}
}

/**
 * Rules with every word that is asked for, by name.
 * @param sentenceOf what the reader sees of a rule
 */
export function found(
  rules: readonly RuleOut[],
  wanted: string,
  { locale, sentenceOf }: { locale: string; sentenceOf: (rule: RuleOut) => string },
): RuleOut[] {
  const words = wanted.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean)
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
  return rules
    .filter(rule => {
      const text = `${rule.name} ${rule.id} ${plainSentence(sentenceOf(rule))}`.toLocaleLowerCase(locale)
      return words.every(word => text.includes(word))
    })
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.id, b.id))
}

/** How many alerts each rule has open. */
export function openOf(alerts: readonly { readonly rule: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { rule } of alerts) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  return counts
}
