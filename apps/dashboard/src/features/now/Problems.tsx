import { Button } from '@mantine/core'
import type { Device } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { healthQuery, quarantineQuery } from '../../api/queries.ts'
import { openAlertsQuery, speakersQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt, useLive, useSignal } from '../../live/context.tsx'
import { liveness } from '../../live/liveness.ts'
import { useFreshRefusals } from '../../parts/freshRefusals.ts'
import { byUrgency } from '../../parts/openAlerts.ts'
import { Age } from '../../ui/DeviceNow.tsx'
import { healthTodo } from '../../ui/healthTodo.ts'
import { Notice } from '../../ui/Notice.tsx'
import { RefusedTable } from '../../ui/RefusedTable.tsx'
import { SeverityMark } from '../../ui/SeverityMark.tsx'
import classes from './Problems.module.css'

/** Refusals older than this are history, not a problem of now. */
const recentMs = 24 * 3_600_000

/** What is wrong, in one place; nothing when nothing is. */
export function Problems({ site, devices }: { site: string; devices: readonly Device[] }) {
  return (
    <>
      <Unwell />
      <OpenAlerts site={site} devices={devices} />
      <Silent devices={devices} />
      <Refused site={site} devices={devices} />
    </>
  )
}

/** The server's own troubles, such as a disk that is full. */
function Unwell() {
  const { problems: text } = useMessages()
  const { data: health } = useQuery(healthQuery)
  if (health === undefined || health.ready) return null
  return (
    <Notice tone="bad" title={text.unwell}>
      {health.troubles.map(({ part, reason }) => (
        <p key={part}>
          {part}: {reason}. {healthTodo(text, part)}
        </p>
      ))}
    </Notice>
  )
}

/** As many as can be read at a glance; the others are on the page of events. */
const mostTold = 3

function OpenAlerts({ site, devices }: { site: string; devices: readonly Device[] }) {
  const { events: text } = useMessages()
  const format = useFormat()
  const { data: open = [] } = useQuery(openAlertsQuery(site))
  const { data: rules = [] } = useQuery({ ...speakersQuery(site), enabled: open.length > 0 })
  if (open.length === 0) return null
  const told = byUrgency(open).slice(0, mostTold)
  return (
    <Notice
      tone={open.some(({ severity }) => severity === 'high') ? 'bad' : 'warn'}
      title={text.openCount(open.length, format.count(open.length))}
      action={
        <Button
          size="xs"
          variant="default"
          renderRoot={props => <Link {...props} to="/sites/$site/events" params={{ site }} />}
        >
          {text.toEvents}
        </Button>
      }
    >
      <ul className={classes.alerts}>
        {told.map(({ id, severity, rule, device, key, raisedAt }) => (
          <li key={id} className={classes.alert}>
            <SeverityMark severity={severity} />
            <span>
              {rules.find(one => one.id === rule)?.name ?? rule} ·{' '}
              {devices.find(one => one.id === device)?.name ?? device ?? key}
            </span>
            <Age at={raisedAt} />
          </li>
        ))}
      </ul>
      {open.length > told.length && (
        <p>{text.others(open.length - told.length, format.count(open.length - told.length))}</p>
      )}
    </Notice>
  )
}

function Silent({ devices }: { devices: readonly Device[] }) {
  const { problems: text } = useMessages()
  const format = useFormat()
  const live = useLive()
  useSignal(live.version)
  const ids = useAt(now =>
    devices
      .filter(({ id, enabled }) => {
        const state = live.device(id)
        return state !== undefined && liveness(state, { enabled, now }) === 'silent'
      })
      .map(device => device.id)
      .join(' '),
  )
  if (ids === '') return null
  const silent = new Set(ids.split(' '))
  const names = devices.filter(device => silent.has(device.id)).map(device => device.name)
  return (
    <Notice tone="warn" title={text.silent(names.length, format.count(names.length))}>
      <p>{text.silentMeans(names.length)}</p>
      <details className={classes.more}>
        <summary>{text.which}</summary>
        <p>{names.join(', ')}</p>
      </details>
    </Notice>
  )
}

function Refused({ site, devices }: { site: string; devices: readonly Device[] }) {
  const { problems: text } = useMessages()
  const format = useFormat()
  const quarantine = useQuery(quarantineQuery(site))
  const since = useAt(now => Math.floor((now - recentMs) / 60_000) * 60_000)
  useFreshRefusals(site)
  const recent = (quarantine.data ?? []).filter(({ time }) => time >= since)
  if (recent.length === 0) return null
  return (
    <Notice tone="bad" title={text.refused(recent.length, format.count(recent.length))}>
      <p>{text.refusedMeans}</p>
      <details className={classes.more}>
        <summary>{text.which}</summary>
        <RefusedTable
          entries={recent}
          nameOf={id => devices.find(device => device.id === id)?.name ?? id ?? '–'}
        />
      </details>
    </Notice>
  )
}
