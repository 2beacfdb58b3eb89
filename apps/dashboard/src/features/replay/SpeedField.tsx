import { SegmentedControl } from '@mantine/core'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import field from './field.module.css'
import { type Speed, spanText, takesMs } from './period.ts'

interface SpeedProps {
  readonly speeds: readonly Speed[]
  readonly speed: Speed
  readonly onSpeed: (speed: Speed) => void
  /** Null where no period is chosen yet. */
  readonly spanMs: number | null
}

/** How fast, and how long that takes. */
export function SpeedField({ speeds, speed, onSpeed, spanMs }: SpeedProps) {
  const { replay: text } = useMessages()
  const { locale } = useFormat()
  const ms = spanMs === null ? null : takesMs(spanMs, speed)
  const takes = ms === null ? '' : text.takes(spanText(ms, locale))
  return (
    <fieldset className={field.field}>
      <legend>{text.speed}</legend>
      <SegmentedControl
        className={field.segments!}
        aria-label={text.speed}
        value={String(speed)}
        onChange={name => onSpeed(speeds.find(speed => String(speed) === name)!)}
        data={speeds.map(speed => ({
          value: String(speed),
          label: speed === null ? text.fastestShort : `${speed} ×`,
        }))}
      />
      <p className={field.note}>{speed === null ? text.fastestMeans : takes}</p>
    </fieldset>
  )
}
