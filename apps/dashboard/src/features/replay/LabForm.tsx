import { MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sentOf } from '../../api/rules.ts'
import { speakersQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { useSentences } from '../../parts/said/useSentences.ts'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Sentence } from '../../ui/Sentence.tsx'
import words from '../../ui/words.module.css'
import classes from './LabForm.module.css'
import { type FormProps, ReplayForm } from './ReplayForm.tsx'

/** Stands for the draft among the rules: no rule has such an id. */
const draftKey = '*draft'
/** As many as the server takes for one replay. */
const mostRules = 50

/** To which rules a period is played: those that were brought along, else all that there are. */
export function LabForm({ site, brought, ...form }: FormProps & { brought: ForLab | undefined }) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const rules = useQuery(speakersQuery(site))
  const draft = brought?.draft ?? null
  const [chosen, setChosen] = useState<readonly string[]>([
    ...(draft === null ? [] : [draftKey]),
    ...(brought?.rules ?? []),
  ])
  if (rules.data === undefined)
    return rules.isError ? (
      <Failure error={rules.error} onRetry={() => rules.refetch()} />
    ) : (
      <RowsSkeleton rows={3} />
    )
  const options = [
    ...(draft === null ? [] : [{ value: draftKey, label: draft.name }]),
    ...rules.data.map(({ id, name }) => ({ value: id, label: name })),
  ]
  if (options.length === 0) return <p className={words.nothing}>{text.noRules}</p>
  const wanted = chosen.length === 0 ? options.map(({ value }) => value) : chosen
  const ids = wanted.filter(value => value !== draftKey)
  const trials = draft !== null && wanted.includes(draftKey) ? [sentOf(draft)] : []
  return (
    <ReplayForm
      {...form}
      site={site}
      mode="lab"
      zone={format.zone}
      sent={{ mode: 'lab', rules: ids.slice(0, mostRules), trials }}
    >
      <div>
        <MultiSelect
          label={text.rules}
          placeholder={chosen.length === 0 ? text.allRules(options.length, format.count(options.length)) : ''}
          data={options}
          value={[...chosen]}
          onChange={setChosen}
          maxValues={mostRules}
          searchable={options.length > 8}
          clearable
        />
        {draft !== null && trials.length > 0 && <DraftSentence site={site} draft={draft} />}
      </div>
    </ReplayForm>
  )
}

/** What the draft says, where the page can say it. */
function DraftSentence({ site, draft }: { site: string; draft: NonNullable<ForLab['draft']> }) {
  const said = useSentences(site)(draft)
  if (said === null) return null
  return (
    <p className={classes.draft}>
      {draft.name}: <Sentence text={said} />
    </p>
  )
}
