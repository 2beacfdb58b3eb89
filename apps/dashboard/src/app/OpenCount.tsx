import { useFormat, useMessages } from '../i18n/context.tsx'
import { useOpenCount } from '../parts/openAlerts.ts'
import classes from './Shell.module.css'

/** How many alerts are open, beside the page that tells of them. */
export function OpenCount({ site }: { site: string }) {
  const { events: text } = useMessages()
  const format = useFormat()
  const count = useOpenCount(site) ?? 0
  if (count === 0) return null
  return (
    <span className={classes.count}>
      <span aria-hidden="true">{count > 99 ? '99+' : format.count(count)}</span>
      <span className={classes.heard}>, {text.openCount(count, format.count(count))}</span>
    </span>
  )
}
