import { Checkbox, Select } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { devicesQuery, sitesQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import words from '../../ui/words.module.css'
import classes from './LiveForm.module.css'
import { canBeControlled } from './period.ts'
import { type FormProps, ReplayForm } from './ReplayForm.tsx'

/** Whose readings are played into this site. */
export function LiveForm({ site, onStarted, ...period }: FormProps) {
  const { replay: text } = useMessages()
  const sites: readonly Site[] = useQuery(sitesQuery).data ?? []
  const devices = useQuery(devicesQuery(site)).data ?? []
  const others = sites.filter(({ id }) => id !== site)
  const [source, setSource] = useState<string | null>(null)
  const [confirmed, setConfirmed] = useState(false)
  const from = others.find(({ id }) => id === source) ?? others[0]
  if (from === undefined) return <p className={words.nothing}>{text.noSource}</p>
  const controlled = devices.filter(canBeControlled)
  return (
    <ReplayForm
      {...period}
      site={site}
      onStarted={onStarted}
      mode="live"
      // A day of the past is one of the site where it was.
      zone={from.timezone}
      sent={{ mode: 'live', source: from.id, confirm: confirmed }}
      held={controlled.length > 0 && !confirmed}
    >
      <div className={classes.stack}>
        <Select
          label={text.source}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={from.id}
          onChange={setSource}
          allowDeselect={false}
          searchable={others.length > 8}
        />
        {controlled.length > 0 && (
          <Checkbox
            label={text.confirm(controlled.map(({ name }) => name).join(', '))}
            checked={confirmed}
            onChange={event => setConfirmed(event.currentTarget.checked)}
          />
        )}
      </div>
    </ReplayForm>
  )
}
