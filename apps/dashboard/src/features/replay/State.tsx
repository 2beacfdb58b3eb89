import type { Replay } from '@ohmstead/sdk'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import classes from './State.module.css'

/** What it does, where its clock stands, how far it is. */
export function State({ replay }: { replay: Replay }) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const { mode, through, progress, readings, said, from, to, reason } = replay
  const word = stateWord(replay)
  return (
    <div className={classes.state}>
      <p className={classes.stateWord} data-state={word}>
        {text.modes[mode]} · {text.states[word]}
      </p>
      <p className={classes.bigClock} data-through={through}>
        <span className={classes.bigTime}>{format.clockWithSeconds(through)}</span>
        <span>{format.longDate(through)}</span>
      </p>
      <p className={classes.figures}>
        <span>{format.dateTimes(from, to)}</span>
        <span>{text.done(format.share(progress))}</span>
        <span>{text.readings(readings, format.count(readings))}</span>
        {mode === 'lab' && <span>{text.marks(said, format.count(said))}</span>}
      </p>
      {reason !== null && <p className={classes.stopped}>{reason}</p>}
    </div>
  )
}

export const stateWord = ({ state, paused }: Pick<Replay, 'state' | 'paused'>) =>
  state === 'running' && paused ? 'paused' : state
