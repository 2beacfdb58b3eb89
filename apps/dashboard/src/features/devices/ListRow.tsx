import type { Device } from '@ohmstead/sdk'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useAt, useDeviceLive } from '../../live/context.tsx'
import { headline, unheard } from '../../live/deviceLive.ts'
import { liveness } from '../../live/liveness.ts'
import { Age, ValueNow } from '../../ui/DeviceNow.tsx'
import { FlatCell, FlatRow, FlatRowHead } from '../../ui/FlatTable.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import classes from './DevicesPage.module.css'

interface Props {
  readonly site: string
  readonly device: Device
  readonly place: string
}

/** One device. It renders again only when its own readings or the words for their age change. */
export const ListRow = memo(function ListRow({ site, device, place }: Props) {
  const live = useDeviceLive(device.id) ?? unheard(device.id)
  const state = useAt(now => liveness(live, { enabled: device.enabled, now }))
  return (
    <FlatRow className={classes.row} data-device={device.id} data-state={state}>
      <FlatRowHead className={classes.device}>
        <Link
          className={classes.name}
          to="/sites/$site/devices/$device"
          params={{ site, device: device.id }}
          title={device.name}
        >
          {device.name}
        </Link>
        <span className={classes.note}>{device.type ?? device.id}</span>
      </FlatRowHead>
      <FlatCell className={classes.place}>{place}</FlatCell>
      <FlatCell className={classes.presence}>
        <StateMark state={state} />
        <Age at={live.heardAt} className={classes.age} />
      </FlatCell>
      <FlatCell className={classes.value}>
        <ValueNow sample={headline(live)} state={state} />
      </FlatCell>
    </FlatRow>
  )
})
