import { Checkbox } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Compiled, RuleOut } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { Cases } from './Cases.tsx'
import { type Draft, isSameSaying, sayingOf } from './draft.ts'
import type { Things } from './form/useThings.ts'
import { TryIt } from './trial/TryIt.tsx'

/** The draft over the past, beside what is saved when that differs. */
export function DraftTrial({
  site,
  rule,
  draft,
  things,
  check,
  onPlay,
}: {
  site: string
  rule: RuleOut | null
  draft: Draft
  things: Things
  check: Compiled | undefined
  onPlay: (lab: ForLab) => void
}) {
  const { rules: text } = useMessages()
  const [beside, setBeside] = useState(true)
  const saying = useMemo(() => sayingOf(draft), [draft])
  const tests = rule !== null && (
    <Cases site={site} rule={rule.id} draft={saying} mayRemove={false} nameOf={things.nameOf} />
  )
  const differs = rule !== null && saying !== null && !isSameSaying(rule, saying)
  const subjects = useMemo(() => {
    if (saying === null) return []
    const own = {
      name: text.draft,
      saying: { ...saying, id: rule?.id },
      rule: differs ? undefined : rule?.id,
    }
    return differs && beside ? [own, { name: text.saved, saying: rule, rule: rule.id }] : [own]
  }, [saying, differs, beside, rule, text])
  return (
    <>
      <TryIt
        site={site}
        subjects={subjects}
        looks={check ?? null}
        heads={things.heads}
        nameOf={things.nameOf}
        onPlay={onPlay}
        tools={
          differs && (
            <Checkbox
              label={text.compareSaved}
              checked={beside}
              onChange={event => setBeside(event.currentTarget.checked)}
            />
          )
        }
      />
      {tests}
    </>
  )
}
