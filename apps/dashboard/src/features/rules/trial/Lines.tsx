import type { SeriesKey } from '../../../api/seriesKey.ts'
import { seriesText } from '../../../api/seriesKey.ts'
import { useFormat } from '../../../i18n/context.tsx'
import { colourOf, dashOf } from '../../../ui/chart/dashes.ts'
import { valueAt } from '../../../ui/chart/gaps.ts'
import { laneColours } from '../../../ui/chart/spans.ts'
import type { TimeSeries } from '../../../ui/chart/TimeChart.tsx'
import { valueText } from '../../../ui/chart/valueText.ts'
import words from '../../../ui/words.module.css'
import classes from './Lines.module.css'

interface Props {
  readonly keys: readonly SeriesKey[]
  readonly lines: readonly TimeSeries[]
  /** Under the pointer, epoch ms. */
  readonly at: number | null
  readonly nameOf: (device: string) => string
}

/** Which line is which, and where the pointer is what it was. */
export function Lines({ keys, lines, at, nameOf }: Props) {
  const format = useFormat()
  return (
    <ul className={classes.lines}>
      {keys.map((key, index) => {
        const line = lines[index]
        const point = at === null || line === undefined ? null : valueAt(line, at)
        return (
          <li key={seriesText(key)}>
            <Stroke at={index} />
            <span>
              {nameOf(key.device)} <span className={words.note}>{key.field}</span>
            </span>
            {at !== null && <b>{point === null ? '–' : valueText(point.value, line!.unit, format)}</b>}
          </li>
        )
      })}
      {at !== null && <li className={words.note}>{format.dateTime(at)}</li>}
    </ul>
  )
}

/** The stroke of a line of the chart. */
function Stroke({ at }: { at: number }) {
  return (
    <svg width="24" height="8" aria-hidden="true" focusable="false">
      <path
        d="M0 4h24"
        stroke={`var(${colourOf(at)})`}
        strokeWidth="2"
        strokeDasharray={dashOf(at).join(' ')}
      />
    </svg>
  )
}

/** How the chart marks a rule: plain, or hatched for the second one. */
export function LaneMark({ lane }: { lane: 0 | 1 }) {
  const colour = `var(${laneColours[lane]})`
  return (
    <svg width="18" height="12" aria-hidden="true" focusable="false">
      <rect width="18" height="12" fill={colour} fillOpacity="0.25" />
      <rect width="18" height="3" fill={colour} />
      {lane === 1 && <path d="M0 12 12 0M6 12 18 0M12 12l6-6" stroke={colour} strokeOpacity="0.7" />}
    </svg>
  )
}
