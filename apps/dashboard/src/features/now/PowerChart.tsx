import { Skeleton } from '@mantine/core'
import type { Device, Site } from '@ohmstead/sdk'
import { useCallback, useMemo, useState } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { spoken } from '../../i18n/format.ts'
import { useAt, useLive } from '../../live/context.tsx'
import { ChartCard } from '../../ui/ChartCard.tsx'
import LineChart from '../../ui/chart/LineChart.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { type History, split, sumOf } from './history.ts'
import classes from './PowerChart.module.css'
import { topMeters, totalPower } from './total.ts'
import type { PowerHistory } from './usePowerHistory.ts'

const height = 240
const spanMs = 3 * 3_600_000
const refreshMs = 5000

interface Props {
  readonly site: Pick<Site, 'id' | 'timezone'>
  readonly devices: readonly Device[]
  readonly history: PowerHistory
}

/** The site's power over the last hours; its last point is the present. */
export default function PowerChart({ site, devices, history }: Props) {
  const { now: text } = useMessages()
  const format = useFormat()
  const [point, setPoint] = useState<number | null>(null)
  const { sum, all } = useSum(devices, history)
  const { full, part } = useMemo(() => split(sum, all), [sum, all])
  const lines = useMemo(() => [{ values: full }, { values: part, dashed: true }], [full, part])
  const formatValue = useCallback(
    (watts: number) => `${spoken(format.power(watts))}${watts < 0 ? ` ${text.toGrid}` : ''}`,
    [format, text],
  )
  // On the axis the word stands under the number: there is no room beside it.
  const formatTick = useCallback(
    (watts: number) => formatValue(watts).replace(` ${text.toGrid}`, `\n${text.toGrid}`),
    [formatValue, text],
  )
  const formatTime = useCallback((at: number) => format.clock(at), [format])

  const at = point !== null && point < sum.times.length ? point : sum.times.length - 1
  const watts = sum.watts[at] ?? null
  const meters = text.chartPart(all, format.count(sum.known[at] ?? 0), format.count(all))
  const readout =
    at < 0 ? '' : `${format.clock(sum.times[at]!)} · ${watts === null ? '–' : formatValue(watts)} · ${meters}`
  const empty = sum.watts.every(value => value === null)

  return (
    <ChartCard
      title={text.chart}
      readout={readout}
      call={callOf(site.id, history)}
      table={() => ({
        head: [text.chartTime, text.chartPower, text.chartMeters],
        rows: sum.times
          .map((time, row) => [
            format.clockWithSeconds(time),
            sum.watts[row] === null ? '–' : formatValue(sum.watts[row]!),
            text.chartPart(all, format.count(sum.known[row]!), format.count(all)),
          ])
          .reverse(),
      })}
    >
      {history.error !== null ? (
        <div className={classes.inPlace} style={{ height }}>
          <Failure error={history.error} onRetry={history.retry} />
        </div>
      ) : history.loading ? (
        <Skeleton height={height} />
      ) : empty ? (
        <div className={classes.inPlace} style={{ height }}>
          {text.chartEmpty}
        </div>
      ) : (
        <LineChart
          times={sum.times}
          lines={lines}
          height={height}
          formatValue={formatTick}
          formatTime={formatTime}
          zone={site.timezone}
          label={`${text.chart}: ${readout}`}
          onPoint={setPoint}
        />
      )}
    </ChartCard>
  )
}

/** What was measured, with the present as its last point. */
function useSum(devices: readonly Device[], history: PowerHistory): { sum: History; all: number } {
  const live = useLive()
  const to = useAt(now => Math.floor(now / refreshMs) * refreshMs)
  return useMemo(() => {
    const of = (id: string) => live.device(id)
    const meters = topMeters(devices, of)
    const points = meters.map(meter => history.devices.get(meter.id) ?? { times: [], values: [] })
    // The bucket that is still open changes under the reader: the present stands in for it.
    const sum = sumOf(points, { from: to - spanMs, to: to - history.stepMs, stepMs: history.stepMs })
    const present = totalPower(meters, of, to)
    sum.times.push(to)
    sum.watts.push(present.watts)
    sum.known.push(present.known)
    return { sum, all: meters.length }
  }, [devices, history, live, to])
}

function callOf(site: string, { query }: PowerHistory): string {
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
  return `/api/sites/${site}/readings?${parameters}`
}
