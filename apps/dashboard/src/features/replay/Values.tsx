import type { Device, Replay, ReplayedEvent } from '@ohmstead/sdk'
import { useMemo, useState } from 'react'
import { seriesText } from '../../api/seriesKey.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { valueAt } from '../../ui/chart/gaps.ts'
import { LineSwatch } from '../../ui/chart/LineSwatch.tsx'
import { SeriesChart } from '../../ui/chart/SeriesChart.tsx'
import { useLines } from '../../ui/chart/useLines.ts'
import { valueText } from '../../ui/chart/valueText.ts'
import words from '../../ui/words.module.css'
import type { Played } from './played.ts'
import { seriesOfReplay } from './scrub.ts'
import classes from './Values.module.css'

interface Props {
  readonly site: string
  readonly replay: Replay
  readonly said: readonly ReplayedEvent[]
  readonly at: number
  readonly rules: readonly Played[]
  readonly devices: readonly Device[]
}

const height = 240
const points = 1000

/** What the rules looked at, over the period, with the values at the moment that is looked at. */
export function Values({ site, replay, said, at, rules, devices }: Props) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const [pointed, setPointed] = useState<number | null>(null)
  const needs = useMemo(
    () => replay.rules.flatMap(({ id }) => rules.find(rule => rule.id === id)?.needs ?? []),
    [replay.rules, rules],
  )
  const heard = [...new Set(said.map(({ device }) => device))].join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: `heard` stands for whom something was said of
  const keys = useMemo(() => seriesOfReplay(needs, said), [needs, heard])
  const window = useMemo(() => ({ from: replay.from, to: replay.to }), [replay.from, replay.to])
  const lines = useLines(site, keys, window, points)
  const moment = pointed ?? at
  const nameOf = (device: string) => devices.find(({ id }) => id === device)?.name ?? device
  if (keys.length === 0)
    return (
      <Card title={text.readingsName}>
        <p className={words.note}>{text.noSeries}</p>
      </Card>
    )
  return (
    <Card title={text.readingsName} aside={<span className={words.note}>{format.dateTime(moment)}</span>}>
      <SeriesChart
        lines={lines}
        window={window}
        height={height}
        mark={at}
        label={`${text.readingsName}: ${keys.map(({ device, field }) => `${nameOf(device)} ${field}`).join(', ')}. ${format.dateTimes(window.from, window.to)}`}
        empty={text.noReadings}
        onTime={setPointed}
      />
      <ul className={classes.legend}>
        {keys.map((key, index) => {
          const line = lines.series[index]
          const point = line === undefined ? null : valueAt(line, moment)
          return (
            <li key={seriesText(key)}>
              <LineSwatch at={index} />
              <span className={classes.name}>
                {nameOf(key.device)}
                <span className={words.note}> {`${key.measurement}.${key.field}`}</span>
              </span>
              <span className={classes.value}>
                {point === null || line === undefined ? '–' : valueText(point.value, line.unit, format)}
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
