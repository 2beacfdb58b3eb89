import { Button } from '@mantine/core'
import { useState } from 'react'
import type { SavedEdit } from '../../api/energy.ts'
import { useMessages } from '../../i18n/context.tsx'
import { EnergyHistory } from '../../parts/EnergyHistory.tsx'
import { Card } from '../../ui/Card.tsx'
import { CorrectDialog } from './CorrectDialog.tsx'
import classes from './Corrections.module.css'
import { UndoDialog } from './UndoDialog.tsx'

interface Props {
  readonly site: { readonly id: string; readonly timezone: string }
  readonly device: { readonly id: string; readonly name: string }
  /** The time it is about, epoch ms. */
  readonly start: number
  readonly end: number
  readonly mayEdit: boolean
  /** A meter that is made of others is corrected through them. */
  readonly isVirtual: boolean
}

/** What was corrected of this time, what changed of it, and the way to correct more. */
export default function Corrections({ site, device, start, end, mayEdit, isVirtual }: Props) {
  const { corrections: text } = useMessages()
  const [correcting, setCorrecting] = useState(false)
  const [undoing, setUndoing] = useState<SavedEdit | null>(null)
  const [saved, setSaved] = useState(false)
  const done = () => {
    setCorrecting(false)
    setUndoing(null)
    setSaved(true)
  }
  return (
    <Card
      title={text.title}
      aside={
        mayEdit &&
        !isVirtual && (
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => {
              setSaved(false)
              setCorrecting(true)
            }}
          >
            {text.correct}
          </Button>
        )
      }
    >
      <p role="status" className={saved ? classes.saved : classes.quiet}>
        {saved && text.saved}
      </p>
      <EnergyHistory
        site={site.id}
        device={device.id}
        start={start}
        end={end}
        {...(mayEdit
          ? {
              undo: edit => (
                <Button size="compact-sm" variant="default" onClick={() => setUndoing(edit)}>
                  {text.undo}
                </Button>
              ),
            }
          : {})}
      />
      {!mayEdit && <p className={classes.hint}>{text.noRight}</p>}
      {correcting && (
        <CorrectDialog
          site={site}
          device={device}
          start={start}
          end={end}
          onDone={done}
          onClose={() => setCorrecting(false)}
        />
      )}
      {undoing !== null && (
        <UndoDialog site={site.id} edit={undoing} onDone={done} onClose={() => setUndoing(null)} />
      )}
    </Card>
  )
}
