import { useMessages } from '../../i18n/context.tsx'
import classes from './ModeMeans.module.css'

export type Mode = 'lab' | 'live'

/** What a replay touches, and what it leaves untouched. */
export function ModeMeans({ mode }: { mode: Mode }) {
  const { replay: text } = useMessages()
  return (
    <p className={classes.means} data-mode={mode}>
      <strong>{text.modes[mode]}.</strong> {text.means[mode]}
    </p>
  )
}
