import { Button, NumberInput, Stack, TextInput } from '@mantine/core'
import { slug } from '@ohmstead/model'
import { Conflict, type Device } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { devicesQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { fieldErrors } from '../../ui/fieldErrors.ts'
import classes from './ConnectPage.module.css'
import { FirstReading } from './FirstReading.tsx'

export interface Connected {
  readonly device: Device
  readonly username: string
  readonly password: string
}

interface Props {
  readonly site: string
  readonly steps: ReactNode
  /** Leads to what the device shows: the main thing to do once its first reading is there; before, a way out. */
  readonly toNow: (emphasis: 'main' | 'aside' | 'later') => ReactNode
}

/** Names a device, hands out its credentials once, and waits for its first reading. */
export function ConnectPage({ site, steps, toNow }: Props) {
  const { connect: text } = useMessages()
  const [connected, setConnected] = useState<Connected | null>(null)
  return (
    <div className={classes.page}>
      {steps}
      <header>
        <h1 className={classes.title}>{text.title}</h1>
        <p className={classes.lead}>{text.lead}</p>
      </header>
      {connected === null ? (
        <NewDevice site={site} onCreated={setConnected} later={toNow('later')} />
      ) : (
        <FirstReading site={site} connected={connected} toNow={toNow} onAnother={() => setConnected(null)} />
      )}
    </div>
  )
}

function NewDevice({
  site,
  onCreated,
  later,
}: {
  site: string
  onCreated: (connected: Connected) => void
  later: ReactNode
}) {
  const messages = useMessages()
  const { connect: text } = messages
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [ratedPower, setRatedPower] = useState<number | string>('')
  const create = useMutation({
    mutationFn: async () => {
      const rated = typeof ratedPower === 'number' ? { ratedPowerW: ratedPower } : {}
      const device = await ohmstead.createDevice(site, { id: slug(name), name: name.trim(), ...rated })
      return { device, ...(await ohmstead.issueCredentials(site, device.id)) }
    },
    onSuccess: async connected => {
      await client.invalidateQueries({ queryKey: devicesQuery(site).queryKey })
      onCreated(connected)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  const refused = fieldErrors(create.error)
  const error =
    create.error instanceof Conflict ? text.exists : create.error && explain(create.error, messages).happened
  return (
    <Card className={classes.form}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={text.name}
            placeholder={text.namePlaceholder}
            description={name === '' ? ' ' : `${text.id} ${slug(name)}`}
            required
            withAsterisk={false}
            maxLength={120}
            autoFocus
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            error={refused.name ?? refused.id}
          />
          <NumberInput
            label={`${text.ratedPower} (${messages.common.optional})`}
            description={text.ratedPowerHint}
            min={1}
            allowNegative={false}
            hideControls
            value={ratedPower}
            onChange={setRatedPower}
            error={refused.ratedPowerW}
          />
          <FormError text={Object.keys(refused).length > 0 ? null : error} />
          <div className={classes.actions}>
            <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
              {text.submit}
            </Button>
            {later}
          </div>
        </Stack>
      </form>
    </Card>
  )
}
