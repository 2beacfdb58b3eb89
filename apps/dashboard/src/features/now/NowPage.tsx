import type { Device, Place } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense } from 'react'
import { devicesQuery, placesQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt, useLive, useSignal } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { DeviceList } from './DeviceList.tsx'
import { Figures } from './Figures.tsx'
import classes from './NowPage.module.css'
import { Problems } from './Problems.tsx'
import { PageSkeleton } from './PageSkeleton.tsx'
import { usePowerHistory } from './usePowerHistory.ts'

const PowerChart = lazy(() => import('./PowerChart.tsx'))

interface Props {
  readonly site: { readonly id: string; readonly name: string; readonly timezone: string }
  /** Leads to connecting a device; nothing where the reader may not. */
  readonly connect: ReactNode
}

/** What uses power now, what today came to, what is wrong. */
export function NowPage({ site, connect }: Props) {
  const messages = useMessages()
  const devices = useQuery(devicesQuery(site.id))
  const places = useQuery(placesQuery(site.id))
  const ready = useSignal(useLive().ready)
  const format = useFormat()
  const clock = useAt(now => `${format.longDate(now)}, ${format.clock(now)}`)

  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <h1 className={classes.title}>{site.name}</h1>
        <p className={classes.when}>
          {clock} · {messages.site.zone(site.timezone)}
        </p>
      </header>
      {devices.isError && devices.data === undefined ? (
        <Card>
          <Failure error={devices.error} onRetry={() => devices.refetch()} />
        </Card>
      ) : devices.data === undefined || !ready ? (
        <PageSkeleton />
      ) : devices.data.length === 0 ? (
        <Empty connect={connect} />
      ) : (
        <Live site={site} devices={devices.data} places={places.data ?? []} connect={connect} />
      )}
    </div>
  )
}

function Live({ site, devices, places, connect }: Props & { devices: readonly Device[]; places: readonly Place[] }) {
  const history = usePowerHistory(site.id, devices)
  return (
    <>
      <Problems site={site.id} devices={devices} />
      <Figures site={site} devices={devices} />
      <Suspense fallback={<ChartPlaceholder />}>
        <PowerChart site={site} devices={devices} history={history} />
      </Suspense>
      <DeviceList site={site} devices={devices} places={places} history={history} connect={connect} />
    </>
  )
}

function ChartPlaceholder() {
  const { now } = useMessages()
  return <Card title={now.chart} className={classes.chartPlaceholder} />
}

function Empty({ connect }: { connect: ReactNode }) {
  const { now } = useMessages()
  return (
    <Card className={classes.empty}>
      <h2 className={classes.emptyTitle}>{now.empty}</h2>
      <p className={classes.emptyHint}>{connect === null ? now.noRight : now.emptyHint}</p>
      {connect}
    </Card>
  )
}
