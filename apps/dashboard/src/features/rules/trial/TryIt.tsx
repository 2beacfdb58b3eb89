import { Button, Progress, SegmentedControl, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Compiled } from '../../../api/rules.ts'
import { serverTime } from '../../../api/serverTime.ts'
import { useFormat, useMessages } from '../../../i18n/context.tsx'
import { type ForLab, forLab, type Playable } from '../../../parts/forLab.ts'
import { Card } from '../../../ui/Card.tsx'
import { Failure } from '../../../ui/Failure.tsx'
import { PlayIcon } from '../../../ui/icons.tsx'
import words from '../../../ui/words.module.css'
import type { Things } from '../form/useThings.ts'
import { type Period, type Preset, presets, type Range, rangeOf } from './period.ts'
import { TrialResult } from './TrialResult.tsx'
import classes from './TryIt.module.css'
import { progressOf, type Trial } from './trial.ts'
import { useTrial } from './useTrial.ts'

export type Looks = Pick<Compiled, 'needs' | 'units'>

interface Props {
  readonly site: string
  /** One, or two side by side; none while there is nothing to try. */
  readonly subjects: readonly Playable[]
  /** What they look at, and the units of what they say; null while that is not known. */
  readonly looks: Looks | null
  readonly heads: Things['heads']
  readonly nameOf: Things['nameOf']
  readonly tools?: ReactNode
  /** What can be done with a trial of the first subject that has come to its end. */
  readonly after?: ((range: Range) => ReactNode) | undefined
  /** Takes them to the lab of replays; for those who may. */
  readonly onPlay?: ((lab: ForLab) => void) | undefined
}

/** What a rule would have said in the past, at full speed. */
export function TryIt({ site, subjects, looks, heads, nameOf, tools, after, onPlay }: Props) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const [period, setPeriod] = useState<Period>({ last: 'week' })
  const [fault, setFault] = useState<string | null>(null)
  const [names, setNames] = useState<readonly string[]>([])
  const [looked, setLooked] = useState<Looks>({ needs: [], units: {} })
  const { run, start, stop } = useTrial(site)
  const begin = () => {
    const range = rangeOf(period, format.zone, serverTime.now())
    if (typeof range === 'string') return setFault(text.periodFaults[range])
    setFault(null)
    // The result is about what was tried, whatever is written meanwhile.
    setNames(subjects.map(({ name }) => name))
    if (looks !== null) setLooked(looks)
    start(
      range,
      subjects.map(({ saying }) => saying),
    )
  }
  const running = run.state === 'running'
  return (
    <Card title={text.tryIt}>
      <p className={words.note}>{text.tryMeans}</p>
      <div className={classes.tryTools}>
        <PeriodChoice period={period} fault={fault} onChange={setPeriod} />
        {tools}
        {running ? (
          <Button variant="default" onClick={stop}>
            {text.stop}
          </Button>
        ) : (
          <Button variant="light" disabled={subjects.length === 0 || looks === null} onClick={begin}>
            {text.run}
          </Button>
        )}
        {onPlay && (
          <Button
            variant="subtle"
            leftSection={<PlayIcon />}
            disabled={subjects.length === 0 || looks === null}
            onClick={() => onPlay(forLab(subjects))}
          >
            {text.play}
          </Button>
        )}
      </div>
      {running && <Running trial={run.trial} />}
      {run.state === 'failed' && <Failure error={run.error} onRetry={begin} />}
      {run.state === 'stopped' && <p className={words.note}>{text.interrupted}</p>}
      {run.state !== 'idle' && run.state !== 'failed' && (
        <TrialResult
          site={site}
          trial={run.trial}
          running={running}
          names={names}
          {...looked}
          heads={heads}
          nameOf={nameOf}
        />
      )}
      {run.state === 'done' && after?.({ from: run.trial.from, to: run.trial.to })}
    </Card>
  )
}

function PeriodChoice({
  period,
  fault,
  onChange,
}: {
  period: Period
  fault: string | null
  onChange: (period: Period) => void
}) {
  const { rules: text } = useMessages()
  const custom = 'last' in period ? null : period
  return (
    <div className={classes.period}>
      <SegmentedControl
        aria-label={text.period}
        value={custom === null ? (period as { last: Preset }).last : 'custom'}
        onChange={choice =>
          onChange(choice === 'custom' ? { first: '', until: '' } : { last: choice as Preset })
        }
        data={[...presets, 'custom' as const].map(value => ({ value, label: text.presets[value] }))}
      />
      {custom !== null && (
        <div className={classes.dates}>
          <TextInput
            type="date"
            label={text.first}
            value={custom.first}
            error={fault !== null}
            onChange={event => onChange({ ...custom, first: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={text.until}
            value={custom.until}
            error={fault !== null}
            onChange={event => onChange({ ...custom, until: event.currentTarget.value })}
          />
        </div>
      )}
      <p role="alert" className={words.fault}>
        {fault}
      </p>
    </div>
  )
}

function Running({ trial }: { trial: Trial }) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const share = progressOf(trial)
  return (
    <div className={classes.progress}>
      <Progress.Root size="lg">
        <Progress.Section value={share * 100} aria-label={text.progress} />
      </Progress.Root>
      <span className={words.note}>{text.progressOf(format.share(share))}</span>
    </div>
  )
}
