import { useMemo, useState } from 'react'
import type { Compiled } from '../../../api/rules.ts'
import { useFormat, useMessages } from '../../../i18n/context.tsx'
import { SeriesChart } from '../../../ui/chart/SeriesChart.tsx'
import { useLines } from '../../../ui/chart/useLines.ts'
import words from '../../../ui/words.module.css'
import type { Things } from '../form/useThings.ts'
import { devicesSaid, seriesOf, spansOf } from './drawn.ts'
import { LaneMark, Lines } from './Lines.tsx'
import { Outcome } from './Outcome.tsx'
import { SaidTable } from './SaidTable.tsx'
import classes from './TrialResult.module.css'
import { type Lane, type Trial, toldTo } from './trial.ts'

interface Props {
  readonly site: string
  readonly trial: Trial
  readonly running: boolean
  /** Of the rules that were tried. */
  readonly names: readonly string[]
  readonly needs: Compiled['needs']
  readonly units: Compiled['units']
  readonly heads: Things['heads']
  readonly nameOf: Things['nameOf']
}

const height = 280
const points = 1200

/** How often, when, and over which readings. */
export function TrialResult({ site, trial, running, names, needs, units, heads, nameOf }: Props) {
  const { rules: text } = useMessages()
  const format = useFormat()
  return (
    <div className={classes.result}>
      <ul className={classes.outcomes}>
        {trial.lanes.map((lane, at) => (
          <li key={names[at]}>
            {names.length > 1 && (
              <strong className={classes.laneName}>
                <LaneMark lane={at === 0 ? 0 : 1} /> {names[at]}
              </strong>
            )}
            <Outcome lane={lane} running={running} />
            <Cut lane={lane} />
          </li>
        ))}
      </ul>
      <p className={words.note}>
        {format.dateTimes(trial.from, trial.to)} · {format.zone}
      </p>
      {/* While it runs the picture would be drawn a hundred times. */}
      {!running && (
        <Picture site={site} trial={trial} names={names} needs={needs} heads={heads} nameOf={nameOf} />
      )}
      {!running && <SaidTable trial={trial} names={names} units={units} nameOf={nameOf} title={text.list} />}
    </div>
  )
}

/** The figures count everything; picture and list show what was told one by one. */
function Cut({ lane }: { lane: Lane }) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const until = toldTo(lane)
  if (until === null) return null
  return <p className={words.note}>{text.toldPart(format.count(lane.said.length), format.dateTime(until))}</p>
}

function Picture({ site, trial, names, needs, heads, nameOf }: Omit<Props, 'running' | 'units'>) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const [at, setAt] = useState<number | null>(null)
  const { keys, all } = useMemo(() => seriesOf(needs, heads, devicesSaid(trial)), [needs, heads, trial])
  const spans = useMemo(() => spansOf(trial), [trial])
  const window = useMemo(() => ({ from: trial.from, to: trial.to }), [trial.from, trial.to])
  const lines = useLines(site, keys, window, points)
  if (keys.length === 0) return <p className={words.note}>{text.chartNone}</p>
  return (
    <>
      <h3 className={words.subtitle}>{text.tryChart}</h3>
      <SeriesChart
        lines={lines}
        spans={spans}
        window={window}
        height={height}
        label={`${text.tryChart}: ${keys.map(key => `${nameOf(key.device)} ${key.field}`).join(', ')}. ${format.dateTimes(window.from, window.to)}.`}
        empty={text.noReadings}
        onTime={setAt}
      />
      <Lines keys={keys} lines={lines.series} at={at} nameOf={nameOf} />
      {spans.length > 0 && (
        <p className={words.note}>
          {names.map((name, lane) => (
            <span key={name} className={classes.laneNote}>
              <LaneMark lane={lane === 0 ? 0 : 1} /> {text.marks}
              {names.length > 1 && ` (${name})`}
            </span>
          ))}
        </p>
      )}
      {all > keys.length && (
        <p className={words.note}>{text.chartPart(format.count(keys.length), format.count(all))}</p>
      )}
    </>
  )
}
