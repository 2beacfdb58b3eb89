import { RuleSentence, type Spoken } from '../../parts/said/RuleSentence.tsx'
import classes from './RuleWords.module.css'

/** What a rule says, beside or below its name. */
export function RuleWords({ rule }: { rule: Spoken & { readonly site: string } }) {
  return (
    <span className={classes.sentence}>
      <RuleSentence site={rule.site} rule={rule} />
    </span>
  )
}
