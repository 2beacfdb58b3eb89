import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { deviceQuarantineQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { useDeviceLive } from '../../live/context.tsx'
import { headline } from '../../live/deviceLive.ts'
import { useFreshRefusals } from '../../parts/freshRefusals.ts'
import { Arrival } from '../../ui/Arrival.tsx'
import { Card } from '../../ui/Card.tsx'
import { Credentials } from '../../ui/Credentials.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { RefusedTable } from '../../ui/RefusedTable.tsx'
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
      {!arrived && <Refused site={site} device={device.id} />}
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

/** What the device sent and was not taken: else one would wait for ever. */
function Refused({ site, device }: { site: string; device: string }) {
  const { connect: text, problems } = useMessages()
  const { data: refused = [] } = useQuery(deviceQuarantineQuery(site, device))
  useFreshRefusals(site)
  if (refused.length === 0) return null
  return (
    <Notice tone="bad" title={text.refused}>
      <p>{problems.refusedMeans}</p>
      <RefusedTable entries={refused} />
    </Notice>
  )
}
