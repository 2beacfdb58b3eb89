import { Button, Loader, SegmentedControl } from '@mantine/core'
import { fieldInfo } from '@ohmstead/model'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { connectionQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { spoken } from '../../i18n/format.ts'
import { useDeviceLive } from '../../live/context.tsx'
import { headline } from '../../live/deviceLive.ts'
import { Card } from '../../ui/Card.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import { CheckIcon } from '../../ui/icons.tsx'
import { Snippet } from '../../ui/Snippet.tsx'
import classes from './ConnectPage.module.css'
import type { Connected } from './ConnectPage.tsx'
import { seenFrom, snippets, type Way, ways } from './snippets.ts'

interface Props {
  readonly site: string
  readonly connected: Connected
  readonly toNow: (emphasis: 'main' | 'aside') => ReactNode
  readonly onAnother: () => void
}

/** Credentials and snippets of a new device, and the wait for its first reading. */
export function FirstReading({ site, connected, toNow, onAnother }: Props) {
  const { connect: text } = useMessages()
  const [way, setWay] = useState<Way>('http')
  const { device, username, password } = connected
  const live = useDeviceLive(device.id)
  const arrived = live !== undefined && headline(live) !== null
  const { data: told } = useQuery(connectionQuery)
  const offered = snippets({ site, device: device.id, username, password }, seenFrom(location, told))
  const open = ways.filter(each => offered[each] !== undefined)
  return (
    <>
      <Arrival device={device.id} name={device.name} />
      <Card title={text.credentials}>
        <dl className={classes.credentials}>
          <Credential name={text.username} value={username} />
          <Credential name={text.password} value={password} />
        </dl>
        <p className={classes.lead}>{text.credentialsOnce}</p>
      </Card>
      <Card
        title={text.send}
        aside={
          <SegmentedControl
            size="xs"
            aria-label={text.send}
            value={way}
            onChange={choice => setWay(choice as Way)}
            data={open.map(value => ({ value, label: text.ways[value] }))}
          />
        }
      >
        <Snippet text={offered[way] ?? ''} label={text.ways[way]} />
      </Card>
      <div className={classes.actions}>
        {toNow(arrived ? 'main' : 'aside')}
        <Button variant="default" onClick={onAnother}>
          {text.another}
        </Button>
      </div>
    </>
  )
}

function Credential({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
        <CopyText text={value} />
      </dd>
    </>
  )
}

/** Turns green by itself. */
function Arrival({ device, name }: { device: string; name: string }) {
  const { connect: text } = useMessages()
  const format = useFormat()
  const live = useDeviceLive(device)
  const sample = live ? headline(live) : null
  if (sample === null)
    return (
      <div className={classes.arrival} role="status">
        <Loader size={20} type="dots" />
        <p>
          {text.waiting} · {name}
        </p>
      </div>
    )
  const unit = fieldInfo(sample.measurement, sample.field)?.unit ?? null
  return (
    <div className={classes.arrival} data-arrived role="status">
      <CheckIcon size={20} />
      <p>
        {text.arrived}: {name}, {sample.field} {spoken(format.value(sample.value, unit))}
      </p>
    </div>
  )
}
