import { Button, MultiSelect, SegmentedControl, TextInput } from '@mantine/core'
import type { NewReplay as Sent } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { replaysQuery, speakersQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { ticker } from '../../live/ticker.ts'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { PlayIcon } from '../../ui/icons.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Lab } from './Lab.tsx'
import {
  type Choice,
  type Preset,
  periodOf,
  presets,
  type Speed,
  spanText,
  speeds,
  takesMs,
} from './period.ts'
import classes from './ReplayPage.module.css'

interface Props {
  readonly site: string
  readonly onStarted: (id: string) => void
}

/** Chooses a period, rules and a speed. */
export function NewReplay({ site, onStarted }: Props) {
  const { replay: text } = useMessages()
  const rules = useQuery(speakersQuery(site))
  if (rules.data === undefined)
    return rules.isError ? (
      <Card>
        <Failure error={rules.error} onRetry={() => rules.refetch()} />
      </Card>
    ) : (
      <RowsSkeleton rows={4} />
    )
  return (
    <Card title={text.fresh}>
      {rules.data.length === 0 ? (
        <p className={classes.nothing}>{text.noRules}</p>
      ) : (
        <Form site={site} rules={rules.data} onStarted={onStarted} />
      )}
      <Lab />
    </Card>
  )
}

const speedName = (speed: Speed) => String(speed)

function Form({
  site,
  rules,
  onStarted,
}: Props & { rules: readonly { readonly id: string; readonly name: string }[] }) {
  const messages = useMessages()
  const { replay: text, site: siteText } = messages
  const format = useFormat()
  const client = useQueryClient()
  const [choice, setChoice] = useState<Choice>({ preset: 'day', from: '', to: '' })
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [speed, setSpeed] = useState<Speed>(600)
  const [tried, setTried] = useState(false)
  const period = periodOf(choice, { now: ticker.now.get(), zone: format.zone })
  const fault = typeof period === 'string' ? period : null
  const start = useMutation({
    mutationFn: (sent: Sent) => ohmstead.startReplay(site, sent),
    onSuccess: replay => {
      void client.invalidateQueries({ queryKey: replaysQuery(site).queryKey })
      onStarted(replay.id)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (typeof period === 'string') return
    const ids = chosen.length === 0 ? rules.map(({ id }) => id) : [...chosen]
    start.mutate({ from: period.from, to: period.to, speed, rules: ids })
  }
  const said = start.error === null ? null : explain(start.error, messages)
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <fieldset className={classes.field}>
        <legend>{text.periodName}</legend>
        <SegmentedControl
          className={classes.segments!}
          aria-label={text.periodName}
          value={choice.preset}
          onChange={preset => setChoice({ ...choice, preset: preset as Preset })}
          data={presets.map(value => ({ value, label: text.presets[value] }))}
        />
        {choice.preset === 'custom' && (
          <div className={classes.pair}>
            {(['from', 'to'] as const).map(end => (
              <TextInput
                key={end}
                type="datetime-local"
                label={text[end]}
                value={choice[end]}
                onChange={event => setChoice({ ...choice, [end]: event.currentTarget.value })}
              />
            ))}
          </div>
        )}
        <p className={classes.note}>{siteText.zone(format.zone)}</p>
        <FormError text={tried && fault !== null ? text.faults[fault] : null} />
      </fieldset>
      <MultiSelect
        label={text.rules}
        description={
          chosen.length === 0 ? text.allRules(rules.length, format.count(rules.length)) : undefined
        }
        data={rules.map(({ id, name }) => ({ value: id, label: name }))}
        value={[...chosen]}
        onChange={setChosen}
        maxValues={50}
        searchable={rules.length > 8}
        clearable
      />
      <fieldset className={classes.field}>
        <legend>{text.speed}</legend>
        <SegmentedControl
          className={classes.segments!}
          aria-label={text.speed}
          value={speedName(speed)}
          onChange={name => setSpeed(speeds.find(speed => speedName(speed) === name)!)}
          data={speeds.map(speed => ({
            value: speedName(speed),
            label: speed === null ? text.fastestShort : `${speed} ×`,
          }))}
        />
        <p className={classes.note}>{typeof period === 'string' ? '' : takes(period.spanMs)}</p>
      </fieldset>
      <div className={classes.submit}>
        <Button type="submit" leftSection={<PlayIcon />} loading={start.isPending}>
          {text.start}
        </Button>
        <FormError
          text={said === null ? null : [said.happened, said.means, said.todo].filter(Boolean).join(' ')}
        />
      </div>
    </form>
  )

  function takes(spanMs: number): string {
    const ms = takesMs(spanMs, speed)
    return ms === null ? text.fastestMeans : text.takes(spanText(ms, format.locale))
  }
}
