import { Button, Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { type SeriesKey, seriesText, unitOf } from '../../api/seriesKey.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { type DeviceLive, headline } from '../../live/deviceLive.ts'
import { Card } from '../../ui/Card.tsx'
import { valueAt } from '../../ui/chart/gaps.ts'
import { SeriesChart } from '../../ui/chart/SeriesChart.tsx'
import type { TimeSeries } from '../../ui/chart/TimeChart.tsx'
import { type Lines, useLines } from '../../ui/chart/useLines.ts'
import { valueText } from '../../ui/chart/valueText.ts'
import classes from './DevicePage.module.css'
import { type RangeName, ranges } from './ranges.ts'

const height = 240
const points = 800

interface Props {
  readonly site: string
  readonly live: DeviceLive
}

/** One of the device's series, live: its newest point is the newest reading. */
export default function DeviceChart({ site, live }: Props) {
  const { devices: text, site: siteText } = useMessages()
  const format = useFormat()
  const [chosen, setChosen] = useState<string | null>(null)
  const [range, setRange] = useState<RangeName>('-24h')
  const [at, setAt] = useState<number | null>(null)
  const samples = useMemo(() => [...live.values.values()], [live])
  const main = headline(live)
  const sample = samples.find(one => nameOf(one) === chosen) ?? main ?? samples[0]!
  const key: SeriesKey = {
    device: live.device,
    measurement: sample.measurement,
    field: sample.field,
    tags: {},
  }
  const spanMs = ranges[range]
  const stored = useLines(site, [key], { lastMs: spanMs }, points)
  const lines = withNewest(stored, sample)
  // The picture moves on by whole pixels.
  const to = useAt(now => Math.ceil(now / (spanMs / points)) * (spanMs / points))
  const window = { from: to - spanMs, to }
  const line = lines.series[0]!
  const unit = unitOf(key)
  const shown = at === null ? null : valueAt(line, at)
  const readout =
    shown === null
      ? at === null
        ? siteText.zone(format.zone)
        : `${format.dateTime(at)} · –`
      : `${format.dateTime(shown.time)} · ${valueText(shown.value, unit, format)}`
  return (
    <Card
      title={text.chart}
      aside={
        <div className={classes.chartTools}>
          <Select
            size="xs"
            aria-label={text.series}
            data={samples.map(nameOf).toSorted()}
            value={nameOf(sample)}
            onChange={setChosen}
            allowDeselect={false}
            searchable={samples.length > 8}
          />
          <Select
            size="xs"
            className={classes.range!}
            aria-label={text.range}
            data={(Object.keys(ranges) as RangeName[]).map(value => ({ value, label: text.ranges[value] }))}
            value={range}
            onChange={choice => setRange((choice ?? range) as RangeName)}
            allowDeselect={false}
          />
        </div>
      }
    >
      <div className={classes.readout}>{readout}</div>
      <SeriesChart
        lines={lines}
        window={window}
        height={height}
        label={`${nameOf(sample)}, ${text.ranges[range]}. ${readout}`}
        empty={text.noSeries}
        onTime={setAt}
      />
      <div className={classes.chartFoot}>
        <Button
          size="compact-sm"
          variant="subtle"
          renderRoot={props => (
            <Link
              {...props}
              to="/sites/$site/explore"
              params={{ site }}
              search={{ s: [seriesText(key)], from: range }}
            />
          )}
        >
          {text.toExplore}
        </Button>
      </div>
    </Card>
  )
}

const nameOf = ({ measurement, field }: { measurement: string; field: string }) => `${measurement}.${field}`

/** The stored line and the reading that arrived after it was asked for. */
function withNewest(lines: Lines, { time, value }: { time: number; value: unknown }): Lines {
  const line = lines.series[0]
  const last = line?.times.at(-1) ?? 0
  if (line === undefined || line.times.length === 0 || time <= last || typeof value !== 'number') return lines
  const newest: TimeSeries = { ...line, times: [...line.times, time], values: [...line.values, value] }
  return { ...lines, series: [newest] }
}
