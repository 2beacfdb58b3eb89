import { Button } from '@mantine/core'
import type { NewReplay as Sent } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { replaysQuery } from '../../api/said.ts'
import { useMessages } from '../../i18n/context.tsx'
import { ticker } from '../../live/ticker.ts'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import { PlayIcon } from '../../ui/icons.tsx'
import type { Mode } from './ModeMeans.tsx'
import { PeriodField } from './PeriodField.tsx'
import { type Choice, type Period, periodOf, type Speed, speedsOf } from './period.ts'
import classes from './ReplayForm.module.css'
import { SpeedField } from './SpeedField.tsx'

/** What the forms of both modes share. */
export interface FormProps {
  readonly site: string
  readonly onStarted: (id: string) => void
  readonly choice: Choice
  readonly onChoice: (choice: Choice) => void
}

interface ChosenProps extends FormProps {
  readonly mode: Mode
  /** In which days and times are meant. */
  readonly zone: string
  readonly sent: Pick<Sent, 'mode' | 'rules' | 'trials' | 'source' | 'confirm'>
  /** It may not start yet. */
  readonly held?: boolean
  readonly children: React.ReactNode
}

/** A period and a speed, what belongs to the mode, and the start. */
export function ReplayForm({
  site,
  onStarted,
  mode,
  zone,
  sent,
  held = false,
  choice,
  onChoice,
  children,
}: ChosenProps) {
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
