import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { LabForm } from './LabForm.tsx'
import { LiveForm } from './LiveForm.tsx'
import { type Mode, ModeMeans } from './ModeMeans.tsx'
import type { Choice } from './period.ts'

interface Props {
  readonly site: string
  readonly onStarted: (id: string) => void
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
