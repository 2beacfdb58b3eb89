import { useMessages } from '../../i18n/context.tsx'
import { RuleSentence } from '../../parts/said/RuleSentence.tsx'
import { explain } from '../../ui/explain.ts'
import classes from './Rules.module.css'
import type { Check } from './useCheck.ts'

/** The rule as it is understood. It is there from the first letter on, so that what changes is heard. */
export function Words({
  site,
  check,
  incomplete,
  reason,
}: {
  site: string
  check: Check
  incomplete: boolean
  reason: string | null
}) {
  const messages = useMessages()
  const { rules: text } = messages
  const failed = check.error !== null
  return (
    <p className={classes.words} role="status" data-fresh={check.fresh || undefined}>
      {incomplete ? (
        <span className={classes.note}>{text.wordsWait}</span>
      ) : failed ? (
        <span className={classes.fault}>{reason ?? `${explain(check.error, messages).happened} `}</span>
      ) : check.data === undefined ? (
        <span className={classes.note}>{messages.common.loading} …</span>
      ) : (
        <span className={classes.sentence}>
          <RuleSentence site={site} rule={check.data} />
        </span>
      )}
    </p>
  )
}
