import { MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { speakersQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { type FormProps, ReplayForm } from './ReplayForm.tsx'
import classes from './ReplayPage.module.css'

/** To which rules a period is played. */
export function LabForm({ site, onStarted, ...period }: FormProps) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const rules = useQuery(speakersQuery(site))
  const [chosen, setChosen] = useState<readonly string[]>([])
  if (rules.data === undefined)
    return rules.isError ? (
      <Failure error={rules.error} onRetry={() => rules.refetch()} />
    ) : (
      <RowsSkeleton rows={3} />
    )
  if (rules.data.length === 0) return <p className={classes.nothing}>{text.noRules}</p>
  const ids = chosen.length === 0 ? rules.data.map(({ id }) => id) : [...chosen]
  return (
    <ReplayForm
      {...period}
      site={site}
      onStarted={onStarted}
      mode="lab"
      zone={format.zone}
      sent={{ mode: 'lab', rules: ids.slice(0, mostRules) }}
    >
      <MultiSelect
        label={text.rules}
        placeholder={chosen.length === 0 ? text.allRules(ids.length, format.count(ids.length)) : ''}
        data={rules.data.map(({ id, name }) => ({ value: id, label: name }))}
        value={[...chosen]}
        onChange={setChosen}
        maxValues={mostRules}
        searchable={rules.data.length > 8}
        clearable
      />
    </ReplayForm>
  )
}

/** As many as the server takes for one replay. */
const mostRules = 50
