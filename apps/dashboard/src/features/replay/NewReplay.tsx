import { Button, Checkbox, MultiSelect, SegmentedControl, Select, TextInput } from '@mantine/core'
import type { NewReplay as Sent, Site } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { devicesQuery, sitesQuery } from '../../api/queries.ts'
import { replaysQuery, speakersQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { ticker } from '../../live/ticker.ts'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { PlayIcon } from '../../ui/icons.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { type Mode, ModeMeans } from './ModeMeans.tsx'
import {
  type Choice,
  canBeControlled,
  type Period,
  type Preset,
  periodOf,
  presets,
  type Speed,
  spanText,
  speedsOf,
  takesMs,
} from './period.ts'
import classes from './ReplayPage.module.css'

interface Props {
  readonly site: string
  readonly onStarted: (id: string) => void
}

/** What the forms of both modes share. */
interface FormProps extends Props {
  readonly choice: Choice
  readonly onChoice: (choice: Choice) => void
}

/** Chooses a mode, a period, what it is played to, and a speed. */
export function NewReplay(props: Props) {
  const { replay: text } = useMessages()
  const [mode, setMode] = useState<Mode>('lab')
  const [choice, setChoice] = useState<Choice>({ preset: 'day', from: '', to: '' })
  const Form = mode === 'lab' ? LabForm : LiveForm
  return (
    <Card
      title={text.fresh}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={text.mode}
          value={mode}
          onChange={mode => setMode(mode as Mode)}
          data={(['lab', 'live'] as const).map(value => ({ value, label: text.modes[value] }))}
        />
      }
    >
      <ModeMeans mode={mode} />
      <Form {...props} choice={choice} onChoice={setChoice} />
    </Card>
  )
}

function LabForm({ site, onStarted, ...period }: FormProps) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const rules = useQuery(speakersQuery(site))
  const [chosen, setChosen] = useState<readonly string[]>([])
  if (rules.data === undefined)
    return rules.isError ? (
      <Failure error={rules.error} onRetry={() => rules.refetch()} />
    ) : (
      <RowsSkeleton rows={3} />
    )
  if (rules.data.length === 0) return <p className={classes.nothing}>{text.noRules}</p>
  const ids = chosen.length === 0 ? rules.data.map(({ id }) => id) : [...chosen]
  return (
    <Form
      {...period}
      site={site}
      onStarted={onStarted}
      mode="lab"
      zone={format.zone}
      sent={{ mode: 'lab', rules: ids.slice(0, mostRules) }}
    >
      <MultiSelect
        label={text.rules}
        placeholder={chosen.length === 0 ? text.allRules(ids.length, format.count(ids.length)) : ''}
        data={rules.data.map(({ id, name }) => ({ value: id, label: name }))}
        value={[...chosen]}
        onChange={setChosen}
        maxValues={mostRules}
        searchable={rules.data.length > 8}
        clearable
      />
    </Form>
  )
}

/** As many as the server takes for one replay. */
const mostRules = 50

function LiveForm({ site, onStarted, ...period }: FormProps) {
  const { replay: text } = useMessages()
  const sites: readonly Site[] = useQuery(sitesQuery).data ?? []
  const devices = useQuery(devicesQuery(site)).data ?? []
  const others = sites.filter(({ id }) => id !== site)
  const [source, setSource] = useState<string | null>(null)
  const [confirmed, setConfirmed] = useState(false)
  const from = others.find(({ id }) => id === source) ?? others[0]
  if (from === undefined) return <p className={classes.nothing}>{text.noSource}</p>
  const controlled = devices.filter(canBeControlled)
  return (
    <Form
      {...period}
      site={site}
      onStarted={onStarted}
      mode="live"
      // A day of the past is one of the site where it was.
      zone={from.timezone}
      sent={{ mode: 'live', source: from.id, confirm: confirmed }}
      held={controlled.length > 0 && !confirmed}
    >
      <div className={classes.stack}>
        <Select
          label={text.source}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={from.id}
          onChange={setSource}
          allowDeselect={false}
          searchable={others.length > 8}
        />
        {controlled.length > 0 && (
          <Checkbox
            label={text.confirm(controlled.map(({ name }) => name).join(', '))}
            checked={confirmed}
            onChange={event => setConfirmed(event.currentTarget.checked)}
          />
        )}
      </div>
    </Form>
  )
}

interface ChosenProps extends FormProps {
  readonly mode: Mode
  /** In which days and times are meant. */
  readonly zone: string
  readonly sent: Pick<Sent, 'mode' | 'rules' | 'source' | 'confirm'>
  /** It may not start yet. */
  readonly held?: boolean
  readonly children: React.ReactNode
}

function Form({ site, onStarted, mode, zone, sent, held = false, choice, onChoice, children }: ChosenProps) {
  const messages = useMessages()
  const { replay: text } = messages
  const client = useQueryClient()
  const speeds = speedsOf(mode)
  const [wanted, setSpeed] = useState<Speed>(mode === 'lab' ? 600 : 1)
  const speed = speeds.includes(wanted) ? wanted : 1
  const [tried, setTried] = useState(false)
  const period = periodOf(choice, { now: ticker.now.get(), zone })
  const start = useMutation({
    mutationFn: ({ from, to }: Period) => ohmstead.startReplay(site, { ...sent, from, to, speed } as Sent),
    onSuccess: replay => {
      void client.invalidateQueries({ queryKey: replaysQuery(site).queryKey })
      onStarted(replay.id)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (typeof period !== 'string') start.mutate(period)
  }
  const said = start.error === null ? null : explain(start.error, messages)
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <PeriodField
        choice={choice}
        onChoice={onChoice}
        zone={zone}
        fault={tried && typeof period === 'string' ? text.faults[period] : null}
      />
      <SpeedField
        speeds={speeds}
        speed={speed}
        onSpeed={setSpeed}
        spanMs={typeof period === 'string' ? null : period.spanMs}
      />
      {children}
      <div className={classes.submit}>
        <Button type="submit" leftSection={<PlayIcon />} loading={start.isPending} disabled={held}>
          {text.start}
        </Button>
        <FormError
          text={said === null ? null : [said.happened, said.means, said.todo].filter(Boolean).join(' ')}
        />
      </div>
    </form>
  )
}

function PeriodField({
  choice,
  onChoice,
  zone,
  fault,
}: Pick<FormProps, 'choice' | 'onChoice'> & { zone: string; fault: string | null }) {
  const { replay: text, site } = useMessages()
  return (
    <fieldset className={classes.field}>
      <legend>{text.periodName}</legend>
      <SegmentedControl
        className={classes.segments!}
        aria-label={text.periodName}
        value={choice.preset}
        onChange={preset => onChoice({ ...choice, preset: preset as Preset })}
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
              onChange={event => onChoice({ ...choice, [end]: event.currentTarget.value })}
            />
          ))}
        </div>
      )}
      <p className={classes.note}>{site.zone(zone)}</p>
      <FormError text={fault} />
    </fieldset>
  )
}

interface SpeedProps {
  readonly speeds: readonly Speed[]
  readonly speed: Speed
  readonly onSpeed: (speed: Speed) => void
  /** Null where no period is chosen yet. */
  readonly spanMs: number | null
}

function SpeedField({ speeds, speed, onSpeed, spanMs }: SpeedProps) {
  const { replay: text } = useMessages()
  const { locale } = useFormat()
  const ms = spanMs === null ? null : takesMs(spanMs, speed)
  const takes = ms === null ? '' : text.takes(spanText(ms, locale))
  return (
    <fieldset className={classes.field}>
      <legend>{text.speed}</legend>
      <SegmentedControl
        className={classes.segments!}
        aria-label={text.speed}
        value={String(speed)}
        onChange={name => onSpeed(speeds.find(speed => String(speed) === name)!)}
        data={speeds.map(speed => ({
          value: String(speed),
          label: speed === null ? text.fastestShort : `${speed} ×`,
        }))}
      />
      <p className={classes.note}>{speed === null ? text.fastestMeans : takes}</p>
    </fieldset>
  )
}
