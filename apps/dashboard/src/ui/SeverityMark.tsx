import type { Severity } from '@ohmstead/model'
import { useMessages } from '../i18n/context.tsx'
import { HighShape, LowShape, MediumShape } from './icons.tsx'
import classes from './SeverityMark.module.css'

const shapes = { high: HighShape, medium: MediumShape, low: LowShape } as const

/** Shape and word of how urgent an alert is; the colour only repeats them. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const { events } = useMessages()
  const Shape = shapes[severity]
  return (
    <span className={classes.mark} data-severity={severity}>
      <Shape />
      {events.severities[severity]}
    </span>
  )
}
