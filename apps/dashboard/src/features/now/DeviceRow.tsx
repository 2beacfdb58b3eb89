import type { Device, EnergyBucket } from '@ohmstead/sdk'
import { memo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { spoken } from '../../i18n/format.ts'
import { useAt, useDeviceLive } from '../../live/context.tsx'
import { headline, unheard } from '../../live/deviceLive.ts'
import { liveness } from '../../live/liveness.ts'
import { Age, ValueNow } from '../../ui/DeviceNow.tsx'
import { FlatCell, FlatRow, FlatRowHead } from '../../ui/FlatTable.tsx'
import { QuantityText } from '../../ui/QuantityText.tsx'
import { Sparkline } from '../../ui/Sparkline.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import type { Points } from '../../ui/series.ts'
import classes from './DeviceList.module.css'

interface Props {
  readonly device: Device
  readonly place: string
  readonly points: Points | undefined
  readonly stepMs: number
  readonly energy: EnergyBucket | undefined
}

/** One device. It renders again only when its own readings or the words for their age change. */
export const DeviceRow = memo(function DeviceRow({ device, place, points, stepMs, energy }: Props) {
  const live = useDeviceLive(device.id) ?? unheard(device.id)
  const state = useAt(now => liveness(live, { enabled: device.enabled, now }))
  const { now: text } = useMessages()
  return (
    <FlatRow className={classes.row} data-device={device.id} data-state={state}>
      <FlatRowHead className={classes.device}>
        <span className={classes.name}>{device.name}</span>
        {place !== '' && <span className={classes.place}>{place}</span>}
      </FlatRowHead>
      <FlatCell className={classes.state}>
        <StateMark state={state} />
        <Age at={live.heardAt} className={classes.age} />
      </FlatCell>
      <FlatCell className={classes.trend}>
        {points !== undefined && points.times.length > 1 && <Trend points={points} stepMs={stepMs} />}
      </FlatCell>
      <FlatCell className={classes.value}>
        <ValueNow sample={headline(live)} state={state} />
      </FlatCell>
      <FlatCell className={classes.today} aria-label={text.today} data-label={text.today}>
        <Energy bucket={energy} />
      </FlatCell>
    </FlatRow>
  )
})

const Trend = memo(function Trend({ points, stepMs }: { points: Points; stepMs: number }) {
  const to = useAt(now => Math.floor(now / stepMs) * stepMs)
  return <Sparkline points={points} from={to - 3 * 3_600_000} to={to} leastMs={stepMs} />
})

const Energy = memo(function Energy({ bucket }: { bucket: EnergyBucket | undefined }) {
  const { now: text, common } = useMessages()
  const format = useFormat()
  if (bucket === undefined || (bucket.importWh === null && bucket.exportWh === null))
    return <span className={classes.none}>{common.unknown}</span>
  const { importWh, exportWh } = bucket
  return (
    <>
      {importWh !== null && (importWh > 0 || !exportWh) && (
        <QuantityText quantity={format.energy(importWh)} raw={`${importWh} Wh`} />
      )}
      {exportWh !== null && exportWh > 0 && (
        <span className={classes.out} title={`${exportWh} Wh`}>
          {text.fedIn(spoken(format.energy(exportWh)))}
        </span>
      )}
    </>
  )
})
