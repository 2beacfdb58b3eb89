import { Button } from '@mantine/core'
import type { Replay } from '@ohmstead/sdk'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { FormError } from '../../ui/FormError.tsx'
import classes from './Moment.module.css'
import { useDeeds } from './useDeeds.ts'

interface MomentProps {
  readonly replay: Replay
  readonly at: number
  readonly followed: boolean
  readonly mayStart: boolean
  readonly onFollow: () => void
}

/** Which moment is looked at, and the way back to the clock or ahead to there. */
export function Moment({ replay, at, followed, mayStart, onFollow }: MomentProps) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const { change, failed } = useDeeds(replay)
  const ahead = at > replay.through
  const runs = replay.state === 'running'
  const skip = () => change.mutate({ through: Math.round(at) }, { onSuccess: onFollow })
  return (
    <div className={classes.moment}>
      <p>
        {followed ? text.following : text.lookingAt(format.dateTime(at))}
        {ahead && ` ${runs ? text.notYet : text.never}`}
      </p>
      {!followed && (
        <Button size="compact-sm" variant="default" onClick={onFollow}>
          {text.follow}
        </Button>
      )}
      {ahead && runs && mayStart && (
        <Button size="compact-sm" variant="default" loading={change.isPending} onClick={skip}>
          {text.skip}
        </Button>
      )}
      <FormError text={failed} />
    </div>
  )
}
