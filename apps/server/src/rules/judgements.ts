import type { Rule } from '@ohmstead/model'
import { type Compiled, compileRule, originOf, type Surroundings } from './compile.ts'
import { linksOf } from './links.ts'
import type { RuleText } from './siteRules.ts'

/** What a rule looks at, and the units of what it says. */
export type Judgement = Pick<Compiled, 'needs' | 'units'>

/** Of a rule that cannot run. */
export const noJudgement: Judgement = { needs: [], units: {} }

/** Judges rules that do not run; each once, as long as nothing changes that it looks at. */
export class Judgements {
  readonly #kept = new WeakMap<RuleText, Judgement & { readonly key: string }>()

  /** A rule that was right once may not be any more. */
  of(rule: Rule, around: Surroundings): Judgement {
    try {
      const text = around.rules?.text(rule.id)
      if (text?.version !== rule.version) return compileRule(rule, around)
      const key = keyOf(text, around)
      const kept = this.#kept.get(text)
      if (kept?.key === key) return kept
      const { needs, units } = compileRule(rule, around)
      this.#kept.set(text, { key, needs, units })
      return { needs, units }
    } catch {
      return noJudgement
    }
  }
}

/** Beside its text: the versions of the rules whose streams it looks at, and which names are measurements. @throws RuleFault */
function keyOf(text: RuleText, { rules, vocabulary }: Surroundings): string {
  const links = linksOf(text, rules, new Set(vocabulary.keys()))
  const named = links.flatMap(link => link.text.needs.map(({ measurement }) => measurement))
  return [originOf(links), ...named.filter(name => vocabulary.has(name))].join(' ')
}
