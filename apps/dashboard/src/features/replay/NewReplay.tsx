import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { Card } from '../../ui/Card.tsx'
import { LabForm } from './LabForm.tsx'
import { LiveForm } from './LiveForm.tsx'
import { type Mode, ModeMeans } from './ModeMeans.tsx'
import type { Choice } from './period.ts'

interface Props {
  readonly site: string
  /** What was brought along. */
  readonly lab: ForLab | undefined
  readonly onStarted: (id: string) => void
}

/** Chooses a mode, a period, what it is played to, and a speed. */
export function NewReplay({ lab, ...props }: Props) {
  const { replay: text } = useMessages()
  const [mode, setMode] = useState<Mode>('lab')
  const [choice, setChoice] = useState<Choice>({ preset: 'day', from: '', to: '' })
  const form = { ...props, choice, onChoice: setChoice }
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
      {mode === 'lab' ? <LabForm {...form} brought={lab} /> : <LiveForm {...form} />}
    </Card>
  )
}
