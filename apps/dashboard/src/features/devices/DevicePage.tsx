import { Anchor, Button, Select, Skeleton } from '@mantine/core'
import type { Device, Place } from '@ohmstead/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ComponentProps, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { deviceQuarantineQuery, devicesQuery, placesQuery } from '../../api/queries.ts'
import { unitOf } from '../../api/seriesKey.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt, useDeviceLive, useLive, useSignal } from '../../live/context.tsx'
import { type DeviceLive, headline, unheard } from '../../live/deviceLive.ts'
import { liveness } from '../../live/liveness.ts'
import { EnergyHistory } from '../../parts/EnergyHistory.tsx'
import { Card } from '../../ui/Card.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Changes } from '../../ui/changes/Changes.tsx'
import { valueText } from '../../ui/chart/valueText.ts'
import { Age, ValueNow } from '../../ui/DeviceNow.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Page } from '../../ui/Page.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import { part } from '../../ui/part.tsx'
import { placeNames } from '../../ui/placeNames.ts'
import { RefusedTable } from '../../ui/RefusedTable.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { CredentialsCard } from './CredentialsCard.tsx'
import classes from './DevicePage.module.css'
import { FactsCard, FactsList } from './FactsCard.tsx'
import { type RangeName, ranges } from './ranges.ts'

interface Props {
  readonly site: string
  readonly device: string
  readonly mayChange: boolean
  /** Owners see who changed what. */
  readonly isOwner: boolean
  readonly onRemoved: () => void
}

const Chart = part<ComponentProps<typeof import('./DeviceChart.tsx').default>>(
  'device chart',
  () => import('./DeviceChart.tsx'),
  () => (
    <Card className={classes.chartPlaceholder}>
      <Skeleton height={264} />
    </Card>
  ),
)

/** One device: what it measures, what is known of it, how it signs in, what of it was refused, who changed it. */
export default function DevicePage(props: Props) {
  const { devices: text } = useMessages()
  const devices = useQuery(devicesQuery(props.site))
  const places = useQuery(placesQuery(props.site))
  const device = devices.data?.find(({ id }) => id === props.device)
  if (device !== undefined)
    return <Known {...props} known={device} devices={devices.data!} places={places.data ?? []} />
  return (
    <Page title={props.device} above={<Back site={props.site} />}>
      {devices.data !== undefined && !devices.isFetching ? (
        <Card title={text.notHere}>
          <p>{text.notHereMeans}</p>
        </Card>
      ) : devices.isError ? (
        <Card>
          <Failure error={devices.error} onRetry={() => devices.refetch()} />
        </Card>
      ) : (
        <RowsSkeleton rows={5} />
      )}
    </Page>
  )
}

type KnownProps = Props & { known: Device; devices: readonly Device[]; places: readonly Place[] }

function Known({ site, known, devices, places, mayChange, isOwner, onRemoved }: KnownProps) {
  const { devices: text, corrections: energyText } = useMessages()
  const live = useDeviceLive(known.id) ?? unheard(known.id)
  const place = placeNames(places)(known)
  return (
    <Page
      title={known.name}
      above={<Back site={site} />}
      lead={[known.id, known.type, place].filter(Boolean).join(' · ')}
      aside={<NowAside device={known} live={live} />}
    >
      {live.values.size > 0 && <Chart site={site} live={live} />}
      <div className={classes.columns}>
        <Values live={live} mayChange={mayChange} />
        {live.values.size > 0 && <Download site={site} device={known.id} />}
      </div>
      {/* Another device is another form; neighbours with one key would be taken for each other. */}
      {mayChange ? (
        <FactsCard key={`facts ${known.id}`} device={known} devices={devices} places={places} />
      ) : (
        <FactsList device={known} devices={devices} places={places} />
      )}
      {mayChange && <CredentialsCard key={`credentials ${known.id}`} device={known} />}
      <Refused site={site} device={known.id} />
      <Card title={text.history}>
        {isOwner ? (
          <Changes site={site} what={`sites/${site}/devices/${known.id}`} />
        ) : (
          <p className={classes.note}>{text.historyOwners}</p>
        )}
      </Card>
      <Card title={energyText.title}>
        <EnergyHistory site={site} device={known.id} />
      </Card>
      {mayChange && <Delete device={known} onRemoved={onRemoved} />}
    </Page>
  )
}

function Back({ site }: { site: string }) {
  const { devices: text } = useMessages()
  return (
    <Anchor size="sm" renderRoot={props => <Link {...props} to="/sites/$site/devices" params={{ site }} />}>
      ← {text.back}
    </Anchor>
  )
}

function NowAside({ device, live }: { device: Device; live: DeviceLive }) {
  const state = useAt(now => liveness(live, { enabled: device.enabled, now }))
  return (
    <div className={classes.now} data-state={state}>
      <span className={classes.nowValue}>
        <ValueNow sample={headline(live)} state={state} />
      </span>
      <span className={classes.nowState}>
        <StateMark state={state} />
        <Age at={live.heardAt} />
      </span>
    </div>
  )
}

function Values({ live, mayChange }: { live: DeviceLive; mayChange: boolean }) {
  const { devices: text } = useMessages()
  const format = useFormat()
  const ready = useSignal(useLive().ready)
  const samples = [...live.values.values()].toSorted(
    (a, b) => a.measurement.localeCompare(b.measurement) || a.field.localeCompare(b.field),
  )
  return (
    <Card title={text.values}>
      {!ready ? (
        <RowsSkeleton rows={3} rowHeight={36} />
      ) : samples.length === 0 ? (
        <p className={classes.note}>
          {text.noSeries} {mayChange && text.noSeriesDo}
        </p>
      ) : (
        <PlainTable
          compact
          label={text.values}
          columns={[{ name: text.field }, { name: text.value }, { name: text.age }]}
          rows={samples.map(({ measurement, field, value, time }) => ({
            key: `${measurement}.${field}`,
            cells: [
              `${measurement}.${field}`,
              typeof value === 'number'
                ? valueText(value, unitOf({ measurement, field }), format)
                : String(value),
              <Age key="age" at={time} />,
            ],
          }))}
        />
      )}
    </Card>
  )
}

const files = { CSV: 'csv', Parquet: 'parquet' } as const

function Download({ site, device }: { site: string; device: string }) {
  const { devices: text } = useMessages()
  const [range, setRange] = useState<RangeName>('-7d')
  return (
    <Card title={text.download}>
      <p className={classes.note}>{text.downloadMeans}</p>
      <div className={classes.inline}>
        <Select
          className={classes.range!}
          aria-label={text.range}
          data={(Object.keys(ranges) as RangeName[]).map(value => ({ value, label: text.ranges[value] }))}
          value={range}
          onChange={choice => setRange((choice ?? range) as RangeName)}
          allowDeselect={false}
        />
        {Object.entries(files).map(([name, format]) => (
          <Button
            key={name}
            component="a"
            variant="default"
            download
            href={`/api/sites/${site}/readings?device=${device}&from=${range}&resolution=raw&format=${format}`}
          >
            {name}
          </Button>
        ))}
      </div>
    </Card>
  )
}

function Refused({ site, device }: { site: string; device: string }) {
  const { devices: text } = useMessages()
  const list = useQuery(deviceQuarantineQuery(site, device))
  return (
    <Card title={text.refused}>
      {list.data === undefined ? (
        list.isError ? (
          <Failure error={list.error} onRetry={() => list.refetch()} />
        ) : (
          <Skeleton height={20} />
        )
      ) : list.data.length === 0 ? (
        <p className={classes.note}>{text.refusedNone}</p>
      ) : (
        <>
          <p className={classes.note}>{text.refusedMeans}</p>
          <RefusedTable entries={list.data} />
        </>
      )}
    </Card>
  )
}

function Delete({ device, onRemoved }: { device: Device; onRemoved: () => void }) {
  const { devices: text } = useMessages()
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const gone = () => {
    onRemoved()
    void client.invalidateQueries({ queryKey: ['site', device.site] })
  }
  return (
    <div className={classes.end}>
      <Button variant="outline" color="red.8" className={classes.danger!} onClick={() => setAsked(true)}>
        {text.delete}
      </Button>
      {asked && (
        <Confirm
          title={text.deleteTitle(device.name)}
          label={text.delete}
          typed={{ label: text.deleteType(device.id), text: device.id }}
          run={() => ohmstead.removeDevice(device.site, device.id)}
          onClose={() => setAsked(false)}
          onDone={gone}
        >
          <p>{text.deleteMeans}</p>
          {device.enabled && <p>{text.deleteInstead}</p>}
        </Confirm>
      )}
    </div>
  )
}
