import { useMemo } from 'react'
import { type SeriesKey, seriesText } from '../../api/seriesKey.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import type { TimeSeries } from '../../ui/chart/TimeChart.tsx'
import type { TimeWindow } from '../../ui/chart/timeWindow.ts'
import { valueText } from '../../ui/chart/valueText.ts'
import classes from './ExplorePage.module.css'
import { rowsOf } from './tableRows.ts'

const most = 500

interface Props {
  readonly keys: readonly SeriesKey[]
  readonly names: ReadonlyMap<string, string>
  readonly lines: readonly TimeSeries[]
  readonly window: TimeWindow
}

/** The points of the picture to be read, newest first. */
export function PointsTable({ keys, names, lines, window }: Props) {
  const { explore: text, now } = useMessages()
  const format = useFormat()
  const { rows, all } = useMemo(() => rowsOf(lines, window, most), [lines, window])
  if (rows.length === 0) return <p className={classes.nothing}>{text.nothing}</p>
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className={classes.scroll} aria-label={now.showTable} tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{now.chartTime}</th>
              {keys.map(key => (
                <th key={seriesText(key)} scope="col">
                  {names.get(seriesText(key)) ?? key.device}
                  <span className={classes.entryField}>{key.field}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ time, values }) => (
              <tr key={time}>
                <td>{`${format.dateTime(time).replace(format.clock(time), format.clockWithSeconds(time))}`}</td>
                {values.map((value, at) => (
                  <td key={seriesText(keys[at]!)} title={value === null ? undefined : String(value)}>
                    {value === null ? '' : valueText(value, lines[at]!.unit, format)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {all > rows.length && (
        <p className={classes.hint}>{text.newest(format.count(rows.length), format.count(all))}</p>
      )}
    </>
  )
}
