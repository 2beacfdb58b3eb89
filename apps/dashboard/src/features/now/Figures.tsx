import type { Device, Site } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { daySlotsQuery, energyTodayQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { localDate, localTime, spoken } from '../../i18n/format.ts'
import { useAt } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { QuantityText } from '../../ui/QuantityText.tsx'
import classes from './Figures.module.css'
import { byKey } from './today.ts'
import { useFreshEnergy } from './useFreshEnergy.ts'
import { useTotal } from './useTotal.ts'
import { Waiting } from './Waiting.tsx'
import { comparedWith, dayAfter, lastQuarter, weekBefore } from './weekday.ts'

interface Props {
  readonly site: Pick<Site, 'id' | 'timezone'>
  readonly devices: readonly Device[]
}

/** Power of the site now, and what today came to in both directions. */
export function Figures({ site, devices }: Props) {
  return (
    <div className={classes.figures}>
      <PowerNow devices={devices} />
      <EnergyToday site={site} />
    </div>
  )
}

function PowerNow({ devices }: { devices: readonly Device[] }) {
  const { now: text } = useMessages()
  const format = useFormat()
  const { watts, known, all } = useTotal(devices)
  const direction = watts === null || Math.round(watts) === 0 ? '' : watts < 0 ? text.toGrid : text.drawn
  return (
    <Figure
      label={text.power}
      note={all === 0 ? text.noMeters : text.devicesKnown(all, format.count(known), format.count(all))}
    >
      <QuantityText big quantity={format.power(watts)} raw={watts === null ? undefined : `${watts} W`} />
      <span className={classes.word}>{direction}</span>
    </Figure>
  )
}

function EnergyToday({ site }: { site: Props['site'] }) {
  const messages = useMessages()
  const { now: text } = messages
  const format = useFormat()
  const date = useAt(now => localDate(now, site.timezone))
  const energy = useQuery(energyTodayQuery(site.id, date, 'site'))
  useFreshEnergy(site.id)
  if (energy.data === undefined && !energy.isError)
    return [1, 2].map(at => <Waiting key={at} lines={at === 1 ? 2 : 1} />)

  const { importWh, exportWh, completeness } = (energy.data && byKey(energy.data).get(site.id)) ?? nothing
  const note =
    energy.data === undefined
      ? explain(energy.error, messages).happened
      : completeness === 0
        ? text.completeNone
        : text.complete(format.share(completeness))
  return (
    <>
      <Figure label={text.importToday} note={note} second={<AgainstWeekday site={site} date={date} />}>
        <QuantityText big quantity={format.energy(importWh)} raw={raw(importWh)} />
      </Figure>
      <Figure label={text.exportToday} note={note}>
        <QuantityText big quantity={format.energy(exportWh)} raw={raw(exportWh)} />
      </Figure>
    </>
  )
}

/** A site without any meter has no group at all. */
const nothing = { importWh: null, exportWh: null, completeness: 0 }

function raw(wattHours: number | null): string | undefined {
  return wattHours === null
    ? undefined
    : spoken({ text: String(Math.round(wattHours * 1000) / 1000), unit: 'Wh' })
}

/** Today against the same weekday, both up to the last quarter hour that is over; nothing where either is not known well. */
function AgainstWeekday({ site, date }: Pick<Props, 'site'> & { date: string }) {
  const { now: text } = useMessages()
  const format = useFormat()
  const quarter = useAt(lastQuarter)
  const other = weekBefore(date)
  const today = useQuery(daySlotsQuery(site.id, date, 'now', true)).data
  const before = useQuery(daySlotsQuery(site.id, other, `${dayAfter(other)}T00:00:00`, false)).data
  const change =
    today && before ? comparedWith(today, before, site.id, localTime(quarter, site.timezone)) : null
  if (change === null) return null
  const rounded = Math.round(Math.abs(change) * 100) / 100
  const when = [format.weekday(quarter), format.clock(quarter)] as const
  if (rounded === 0) return text.asMuchAs(...when)
  return change > 0
    ? text.moreThan(format.percent(rounded), ...when)
    : text.lessThan(format.percent(rounded), ...when)
}

interface FigureProps {
  readonly label: string
  readonly note: string
  /** A line that may stay empty: it has its room all the same. */
  readonly second?: ReactNode
  readonly children: ReactNode
}

function Figure({ label, note, second, children }: FigureProps) {
  return (
    <Card className={classes.figure}>
      <h2 className={classes.label}>{label}</h2>
      <p className={classes.value}>{children}</p>
      <p className={classes.note}>{note}</p>
      {second !== undefined && <p className={`${classes.note} ${classes.second}`}>{second}</p>}
    </Card>
  )
}
