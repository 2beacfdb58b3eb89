import { Button, Select, Stack, TextInput } from '@mantine/core'
import { slug } from '@ohmstead/model'
import { Refused, type Site } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { profileQuery, sitesQuery } from '../../api/queries.ts'
import { browserZone, useMessages } from '../../i18n/context.tsx'
import { Centered } from '../../ui/Centered.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import { useCurrencies, useZones } from '../../ui/zones.ts'
import { currencyOf } from './currency.ts'

/** A site with its zone and currency guessed from the browser, to be confirmed. */
export function NewSitePage({
  steps,
  back,
  below,
  onDone,
}: {
  steps: ReactNode
  /** The way out of it, where there is one. */
  back: ReactNode
  /** What can be done instead. */
  below: ReactNode
  onDone: (site: Site) => void
}) {
  const messages = useMessages()
  const { newSite: text } = messages
  const client = useQueryClient()
  const guessed = browserZone()
  const [name, setName] = useState('')
  const [ownId, setOwnId] = useState<string | null>(null)
  const [zone, setZone] = useState<string | null>(guessed)
  const [currency, setCurrency] = useState<string | null>(() => currencyOf(navigator.languages, guessed))
  const id = ownId ?? (name === '' ? '' : slug(name))
  const create = useMutation({
    mutationFn: () => ohmstead.createSite({ id, name: name.trim(), timezone: zone!, currency: currency! }),
    onSuccess: async site => {
      await Promise.all(
        [sitesQuery, profileQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey })),
      )
      onDone(site)
    },
  })
  const refused = fieldErrors(create.error)
  const zones = useZones(guessed)
  const currencies = useCurrencies()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <Centered title={text.title} lead={text.lead} above={steps} below={below}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={text.name}
            placeholder={text.namePlaceholder}
            required
            withAsterisk={false}
            maxLength={120}
            autoFocus
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            error={refused.name}
          />
          <TextInput
            label={text.id}
            description={text.idHint}
            required
            withAsterisk={false}
            maxLength={63}
            pattern="[a-z0-9][a-z0-9\-]*"
            value={id}
            onChange={event => setOwnId(event.currentTarget.value)}
            error={refused.id}
          />
          <Select
            label={text.zone}
            description={zone === guessed ? text.zoneGuessed : undefined}
            data={zones}
            searchable
            required
            withAsterisk={false}
            limit={50}
            value={zone}
            onChange={setZone}
            error={refused.timezone}
          />
          <Select
            label={text.currency}
            data={currencies}
            searchable
            required
            withAsterisk={false}
            limit={50}
            value={currency}
            onChange={setCurrency}
            error={refused.currency}
          />
          <FormError
            text={
              create.error === null || (create.error instanceof Refused && Object.keys(refused).length > 0)
                ? null
                : explain(create.error, messages).happened
            }
          />
          <Button
            type="submit"
            loading={create.isPending}
            disabled={zone === null || currency === null}
            fullWidth
          >
            {text.submit}
          </Button>
          {back}
        </Stack>
      </form>
    </Centered>
  )
}
