import type { Device, ReplayedEvent } from '@ohmstead/sdk'
import { useMemo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { KindMark } from '../../parts/said/KindMark.tsx'
import line from '../../parts/said/line.module.css'
import { mainValue } from '../../parts/said/values.ts'
import { Card } from '../../ui/Card.tsx'
import words from '../../ui/words.module.css'
import list from './list.module.css'
import type { Played } from './played.ts'
import classes from './SaidList.module.css'
import { openAt, saidUntil } from './scrub.ts'

interface Props {
  readonly said: readonly ReplayedEvent[]
  /** How many there are; the first thousand are told. */
  readonly total: number
  readonly at: number
  readonly rules: readonly Played[]
  readonly devices: readonly Device[]
  readonly onMoment: (at: number) => void
}

const mostShown = 100

/** What was said up to the moment that is looked at, newest first, and what was open then. */
export function SaidList({ said, total, at, rules, devices, onMoment }: Props) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const until = useMemo(() => saidUntil(said, at), [said, at])
  const open = useMemo(() => openAt(said, at), [said, at])
  const ruleOf = (id: string) => rules.find(rule => rule.id === id)
  const nameOf = ({ device, key }: ReplayedEvent) =>
    devices.find(({ id }) => id === device)?.name ?? device ?? key
  return (
    <Card title={text.until(format.dateTime(at))}>
      <p className={words.note} role="status">
        {open.length === 0 ? text.noneOpen : text.open(open.map(nameOf).join(', '))}
      </p>
      {until.length === 0 ? (
        <p className={words.nothing}>{text.nothingSaid}</p>
      ) : (
        <ul className={list.list}>
          {until.slice(0, mostShown).map((one, index) => {
            const rule = ruleOf(one.rule)
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: counted from the oldest, a place stays
              <li key={`${one.rule} ${one.kind} ${one.key} ${one.time} ${until.length - index}`}>
                <button
                  type="button"
                  className={`${line.line} ${classes.one}`}
                  aria-current={one.time === at || undefined}
                  onClick={() => onMoment(one.time)}
                >
                  <time className={line.when} dateTime={new Date(one.time).toISOString()}>
                    {format.dateTime(one.time)}
                  </time>
                  <KindMark kind={one.kind} />
                  <span className={line.what}>
                    <span className={line.name}>{rule?.name ?? one.rule}</span>
                    <span>{nameOf(one)}</span>
                  </span>
                  <span className={line.value}>{mainValue(one.row, rule?.units ?? {}, format)}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
      {until.length > mostShown && (
        <p className={words.note}>{text.shownOf(format.count(mostShown), format.count(until.length))}</p>
      )}
      {total > said.length && (
        <p className={words.note}>{text.toldOf(format.count(said.length), format.count(total))}</p>
      )}
    </Card>
  )
}
