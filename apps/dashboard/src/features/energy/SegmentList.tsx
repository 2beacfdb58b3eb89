import { Skeleton } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import { type ReactNode, useMemo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { EnergyHistory } from '../../parts/EnergyHistory.tsx'
import { Card } from '../../ui/Card.tsx'
import { FlatTable } from '../../ui/FlatTable.tsx'
import type { Labels } from './labels.ts'
import type { Names } from './names.ts'
import { type Rows, rowsOf } from './rows.ts'
import classes from './SegmentList.module.css'
import { HeadRow, SegmentRow, SumRow } from './SegmentRow.tsx'
import type { EnergySearch } from './search.ts'
import { addKnown } from './segments.ts'
import type { Shown } from './shown.ts'
import type { EnergyShown } from './useEnergy.ts'
import { insideOf } from './view.ts'

interface Props {
  readonly site: Site
  readonly search: EnergySearch
  readonly shown: Shown
  readonly energy: EnergyShown
  readonly names: Names
  readonly labels: Labels
  readonly go: (search: EnergySearch) => void
  readonly toMeters: ReactNode
}

/** What the chosen bar, or the whole time, is made of; each device leads to itself in that time. */
export function SegmentList(props: Props) {
  const { search, shown, energy, names, labels, toMeters } = props
  const { energy: text } = useMessages()
  const format = useFormat()
  const now = useAt(present => Math.floor(present / 60_000) * 60_000)
  const rows = useMemo(
    () => rowsOf({ search, shown, energy, names, now, format, text }),
    [search, shown, energy, names, now, format, text],
  )
  const chosen = shown.bar === null ? null : shown.bars[shown.bar]!
  const where = search.place === undefined ? text.list[shown.grouping] : names.place(search.place)
  const when = chosen === null ? labels.period(shown.period) : labels.bar(chosen, shown.by)
  const title = `${where}, ${when}`
  return (
    <Card title={title} aside={<div className={classes.aside}>{toMeters}</div>}>
      {rows === undefined ? (
        [1, 2, 3, 4].map(at => <Skeleton key={at} height={32} mb={12} />)
      ) : (
        <>
          <Tables {...props} rows={rows} title={title} />
          <Further {...props} />
        </>
      )}
    </Card>
  )
}

function Tables({ shown, energy, go, rows, title }: Props & { rows: Rows; title: string }) {
  const { energy: text } = useMessages()
  const used = addKnown(rows.parts.map(({ usedWh }) => usedWh))
  const columns = {
    hasFedIn: [...rows.parts, ...rows.computed].some(({ fedInWh }) => (fedInWh ?? 0) > 0),
    hasEarlier: energy.comparedBy !== null && shown.bar === null,
  }
  return (
    <>
      <FlatTable aria-label={title}>
        <HeadRow {...columns} />
        {rows.parts.map(row => (
          <SegmentRow key={row.key} row={row} of={used} go={go} {...columns} />
        ))}
        {rows.parts.length > 1 && <SumRow wh={used} {...columns} />}
      </FlatTable>
      {rows.parts.length === 0 && <p className={classes.none}>{text.emptyTime}</p>}
      {rows.computed.length > 0 && (
        <>
          <h3 className={classes.subtitle}>{text.computed}</h3>
          <p className={classes.lead}>{text.computedMeans}</p>
          <FlatTable aria-label={text.computed}>
            {rows.computed.map(row => (
              <SegmentRow key={row.key} row={row} of={null} go={go} {...columns} />
            ))}
          </FlatTable>
        </>
      )}
    </>
  )
}

/** The way into the chosen bar, and what changed in it. */
function Further({ site, search, shown, names, go }: Props) {
  const { energy: text } = useMessages()
  const { zone } = useFormat()
  const { bar, by, ...rest } = search
  if (shown.bar === null) return <p className={classes.hint}>{text.choose}</p>
  const at = shown.bar
  const { start, end } = shown.bars[at]!
  return (
    <>
      {shown.by !== 'slot' && (
        <p className={classes.hint}>
          <button
            type="button"
            className={classes.link}
            onClick={() => go({ ...rest, ...insideOf(shown, at, zone) })}
          >
            {text.open[shown.by]}
          </button>
        </p>
      )}
      <EnergyHistory site={site.id} start={start} end={end} deviceName={names.device} newsOnly />
    </>
  )
}
