import { useMemo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { FlatCell, FlatHead, FlatRow, FlatRowHead } from '../../ui/FlatTable.tsx'
import { QuantityText } from '../../ui/QuantityText.tsx'
import { Swatch } from '../../ui/Swatch.tsx'
import { makesOnly, type Row } from './rows.ts'
import classes from './SegmentList.module.css'
import type { EnergySearch } from './search.ts'

/** The columns that not every list has. */
export interface Columns {
  readonly hasFedIn: boolean
  readonly hasEarlier: boolean
}

const countOf = ({ hasFedIn, hasEarlier }: Columns) => 4 + Number(hasFedIn) + Number(hasEarlier)

export function HeadRow(columns: Columns) {
  const { energy: text } = useMessages()
  return (
    <FlatRow className={`${classes.row} ${classes.columns}`} data-columns={countOf(columns)}>
      <FlatHead>{text.name}</FlatHead>
      <FlatHead>{text.used}</FlatHead>
      <FlatHead>{text.share}</FlatHead>
      {columns.hasFedIn && <FlatHead>{text.delivered}</FlatHead>}
      {columns.hasEarlier && <FlatHead>{text.change}</FlatHead>}
      <FlatHead>{text.known}</FlatHead>
    </FlatRow>
  )
}

export function SumRow({ wh, ...columns }: Columns & { wh: number | null }) {
  const { energy: text } = useMessages()
  return (
    <FlatRow className={`${classes.row} ${classes.total}`} data-columns={countOf(columns)}>
      <FlatRowHead className={classes.head}>{text.total}</FlatRowHead>
      <FlatCell className={classes.used}>
        <Amount wh={wh} />
      </FlatCell>
    </FlatRow>
  )
}

interface Props extends Columns {
  readonly row: Row
  /** What the row's share is of, Wh; null where it is of nothing. */
  readonly of: number | null
  readonly go: (search: EnergySearch) => void
}

/** A segment in numbers; its name leads to itself in the same time. */
export function SegmentRow({ row, of, go, ...columns }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const uses = !makesOnly(row)
  return (
    <FlatRow className={classes.row} data-columns={countOf(columns)} data-segment={row.key}>
      <Name row={row} go={go} />
      <FlatCell className={classes.used}>{uses && <Amount wh={row.usedWh} />}</FlatCell>
      <FlatCell className={classes.share}>
        {uses && row.usedWh !== null && of !== null && of > 0 && <Share row={row} share={row.usedWh / of} />}
      </FlatCell>
      {columns.hasFedIn && (
        <FlatCell className={classes.fedIn} data-label={text.delivered}>
          {(row.fedInWh ?? 0) > 0 && <Amount wh={row.fedInWh} />}
        </FlatCell>
      )}
      {columns.hasEarlier && (
        <FlatCell className={classes.earlier} data-label={text.change}>
          {uses && row.earlierWh !== undefined && <Amount wh={row.earlierWh} />}
        </FlatCell>
      )}
      <FlatCell className={classes.known} data-label={text.known}>
        {row.known === null ? '–' : format.share(row.known)}
        {row.notes.map(note => (
          <span key={note} className={classes.note}>
            {note}
          </span>
        ))}
      </FlatCell>
    </FlatRow>
  )
}

function Name({ row, go }: Pick<Props, 'row' | 'go'>) {
  const { name, style, means, to } = row
  return (
    <FlatRowHead className={classes.head}>
      {style !== null && <Swatch style={style} />}
      <span className={classes.names}>
        {to === null ? (
          <span className={classes.name}>{name}</span>
        ) : (
          <button type="button" className={`${classes.name} ${classes.link}`} onClick={() => go(to)}>
            {name}
          </button>
        )}
        {means !== null && <span className={classes.note}>{means}</span>}
      </span>
    </FlatRowHead>
  )
}

/** Rounded to the nearest; small ones have a decimal. */
function Share({ row, share }: { row: Row; share: number }) {
  const { locale } = useFormat()
  const digits = share < 0.0995 ? 1 : 0
  const percent = useMemo(
    () => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }),
    [locale, digits],
  )
  return (
    <>
      <span className={classes.track} aria-hidden="true">
        <span
          className={classes.fill}
          style={{ width: `${100 * share}%`, background: `var(${row.style?.colour ?? '--ohm-accent'})` }}
        />
      </span>
      <span className={classes.percent}>{percent.format(share)}</span>
    </>
  )
}

function Amount({ wh }: { wh: number | null }) {
  const format = useFormat()
  return <QuantityText quantity={format.energy(wh)} raw={wh === null ? undefined : `${wh} Wh`} />
}
