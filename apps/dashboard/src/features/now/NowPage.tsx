import { Skeleton } from '@mantine/core'
import type { Device, Place } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ComponentProps, ReactNode } from 'react'
import { devicesQuery, placesQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt, useLive, useSignal } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { useModule } from '../../ui/useModule.ts'
import { DeviceList } from './DeviceList.tsx'
import { Figures } from './Figures.tsx'
import classes from './NowPage.module.css'
import { PageSkeleton } from './PageSkeleton.tsx'
import type PowerChart from './PowerChart.tsx'
import { Problems } from './Problems.tsx'
import { useNewDevices } from './useNewDevices.ts'
import { usePowerHistory } from './usePowerHistory.ts'

interface Props {
  readonly site: { readonly id: string; readonly name: string; readonly timezone: string }
  /** Leads to connecting a device, as the main thing to do or beside others; null where the reader may not. */
  readonly connect: ((emphasis: 'main' | 'aside') => ReactNode) | null
}

/** What uses power now, what today came to, what is wrong. */
export function NowPage({ site, connect }: Props) {
  const messages = useMessages()
  const devices = useQuery(devicesQuery(site.id))
  const places = useQuery(placesQuery(site.id))
  useNewDevices(site.id, devices.data)
  const live = useLive()
  const ready = useSignal(live.ready)
  const trouble = useSignal(live.trouble)
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
      ) : !ready && trouble !== null ? (
        <Card>
          <Failure error={trouble} onRetry={live.retryNow} />
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

function Live({
  site,
  devices,
  places,
  connect,
}: Props & { devices: readonly Device[]; places: readonly Place[] }) {
  const history = usePowerHistory(site.id, devices)
  return (
    <>
      <Figures site={site} devices={devices} />
      <Problems site={site.id} devices={devices} />
      <Chart site={site} devices={devices} history={history} />
      <DeviceList
        site={site}
        devices={devices}
        places={places}
        history={history}
        connect={connect?.('aside')}
      />
    </>
  )
}

/** The library that draws it is large, so the page does not wait for it. */
function Chart(props: ComponentProps<typeof PowerChart>) {
  const { now } = useMessages()
  const { module, failure } = useModule('power chart', () => import('./PowerChart.tsx'))
  if (module !== undefined) return <module.default {...props} />
  return (
    <Card title={now.chart} className={classes.chartPlaceholder}>
      {failure === null ? (
        <Skeleton height={264} />
      ) : (
        <Failure error={failure} onRetry={() => location.reload()} />
      )}
    </Card>
  )
}

function Empty({ connect }: Pick<Props, 'connect'>) {
  const { now } = useMessages()
  return (
    <Card className={classes.empty}>
      <h2 className={classes.emptyTitle}>{now.empty}</h2>
      <p className={classes.emptyHint}>{connect === null ? now.noRight : now.emptyHint}</p>
      {connect?.('main')}
    </Card>
  )
}
