import { useMemo } from 'react'
import { useFormat, useMessages } from '../../../i18n/context.tsx'
import type { Units } from '../../../parts/said/values.ts'
import { PlainTable } from '../../../ui/PlainTable.tsx'
import words from '../../../ui/words.module.css'
import { workText } from '../cost.ts'
import { rowText } from '../rowText.ts'
import { heldOf, type Trial, toldTo } from './trial.ts'

interface Props {
  readonly trial: Trial
  readonly names: readonly string[]
  readonly units: Units
  readonly nameOf: (device: string) => string
  readonly title: string
}

const most = 200

/** The same as the picture, to be read: what, from when to when. */
export function SaidTable({ trial, names, units, nameOf, title }: Props) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const lines = useMemo(() => linesOf(trial), [trial])
  if (lines.length === 0) return null
  const two = names.length > 1
  const listed = trial.lanes.every(lane => toldTo(lane) === null) ? text.listPart : text.listOfMore
  const columns = [
    ...(two ? [{ name: text.which }] : []),
    { name: text.about },
    { name: text.from, keep: true },
    { name: text.to, keep: true },
    { name: text.lasted, keep: true },
    { name: text.gave },
  ]
  return (
    <>
      <h3 className={words.subtitle}>{title}</h3>
      <PlainTable
        label={title}
        columns={columns}
        rows={lines.slice(0, most).map(({ lane, key, device, from, to, event, row }, at) => ({
          key: at,
          cells: [
            ...(two ? [names[lane]] : []),
            device === null ? key : nameOf(device),
            from === null ? text.before : format.dateTime(from),
            event ? text.kinds.event : to === null ? text.stillOpen : format.dateTime(to),
            event || from === null || to === null ? '–' : workText(to - from, format.locale),
            row === null ? '–' : rowText(row, units, format),
          ],
        }))}
      />
      {lines.length > most && (
        <p className={words.note}>{listed(format.count(most), format.count(lines.length))}</p>
      )}
    </>
  )
}

/** Stretches and events of all rules, oldest first. */
function linesOf({ lanes }: Trial) {
  return lanes
    .flatMap((one, lane) => [
      ...heldOf(one).map(held => ({ ...held, lane, event: false })),
      ...one.said
        .filter(({ kind }) => kind === 'event')
        .map(({ key, device, time, row }) => ({ key, device, from: time, to: time, row, lane, event: true })),
    ])
    .sort((a, b) => (a.from ?? 0) - (b.from ?? 0) || a.lane - b.lane)
}
