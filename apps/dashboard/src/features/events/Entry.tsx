import type { RuleEvent } from '@ohmstead/sdk'
import { memo, useId, useState } from 'react'
import type { Speaker } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { KindMark } from '../../parts/said/KindMark.tsx'
import line from '../../parts/said/line.module.css'
import { DeviceLink, ExploreLink, RuleLink } from '../../parts/said/links.tsx'
import { RuleSentence } from '../../parts/said/RuleSentence.tsx'
import { ValuesList } from '../../parts/said/ValuesList.tsx'
import { mainValue } from '../../parts/said/values.ts'
import { ChevronIcon } from '../../ui/icons.tsx'
import classes from './Entry.module.css'
import facts from './facts.module.css'

interface Props {
  readonly site: string
  readonly item: RuleEvent
  /** Undefined when it was removed. */
  readonly rule: Speaker | undefined
  /** The name of what it is about. */
  readonly about: string
}

/** What became known so much later than it happened came late. */
const lateMs = 5 * 60_000

/** One thing that a rule said; opened, it shows all that the rule gave. */
export const Entry = memo(function Entry({ site, item, rule, about }: Props) {
  const { events: text } = useMessages()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const id = useId()
  const struck = item.retracted ? classes.struck : ''
  const value = mainValue(item.row, rule?.units ?? {}, format)
  return (
    <li className={classes.entry} data-seq={item.seq} data-retracted={item.retracted || undefined}>
      <button
        type="button"
        className={`${line.line} ${classes.head}`}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <time className={line.when} dateTime={new Date(item.time).toISOString()}>
          {format.clock(item.time)}
        </time>
        <KindMark kind={item.kind} />
        <span className={line.what}>
          <span className={`${line.name} ${struck}`}>{rule?.name ?? item.rule}</span>
          {about !== '' && <span className={classes.about}>{about}</span>}
          {item.retracted && <span className={classes.retracted}>{text.retracted}</span>}
        </span>
        <span className={`${line.value} ${struck}`}>{value}</span>
        <ChevronIcon turn={open ? 180 : 0} />
      </button>
      {open && (
        <div id={id} className={classes.detail}>
          {item.retracted && <p className={classes.reason}>{text.retractedMeans}</p>}
          {rule === undefined ? (
            <p>{text.goneRule}</p>
          ) : (
            <p>
              <RuleSentence site={site} rule={rule} />
            </p>
          )}
          <ValuesList row={item.row} units={rule?.units ?? {}} />
          <p className={facts.facts}>
            <span>{format.dateTime(item.time)}</span>
            {item.recordedAt - item.time > lateMs && (
              <span>{text.late(format.dateTime(item.recordedAt))}</span>
            )}
          </p>
          <p className={facts.facts}>
            <ExploreLink site={site} about={item} needs={rule?.needs ?? []} />
            {item.device !== null && (
              <DeviceLink site={site} device={item.device}>
                {about}
              </DeviceLink>
            )}
            {rule !== undefined && (
              <RuleLink site={site} rule={rule.id}>
                {text.toRule}
              </RuleLink>
            )}
          </p>
        </div>
      )}
    </li>
  )
})
