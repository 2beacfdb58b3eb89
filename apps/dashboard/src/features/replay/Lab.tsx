import { useMessages } from '../../i18n/context.tsx'
import classes from './ReplayPage.module.css'

/** What a replay in the lab leaves untouched. */
export function Lab() {
  const { replay: text } = useMessages()
  return (
    <p className={classes.lab}>
      <strong>{text.lab}</strong> {text.labMeans}
    </p>
  )
}
