import { Loader } from '@mantine/core'
import { fieldInfo } from '@ohmstead/model'
import { useFormat, useMessages } from '../i18n/context.tsx'
import { spoken } from '../i18n/format.ts'
import { useDeviceLive } from '../live/context.tsx'
import { headline } from '../live/deviceLive.ts'
import classes from './Arrival.module.css'
import { CheckIcon } from './icons.tsx'

interface Props {
  readonly device: string
  readonly name: string
  /** When it had been heard last, where it is not new: only what comes later counts. */
  readonly after?: number | null
}

/** Waits for a device's first reading; turns green by itself. */
export function Arrival({ device, name, after = null }: Props) {
  const { connect: text } = useMessages()
  const format = useFormat()
  const live = useDeviceLive(device)
  const sample = live && (live.heardAt ?? 0) > (after ?? 0) ? headline(live) : null
  if (sample === null)
    return (
      <div className={classes.arrival} role="status">
        <Loader size={20} type="dots" />
        <p>
          {after === null ? text.waiting : text.waitingNext} · {name}
        </p>
      </div>
    )
  const unit = fieldInfo(sample.measurement, sample.field)?.unit ?? null
  return (
    <div className={classes.arrival} data-arrived role="status">
      <CheckIcon size={20} />
      <p>
        {after === null ? text.arrived : text.arrivedNext}: {name}, {sample.field}{' '}
        {spoken(format.value(sample.value, unit))}
      </p>
    </div>
  )
}
