import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMessages } from '../../i18n/context.tsx'
import { useDeviceLive } from '../../live/context.tsx'
import { headline } from '../../live/deviceLive.ts'
import { Arrival } from '../../ui/Arrival.tsx'
import { Card } from '../../ui/Card.tsx'
import { Credentials } from '../../ui/Credentials.tsx'
import { SendCard } from '../../ui/SendCard.tsx'
import classes from './ConnectPage.module.css'
import type { Connected } from './ConnectPage.tsx'

interface Props {
  readonly site: string
  readonly connected: Connected
  readonly toNow: (emphasis: 'main' | 'aside') => ReactNode
  readonly onAnother: () => void
}

/** Credentials and snippets of a new device, and the wait for its first reading. */
export function FirstReading({ site, connected, toNow, onAnother }: Props) {
  const { connect: text } = useMessages()
  const { device, username, password } = connected
  const live = useDeviceLive(device.id)
  const arrived = live !== undefined && headline(live) !== null
  return (
    <>
      <Arrival device={device.id} name={device.name} />
      <Card title={text.credentials}>
        <Credentials
          items={[
            { name: text.username, value: username },
            { name: text.password, value: password },
          ]}
          note={text.credentialsOnce}
        />
      </Card>
      <SendCard site={site} device={device.id} username={username} password={password} />
      <div className={classes.actions}>
        {toNow(arrived ? 'main' : 'aside')}
        <Button variant="default" onClick={onAnother}>
          {text.another}
        </Button>
      </div>
    </>
  )
}
