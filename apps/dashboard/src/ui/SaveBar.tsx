import { Button } from '@mantine/core'
import { useMessages } from '../i18n/context.tsx'
import classes from './SaveBar.module.css'

interface Props {
  readonly dirty: boolean
  readonly busy: boolean
  readonly saved: boolean
  readonly disabled?: boolean
  readonly onDiscard: () => void
}

/** The end of a form that changes something in place. */
export function SaveBar({ dirty, busy, saved, disabled = false, onDiscard }: Props) {
  const { common } = useMessages()
  return (
    <div className={classes.bar}>
      <Button type="submit" disabled={!dirty || disabled} loading={busy}>
        {common.save}
      </Button>
      {dirty && (
        <Button variant="default" onClick={onDiscard}>
          {common.discard}
        </Button>
      )}
      <span role="status" className={classes.saved}>
        {saved && !dirty ? common.saved : ''}
      </span>
    </div>
  )
}
