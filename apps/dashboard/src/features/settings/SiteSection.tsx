import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { siteKey, sitesQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useDraft } from '../../ui/useDraft.ts'
import { useCurrencies, useZones } from '../../ui/zones.ts'
import classes from './SettingsPage.module.css'

interface Props {
  readonly site: Site
  readonly mayChange: boolean
  readonly onRemoved: () => void
}

export function SiteSection({ site, mayChange, onRemoved }: Props) {
  const { settings: text } = useMessages()
  if (!mayChange) return <SiteFacts site={site} />
  return (
    <>
      <SiteForm site={site} />
      <Card title={text.removeSite}>
        <p className={classes.lead}>{text.removeSiteMeans}</p>
        <RemoveSite site={site} onRemoved={onRemoved} />
      </Card>
    </>
  )
}

function SiteForm({ site }: { site: Site }) {
  const messages = useMessages()
  const { settings: text, newSite } = messages
  const client = useQueryClient()
  const { name, timezone, currency, priceArea, newDevices, retentionDays } = site
  const draft = useDraft({
    name,
    timezone,
    currency,
    priceArea: priceArea ?? '',
    newDevices,
    retentionDays: retentionDays === null ? '' : String(retentionDays),
  })
  const { shown, changed, set } = draft
  const zones = useZones(timezone)
  const currencies = useCurrencies()
  const save = useMutation({
    mutationFn: () => {
      const { priceArea, retentionDays, ...same } = changed
      return ohmstead.updateSite(site.id, {
        ...same,
        ...(priceArea === undefined ? {} : { priceArea: priceArea.trim() === '' ? null : priceArea.trim() }),
        ...(retentionDays === undefined
          ? {}
          : { retentionDays: retentionDays === '' ? null : Number(retentionDays) }),
      })
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: sitesQuery.queryKey })
      await client.invalidateQueries({ queryKey: siteKey(site.id) })
      draft.discard()
    },
  })
  const refused = fieldErrors(save.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const shorter =
    shown.retentionDays !== '' && (retentionDays === null || Number(shown.retentionDays) < retentionDays)
  return (
    <Card title={text.names.site}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={newSite.name}
          required
          withAsterisk={false}
          maxLength={120}
          value={shown.name}
          onChange={event => set({ name: event.currentTarget.value })}
          error={refused.name}
        />
        <TextInput
          label={newSite.id}
          description={newSite.idHint}
          value={site.id}
          readOnly
          variant="filled"
        />
        <Select
          label={newSite.zone}
          description={text.zoneHint}
          data={zones}
          searchable
          limit={50}
          allowDeselect={false}
          value={shown.timezone}
          onChange={zone => set({ timezone: zone ?? timezone })}
          error={refused.timezone}
        />
        <Select
          label={newSite.currency}
          data={currencies}
          searchable
          limit={50}
          allowDeselect={false}
          value={shown.currency}
          onChange={code => set({ currency: code ?? currency })}
          error={refused.currency}
        />
        <TextInput
          label={`${text.priceArea} (${messages.common.optional})`}
          description={text.priceAreaHint}
          maxLength={40}
          value={shown.priceArea}
          onChange={event => set({ priceArea: event.currentTarget.value })}
          error={refused.priceArea}
        />
        <Select
          label={text.newDevices}
          description={text.newDevicesHint}
          data={(['with-site-token', 'never'] as const).map(value => ({
            value,
            label: value === 'never' ? text.newDevicesNever : text.newDevicesToken,
          }))}
          allowDeselect={false}
          value={shown.newDevices}
          onChange={choice => set({ newDevices: (choice ?? newDevices) as Site['newDevices'] })}
        />
        <NumberInput
          label={text.retention}
          description={text.retentionHint}
          min={1}
          allowNegative={false}
          allowDecimal={false}
          hideControls
          value={shown.retentionDays}
          onChange={days => set({ retentionDays: String(days) })}
          error={refused.retentionDays ?? (shorter && text.retentionShorter)}
        />
        <FormError
          text={
            save.error && Object.keys(refused).length === 0 ? explain(save.error, messages).happened : null
          }
        />
        <SaveBar dirty={draft.dirty} busy={save.isPending} saved={save.isSuccess} onDiscard={draft.discard} />
      </form>
    </Card>
  )
}

function SiteFacts({ site }: { site: Site }) {
  const { settings: text, newSite } = useMessages()
  const facts: [string, string][] = [
    [newSite.name, site.name],
    [newSite.id, site.id],
    [newSite.zone, site.timezone],
    [newSite.currency, site.currency],
  ]
  return (
    <Card title={text.names.site}>
      <dl className={classes.list}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.lead}>{text.ownersOnly}</p>
    </Card>
  )
}

function RemoveSite({ site, onRemoved }: Pick<Props, 'site' | 'onRemoved'>) {
  const { settings: text } = useMessages()
  const [asked, setAsked] = useState(false)
  return (
    <>
      <Button variant="outline" color="red.8" className={classes.danger!} onClick={() => setAsked(true)}>
        {text.removeSite}
      </Button>
      {asked && (
        <Confirm
          title={text.removeSiteTitle(site.name)}
          label={text.removeSite}
          typed={{ label: text.typeId(site.id), text: site.id }}
          run={() => ohmstead.removeSite(site.id)}
          onClose={() => setAsked(false)}
          onDone={onRemoved}
        >
          <p>{text.removeSiteMeans}</p>
        </Confirm>
      )}
    </>
  )
}
