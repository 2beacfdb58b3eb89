import { useFormat, useMessages } from '../../../i18n/context.tsx'
import { WarnIcon } from '../../../ui/icons.tsx'
import words from '../../../ui/words.module.css'
import { workText } from '../cost.ts'
import classes from './Outcome.module.css'
import type { Lane } from './trial.ts'

/** In one line what a rule would have done, and how long it took to find out. */
export function Outcome({ lane: { said, done }, running }: { lane: Lane; running: boolean }) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const count = (kind: 'raised' | 'cleared' | 'event') => said.filter(one => one.kind === kind).length
  const raised = done?.raised ?? count('raised')
  const cleared = done?.cleared ?? count('cleared')
  const events = done?.events ?? count('event')
  const parts = [
    ...(raised > 0 ? [text.wouldRaise(raised, format.count(raised))] : []),
    ...(events > 0 ? [text.wouldEvents(events, format.count(events))] : []),
    ...(cleared > 0 ? [text.wouldClear(cleared, format.count(cleared))] : []),
    ...(done !== null && done.open.length > 0
      ? [text.wouldOpen(done.open.length, format.count(done.open.length))]
      : []),
  ]
  return (
    <span role="status">
      {parts.length > 0 && <span className={classes.outcome}>{parts.join(', ')}.</span>}
      {parts.length === 0 && !running && <span className={classes.outcome}>{text.wouldNot}.</span>}{' '}
      {done !== null && (
        <span className={classes.took}>
          {done.readings === 0
            ? text.noReadings
            : text.took(workText(done.tookMs, format.locale), format.count(done.readings))}
        </span>
      )}
      {done !== null && done.stopped !== null && (
        <span className={words.fault}>
          {' '}
          <WarnIcon size={14} /> {text.stopped(done.stopped)}
        </span>
      )}
    </span>
  )
}
