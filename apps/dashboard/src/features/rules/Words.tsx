import { useMessages } from '../../i18n/context.tsx'
import { RuleSentence } from '../../parts/said/RuleSentence.tsx'
import { explain } from '../../ui/explain.ts'
import words from '../../ui/words.module.css'
import type { Check } from './useCheck.ts'
import classes from './Words.module.css'

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
        <span className={words.note}>{text.wordsWait}</span>
      ) : failed ? (
        <span className={words.fault}>{reason ?? `${explain(check.error, messages).happened} `}</span>
      ) : check.data === undefined ? (
        <span className={words.note}>{messages.common.loading} …</span>
      ) : (
        <span className={classes.said}>
          <RuleSentence site={site} rule={check.data} />
        </span>
      )}
    </p>
  )
}
