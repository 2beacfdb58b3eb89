import { Skeleton } from '@mantine/core'
import { type ReactNode, useCallback, useMemo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Failure } from '../Failure.tsx'
import { axisTime } from './axisTime.ts'
import classes from './SeriesChart.module.css'
import type { TimeSpan } from './spans.ts'
import TimeChart from './TimeChart.tsx'
import type { TimeWindow } from './timeWindow.ts'
import type { Lines } from './useLines.ts'
import { valueText } from './valueText.ts'

interface Props {
  readonly lines: Lines
  readonly spans?: readonly TimeSpan[] | undefined
  readonly window: TimeWindow
  readonly height: number
  readonly label: string
  /** In the chart's place when there is nothing to draw. */
  readonly empty: ReactNode
  /** A moment that is marked. */
  readonly mark?: number | undefined
  readonly onTime: (at: number | null) => void
  readonly onWindow?: ((window: TimeWindow) => void) | undefined
}

/** Lines with their axes, or in the same size why there are none. */
export function SeriesChart({ lines, spans, window, height, label, empty, mark, onTime, onWindow }: Props) {
  const format = useFormat()
  const { common } = useMessages()
  const formatTime = useMemo(() => axisTime(format), [format])
  const formatValue = useCallback((value: number, unit: string) => valueText(value, unit, format), [format])
  const nothing = lines.series.every(({ times }) => times.length === 0)
  if (lines.error !== null && nothing)
    return (
      <div className={classes.inPlace} style={{ height }}>
        <Failure error={lines.error} onRetry={lines.retry} />
      </div>
    )
  if (lines.loading && nothing) return <Skeleton height={height} role="status" aria-label={common.loading} />
  if (nothing && onWindow === undefined)
    return (
      <div className={classes.inPlace} style={{ height }}>
        {empty}
      </div>
    )
  return (
    <div className={classes.frame} data-refining={lines.refining || undefined}>
      <TimeChart
        series={lines.series}
        spans={spans}
        window={window}
        height={height}
        formatValue={formatValue}
        formatTime={formatTime}
        zone={format.zone}
        label={label}
        mark={mark}
        onTime={onTime}
        onWindow={onWindow}
      />
      {nothing && <p className={classes.over}>{empty}</p>}
    </div>
  )
}
