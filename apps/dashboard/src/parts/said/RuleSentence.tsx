import type { Alert } from '@ohmstead/sdk'
import type { Saying } from '../../api/rules.ts'
import { Sentence } from '../../ui/Sentence.tsx'
import { useSentences } from './useSentences.ts'

/** A rule, with what the server says of it. */
export interface Spoken extends Saying {
  readonly sentence: string
}

/** A rule in the reader's language; as the server says it where the page does not know what it is made of. */
export function RuleSentence({ site, rule }: { site: string; rule: Spoken }) {
  const said = useSentences(site)(rule)
  return said === null ? <Sentence english text={rule.sentence} /> : <Sentence text={said} />
}

/** What an alert was raised for. @param rule as it is now; undefined when it is gone */
export function AlertSentence({
  alert,
  rule,
}: {
  alert: Pick<Alert, 'site' | 'version' | 'sentence'>
  rule: (Spoken & { readonly version: number }) | undefined
}) {
  // Of a rule that says something else since, the alert remembers only the server's words.
  return rule?.version === alert.version ? (
    <RuleSentence site={alert.site} rule={rule} />
  ) : (
    <Sentence english text={alert.sentence} />
  )
}
