import { CloseButton } from '@mantine/core'
import { type SeriesKey, seriesText } from '../../api/seriesKey.ts'
import type { Signal } from '../../api/signal.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useSignal } from '../../live/context.tsx'
import { newestOf, valueAt } from '../../ui/chart/gaps.ts'
import { LineSwatch } from '../../ui/chart/LineSwatch.tsx'
import type { TimeSeries } from '../../ui/chart/TimeChart.tsx'
import { valueText } from '../../ui/chart/valueText.ts'
import { Age } from '../../ui/DeviceNow.tsx'
import classes from './ExplorePage.module.css'

interface Props {
  readonly keys: readonly SeriesKey[]
  readonly names: ReadonlyMap<string, string>
  readonly lines: readonly TimeSeries[]
  /** The time under the pointer; without one the newest values are shown, with their age. */
  readonly pointer: Signal<number | null>
  readonly onRemove: (series: string) => void
}

/** Which line is which, and its value where the pointer is. */
export function Legend({ keys, names, lines, pointer, onRemove }: Props) {
  const at = useSignal(pointer)
  const { explore: text } = useMessages()
  const format = useFormat()
  return (
    <>
      <p className={classes.at}>{at === null ? text.atEnd : format.dateTime(at)}</p>
      <ul className={classes.legend}>
        {keys.map((key, index) => {
          const id = seriesText(key)
          const name = names.get(id) ?? key.device
          const line = lines[index]
          const point = line === undefined ? null : at === null ? newestOf(line) : valueAt(line, at)
          const tags = Object.entries(key.tags).map(([tag, value]) => `${tag}=${value}`)
          return (
            <li key={id} className={classes.entry}>
              <LineSwatch at={index} />
              <span className={classes.entryName}>
                {name}
                <span className={classes.entryField}>
                  {[`${key.measurement}.${key.field}`, ...tags].join(' ')}
                  {at === null && point !== null && (
                    <>
                      {' · '}
                      <Age at={point.time} className="" />
                    </>
                  )}
                </span>
              </span>
              <span className={classes.entryValue} title={point === null ? undefined : String(point.value)}>
                {point === null || line === undefined ? '–' : valueText(point.value, line.unit, format)}
              </span>
              <CloseButton
                size="sm"
                aria-label={`${text.remove}: ${name} ${key.field}`}
                onClick={() => onRemove(id)}
              />
            </li>
          )
        })}
      </ul>
    </>
  )
}
