import { Button, Skeleton } from '@mantine/core'
import { isoLocal } from '@ohmstead/model'
import type { Site } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { Fragment, type ReactNode, useState } from 'react'
import { type EnergySlot, slotsQuery } from '../../api/energy.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { QuantityText } from '../../ui/QuantityText.tsx'
import { gapOf, qualityShares } from './certainty.ts'
import classes from './DeviceDetail.module.css'
import type { About } from './EnergyPage.tsx'
import type { FlowWords } from './flows.ts'
import type { Labels } from './labels.ts'
import type { Names } from './names.ts'
import { hoursOf } from './period.ts'
import type { EnergyShown, Shown } from './useEnergy.ts'
import { Why } from './Why.tsx'

interface Props {
  readonly site: Site
  readonly device: string
  readonly shown: Shown
  readonly energy: EnergyShown
  readonly names: Names
  readonly labels: Labels
  readonly words: FlowWords
  readonly corrections: (about: About) => ReactNode
  readonly isVirtual: boolean
  readonly onInside: (bar: number) => void
}

/** One device: what its chosen bar is made of, why it is so, and what can be corrected. */
export function DeviceDetail(props: Props) {
  const { device, shown, names, labels, corrections, isVirtual, onInside } = props
  const { energy: text } = useMessages()
  const bar = shown.bar
  const chosen = bar === null ? null : shown.bars[bar]!
  const time = chosen ?? shown.period
  const name = chosen === null ? labels.period(shown.period) : labels.bar(chosen, shown.by)
  return (
    <>
      <Card
        title={chosen === null ? name : text.slotsOf(name)}
        aside={
          bar !== null &&
          shown.by !== 'slot' && (
            <Button size="compact-sm" variant="subtle" onClick={() => onInside(bar)}>
              {text.open[shown.by]}
            </Button>
          )
        }
      >
        {chosen === null && <p className={classes.hint}>{text.chooseSlots}</p>}
        <Certainty {...props} />
        {chosen !== null &&
          (hoursOf(chosen) > 25 ? (
            <p className={classes.hint}>{text.tooManySlots}</p>
          ) : (
            <Slots {...props} start={chosen.start} end={chosen.end} />
          ))}
      </Card>
      {corrections({
        device: { id: device, name: names.device(device) },
        start: time.start,
        end: time.end,
        isVirtual,
      })}
    </>
  )
}

/** How the bar, or the whole time, came to be known. */
function Certainty({ shown, energy }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const now = useAt(present => Math.floor(present / 60_000) * 60_000)
  const buckets = energy.segments?.[0]?.buckets ?? []
  const bucket = shown.bar === null ? undefined : buckets[shown.bar]
  if (bucket === undefined) return null
  const gap = gapOf(bucket, Date.parse(bucket.start), now)
  return (
    <ul className={classes.certainty}>
      {gap === 'ahead' && <li>{text.gap.ahead}</li>}
      {gap === null && qualityShares(bucket).length === 0 && <li>{text.qualityMeans.measured}</li>}
      {gap !== 'ahead' &&
        qualityShares(bucket).map(({ name, share }) => (
          <li key={name}>
            <b>{text.qualityShare(format.share(share), text.quality[name])}</b>
            {'. '}
            {text.qualityMeans[name]}
          </li>
        ))}
    </ul>
  )
}

function Slots({ site, device, names, words, start, end }: Props & { start: number; end: number }) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const range = { from: isoLocal(start, site.timezone), to: isoLocal(end, site.timezone) }
  const [asked, setAsked] = useState<string | null>(null)
  const slots = useQuery(slotsQuery(site.id, device, range))
  if (slots.data === undefined)
    return slots.isError ? (
      <Failure error={slots.error} onRetry={() => slots.refetch()} />
    ) : (
      <Skeleton height={Math.min(16, (end - start) / 900_000) * 37} />
    )
  const hasExport = slots.data.slots.some(slot => (slot.exportWh ?? 0) > 0)
  const columns = hasExport ? 6 : 5
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={classes.scroll} aria-label={text.slots} tabIndex={0} data-own-keys>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{text.slot}</th>
            <th scope="col">{words.used}</th>
            {hasExport && <th scope="col">{words.fedIn}</th>}
            <th scope="col">{text.known}</th>
            <th scope="col">{text.how}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {slots.data.slots.map(slot => (
            <Fragment key={slot.start}>
              <tr data-quality={slot.quality}>
                <th scope="row" title={slot.start}>
                  {format.clock(Date.parse(slot.start))}
                </th>
                <Amount wh={slot.importWh} />
                {hasExport && <Amount wh={slot.exportWh} />}
                <td>{format.share(slot.coverage)}</td>
                <td>
                  <How slot={slot} />
                </td>
                <td>
                  <button
                    type="button"
                    className={classes.ask}
                    aria-expanded={asked === slot.start}
                    aria-label={text.why.title(format.clock(Date.parse(slot.start)))}
                    onClick={() => setAsked(asked === slot.start ? null : slot.start)}
                  >
                    {text.why.ask}
                  </button>
                </td>
              </tr>
              {asked === slot.start && (
                <tr>
                  <td colSpan={columns}>
                    <Why site={site.id} device={device} slot={slot.start} names={names} words={words} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Amount({ wh }: { wh: number | null }) {
  const format = useFormat()
  return (
    <td>
      <QuantityText quantity={format.energy(wh)} raw={wh === null ? undefined : `${wh} Wh`} />
    </td>
  )
}

function How({ slot: { quality, source, revision } }: { slot: EnergySlot }) {
  const { energy: text } = useMessages()
  const format = useFormat()
  return (
    <>
      <span title={text.qualityMeans[quality]}>{text.quality[quality]}</span>
      {quality !== 'missing' && (
        <span className={classes.note}>, {text.computedFrom(text.source[source])}</span>
      )}
      {revision > 0 && (
        <span className={classes.note}>, {text.revised(revision, format.count(revision))}</span>
      )}
    </>
  )
}
