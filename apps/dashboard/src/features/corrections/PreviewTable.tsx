import { useEffect, useRef } from 'react'
import type { Preview } from '../../api/corrections.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { spoken } from '../../i18n/format.ts'
import { QuantityText } from '../../ui/QuantityText.tsx'
import classes from './Corrections.module.css'

const mostRows = 8

/** What would change: before, after and the sum, before anything is saved. */
export function PreviewTable({ preview }: { preview: Preview }) {
  const { corrections: text } = useMessages()
  const format = useFormat()
  const box = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each preview is brought into sight once
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [preview])
  const { before, sums } = preview
  if (before.length === 0)
    return (
      <div ref={box} className={classes.preview} role="status">
        <b>{text.nothing}</b>
        <p>{text.nothingDo}</p>
      </div>
    )
  const hasExport = (sums.before.exportWh ?? 0) > 0 || (sums.after.exportWh ?? 0) > 0
  const more = before.length - mostRows
  return (
    <div ref={box} className={classes.preview} role="status" data-preview>
      <b>
        {text.would(before.length, format.count(before.length))},{' '}
        {format.dateTimes(Date.parse(preview.from), Date.parse(preview.to))}
      </b>
      <Sums before={sums.before.importWh} after={sums.after.importWh} />
      {hasExport && <Sums before={sums.before.exportWh} after={sums.after.exportWh} toGrid />}
      <Slots preview={preview} hasExport={hasExport} />
      {more > 0 && <p className={classes.note}>{text.rest(more, format.count(more))}</p>}
    </div>
  )
}

function Slots({ preview: { before, after }, hasExport }: { preview: Preview; hasExport: boolean }) {
  const { corrections: text } = useMessages()
  const format = useFormat()
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{text.slot}</th>
          <th scope="col">{text.before}</th>
          <th scope="col">{text.after}</th>
        </tr>
      </thead>
      <tbody>
        {before.slice(0, mostRows).map((slot, at) => (
          <tr key={slot.start}>
            <th scope="row">{format.dateTime(Date.parse(slot.start))}</th>
            <td>
              <Amount slot={slot} hasExport={hasExport} />
            </td>
            <td>
              <Amount slot={after[at]!} hasExport={hasExport} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Amount({ slot, hasExport }: { slot: Preview['before'][number]; hasExport: boolean }) {
  const { corrections: text, energy } = useMessages()
  const format = useFormat()
  const { importWh, exportWh, quality } = slot
  return (
    <>
      <QuantityText
        quantity={format.energy(importWh)}
        raw={importWh === null ? undefined : `${importWh} Wh`}
      />
      {hasExport && exportWh !== null && exportWh > 0 && (
        <span className={classes.note}>{text.history.exportOf(spoken(format.energy(exportWh)))}</span>
      )}
      <span className={classes.note}>{energy.quality[quality]}</span>
    </>
  )
}

function Sums({
  before,
  after,
  toGrid = false,
}: {
  before: number | null
  after: number | null
  toGrid?: boolean
}) {
  const { corrections: text, energy } = useMessages()
  const format = useFormat()
  const more = (after ?? 0) - (before ?? 0)
  const raw = (wh: number | null) => (wh === null ? undefined : `${wh} Wh`)
  return (
    <dl className={classes.sums} data-sums={toGrid ? 'export' : 'import'}>
      <div>
        <dt>
          {text.before}
          {toGrid && `, ${energy.delivered}`}
        </dt>
        <dd>
          <QuantityText quantity={format.energy(before)} raw={raw(before)} />
        </dd>
      </div>
      <div>
        <dt>{text.after}</dt>
        <dd>
          <QuantityText quantity={format.energy(after)} raw={raw(after)} />
        </dd>
      </div>
      <div>
        <dt>{text.difference}</dt>
        <dd title={`${more} Wh`}>
          {Math.abs(more) < 0.0005
            ? text.sameSum
            : more > 0
              ? text.more(spoken(format.energy(more)))
              : text.less(spoken(format.energy(-more)))}
        </dd>
      </div>
    </dl>
  )
}
