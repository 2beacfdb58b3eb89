import type { Device } from '@ohmstead/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { healthQuery, quarantineQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt, useLive, useSignal } from '../../live/context.tsx'
import { liveness } from '../../live/liveness.ts'
import { Notice } from '../../ui/Notice.tsx'
import { RefusedTable } from '../../ui/RefusedTable.tsx'
import classes from './Problems.module.css'

/** Refusals older than this are history, not a problem of now. */
const recentMs = 24 * 3_600_000

/** What is wrong, in one place; nothing when nothing is. */
export function Problems({ site, devices }: { site: string; devices: readonly Device[] }) {
  return (
    <>
      <Unwell />
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
      <p>{health.troubles.map(({ part, reason }) => `${part}: ${reason}`).join('; ')}</p>
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
      <p>{text.silentMeans}</p>
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

/** A device that sends nonsense does it often: the list is asked for again at most once in two seconds. */
function useFreshRefusals(site: string): void {
  const live = useLive()
  const client = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void client.invalidateQueries({ queryKey: quarantineQuery(site).queryKey })
      }, 2000)
    }
    const ends = [live.refusals.subscribe(soon), live.missed.subscribe(soon)]
    return () => {
      clearTimeout(timer)
      for (const end of ends) end()
    }
  }, [site, live, client])
}
