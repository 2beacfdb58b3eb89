import type { RuleOut } from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Age } from '../../ui/DeviceNow.tsx'
import { workText } from './cost.ts'
import classes from './Work.module.css'

/** What a rule costs, and how far it is. */
export function Work({ status }: { status: RuleOut['status'] }) {
  const { rules: text, common } = useMessages()
  const format = useFormat()
  const { lastSaid, through, readings, late, ignored, held, busyMs } = status
  const lines = [
    [text.lastFired, lastSaid === null ? text.never : <Age key="age" at={lastSaid} className="" />],
    [text.through, through === null ? common.unknown : format.dateTime(through)],
    [text.readings, format.count(readings)],
    [text.late, format.count(late)],
    [text.ignored, format.count(ignored)],
    [text.heldName, format.count(held)],
    [text.busyName, workText(busyMs, format.locale)],
  ] as const
  return (
    <Card title={text.work}>
      <dl className={classes.list}>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
