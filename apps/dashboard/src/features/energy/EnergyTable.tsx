import { useFormat, useMessages } from '../../i18n/context.tsx'
import { spoken } from '../../i18n/format.ts'
import { useAt } from '../../live/context.tsx'
import { gapOf, qualityShares } from './certainty.ts'
import classes from './EnergyTable.module.css'
import type { Labels } from './labels.ts'
import type { Names } from './names.ts'
import { type Flow, type Segment, sumOf, totalOf } from './segments.ts'
import type { Shown } from './shown.ts'

interface Props {
  readonly shown: Shown
  readonly segments: readonly Segment[]
  readonly names: Names
  readonly labels: Labels
}

/** The picture as a table: what a screen reader reads, and what one copies. */
export function EnergyTable({ shown, segments, names, labels }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const now = useAt(present => Math.floor(present / 60_000) * 60_000)
  const columns = segments.flatMap(segment => {
    const flows: Flow[] = (totalOf(segment, 'exportWh') ?? 0) > 0 ? ['importWh', 'exportWh'] : ['importWh']
    const used = totalOf(segment, 'importWh')
    return flows
      .filter(flow => flow === 'exportWh' || flows.length === 1 || (used ?? 0) > 0)
      .map(flow => ({
        key: `${segment.kind} ${segment.key} ${flow}`,
        segment,
        flow,
        name: flow === 'exportWh' ? `${names.of(segment)}, ${text.deliveredWord}` : names.of(segment),
      }))
  })
  const known = sumOf(segments.map(({ buckets }) => buckets))
  const cell = (wh: number | null | undefined) => spoken(format.energy(wh ?? null))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={classes.scroll} aria-label={text.views.table} tabIndex={0} data-own-keys>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{text.time}</th>
            {columns.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">{text.known}</th>
          </tr>
        </thead>
        <tbody>
          {shown.bars.map((bar, at) => {
            const part = known[at]
            const gap = part === undefined ? 'unknown' : gapOf(part, bar.start, now)
            return (
              <tr key={bar.start}>
                <th scope="row">{labels.bar(bar, shown.by)}</th>
                {columns.map(({ key, segment, flow }) => (
                  <td key={key} title={rawOf(segment, at, flow)}>
                    {cell(segment.buckets[at]?.[flow])}
                  </td>
                ))}
                <td className={classes.known}>
                  {gap === 'ahead' ? (
                    text.gap.ahead
                  ) : (
                    <>
                      {format.share(part?.completeness ?? 0)}
                      {part !== undefined &&
                        qualityShares(part)
                          .filter(({ name }) => name !== 'missing')
                          .map(
                            ({ name, share }) =>
                              `, ${text.qualityShare(format.share(share), text.quality[name])}`,
                          )}
                    </>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{text.total}</th>
            {columns.map(({ key, segment, flow }) => (
              <td key={key}>{cell(totalOf(segment, flow))}</td>
            ))}
            <td />
          </tr>
        </tfoot>
      </table>
    </section>
  )
}

function rawOf({ buckets }: Segment, at: number, flow: Flow): string | undefined {
  const wh = buckets[at]?.[flow]
  return wh === null || wh === undefined ? undefined : `${wh} Wh`
}
