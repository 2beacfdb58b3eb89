import { Link } from '@tanstack/react-router'
import type { RuleOut } from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Age } from '../../ui/DeviceNow.tsx'
import { FlatCell, FlatHead, FlatRow, FlatRowHead } from '../../ui/FlatTable.tsx'
import { WarnIcon } from '../../ui/icons.tsx'
import words from '../../ui/words.module.css'
import { workText } from './cost.ts'
import { OnOff } from './OnOff.tsx'
import classes from './RuleRow.module.css'
import { RuleStateMark } from './RuleStateMark.tsx'
import { RuleWords } from './RuleWords.tsx'

interface Props {
  readonly rule: RuleOut
  /** Alerts of it that are open; null while that is not known. */
  readonly open: number | null
  readonly mayChange: boolean
}

/** What the columns are. */
export function RuleRowNames() {
  const { rules: text } = useMessages()
  return (
    <FlatRow className={`${classes.row} ${classes.head}`}>
      {[text.rule, text.state, text.lastFired, text.alerts, text.cost, text.on].map(head => (
        <FlatHead key={head}>{head}</FlatHead>
      ))}
    </FlatRow>
  )
}

/** A rule in a line: what it says, how it is doing, what it said last, what it costs. */
export function RuleRow({ rule, open, mayChange }: Props) {
  const { rules: text, common } = useMessages()
  const format = useFormat()
  const { state, reason, lastSaid, busyMs, held } = rule.status
  return (
    <FlatRow className={classes.row} data-rule={rule.id} data-state={state}>
      <FlatRowHead className={classes.what}>
        <Link
          className={classes.name}
          to="/sites/$site/rules/$rule"
          params={{ site: rule.site, rule: rule.id }}
        >
          {rule.name}
        </Link>
        <RuleWords rule={rule} />
      </FlatRowHead>
      <FlatCell className={classes.doing}>
        <RuleStateMark state={state} />
        {reason !== null && <span className={classes.reason}>{reason}</span>}
      </FlatCell>
      <FlatCell className={classes.fact} data-label={text.lastFired}>
        {lastSaid === null ? text.never : <Age at={lastSaid} className="" />}
      </FlatCell>
      <FlatCell className={classes.fact} data-label={text.alerts}>
        {open === null ? (
          common.unknown
        ) : open === 0 ? (
          text.noAlerts
        ) : (
          <span className={classes.open}>
            <WarnIcon size={14} />
            {text.openAlerts(open, format.count(open))}
          </span>
        )}
      </FlatCell>
      <FlatCell className={classes.fact} data-label={text.cost}>
        {state === 'off' ? (
          common.unknown
        ) : (
          <>
            {text.busy(workText(busyMs, format.locale))}
            <span className={words.note}>{text.held(held, format.count(held))}</span>
          </>
        )}
      </FlatCell>
      <FlatCell className={classes.turn}>{mayChange && <OnOff rule={rule} />}</FlatCell>
    </FlatRow>
  )
}
