import { SegmentedControl, TextInput } from '@mantine/core'
import type { Device, Place, Site } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react'
import { energyTodayQuery } from '../../api/queries.ts'
import { useFormat, useMessages, useReader } from '../../i18n/context.tsx'
import { localDate } from '../../i18n/format.ts'
import { useAt, useLive } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { FlatHead, FlatRow, FlatTable } from '../../ui/FlatTable.tsx'
import { placeNames } from '../../ui/placeNames.ts'
import { useGrowing } from '../../ui/useGrowing.ts'
import classes from './DeviceList.module.css'
import { DeviceRow } from './DeviceRow.tsx'
import { type Order, ordered, orders } from './order.ts'
import { byKey } from './today.ts'
import type { PowerHistory } from './usePowerHistory.ts'

/** Lists longer than one screen get a filter. */
const filterFrom = 12

interface Props {
  readonly site: Pick<Site, 'id' | 'timezone'>
  readonly devices: readonly Device[]
  readonly places: readonly Place[]
  readonly history: PowerHistory
  readonly connect: ReactNode
}

/** Every device with its state, its value now, its last hours and its energy today. */
export function DeviceList({ site, devices, places, history, connect }: Props) {
  const { now: text } = useMessages()
  const { locale } = useReader()
  // Hundreds of small lines may take a while to draw: values that arrive meanwhile go first.
  const lines = useDeferredValue(history)
  const format = useFormat()
  const live = useLive()
  const [order, setOrder] = useState<Order>('power')
  const [filter, setFilter] = useState('')
  const placeName = useMemo(() => placeNames(places), [places])
  const date = useAt(now => localDate(now, site.timezone))
  const energy = useQuery(energyTodayQuery(site.id, date, 'device'))
  const today = useMemo(() => (energy.data ? byKey(energy.data) : null), [energy.data])
  // Rows that jump with every reading cannot be read: they are put in order once a minute.
  const minute = useAt(now => Math.floor(now / 60_000))
  const sorted = useMemo(
    () => ordered(devices, { order, live: id => live.device(id), placeName, locale, now: minute * 60_000 }),
    [devices, order, placeName, locale, live, minute],
  )
  const wanted = filter.trim().toLocaleLowerCase(locale)
  const shown =
    wanted === ''
      ? sorted
      : sorted.filter(device =>
          `${device.name} ${device.id} ${placeName(device)}`.toLocaleLowerCase(locale).includes(wanted),
        )
  const drawn = useGrowing(shown.length, 30)

  return (
    <Card
      flush
      title={text.deviceCount(devices.length, format.count(devices.length))}
      aside={
        <div className={classes.tools}>
          {devices.length >= filterFrom && (
            <TextInput
              size="xs"
              aria-label={text.filter}
              placeholder={text.filter}
              value={filter}
              onChange={event => setFilter(event.currentTarget.value)}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={text.order}
            value={order}
            onChange={choice => setOrder(choice as Order)}
            data={orders.map(value => ({ value, label: text.orders[value] }))}
          />
          {connect}
        </div>
      }
    >
      <FlatTable aria-label={text.devices}>
        <FlatRow className={`${classes.row} ${classes.head}`}>
          {[text.device, text.state, text.trend, text.value, text.today].map(head => (
            <FlatHead key={head}>{head}</FlatHead>
          ))}
        </FlatRow>
        {shown.slice(0, drawn).map(device => (
          <DeviceRow
            key={device.id}
            device={device}
            place={placeName(device)}
            points={lines.devices.get(device.id)}
            stepMs={lines.stepMs}
            energy={today?.get(device.id)}
          />
        ))}
      </FlatTable>
      {shown.length === 0 && <p className={classes.none}>{text.noMatch}</p>}
    </Card>
  )
}
