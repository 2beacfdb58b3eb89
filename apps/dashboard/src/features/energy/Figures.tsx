import { Skeleton } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import type { ReactNode } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { QuantityText } from '../../ui/QuantityText.tsx'
import classes from './Figures.module.css'
import { type FlowWords, flowWords } from './flows.ts'
import type { EnergySearch } from './search.ts'
import { addKnown, completenessOf, totalOf } from './segments.ts'
import type { Shown } from './shown.ts'
import type { EnergyShown } from './useEnergy.ts'

interface Props {
  readonly site: Site
  readonly search: EnergySearch
  readonly shown: Shown
  readonly energy: EnergyShown
  readonly words: FlowWords
}

/** The period in three or four numbers, and how much of it is known. */
export function Figures({ search, shown, energy, words }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const minute = useAt(now => Math.floor(now / 60_000) * 60_000)
  const { segments, whole } = energy
  if (segments === undefined || whole === undefined)
    return (
      <Card className={classes.figures} role="status">
        {(shown.comparison === null ? [1, 2] : [1, 2, 3]).map(at => (
          <div key={at} className={classes.figure}>
            <Skeleton height={12} width="40%" my={4} />
            <Skeleton height={24} width="60%" my={4} />
          </div>
        ))}
      </Card>
    )
  const one = search.device !== undefined
  const buckets = one ? (segments[0]?.buckets ?? []) : whole
  const imported = totalOf({ buckets }, 'importWh')
  const exported = totalOf({ buckets }, 'exportWh')
  const used = addKnown(segments.map(segment => totalOf(segment, 'importWh')))
  const produced = addKnown(segments.map(segment => totalOf(segment, 'exportWh'))) ?? 0
  const known = completenessOf(buckets, minute)
  const isOver = Date.parse(buckets.at(-1)?.end ?? '') <= minute
  // Where nothing is made at the site, what is used is what comes from the grid.
  const hasOwn = !one && search.place === undefined && shown.grouping !== 'site' && produced > (exported ?? 0)
  const said = one ? words : flowWords(text, true)
  return (
    <Card className={classes.figures}>
      {search.place !== undefined ? (
        <Figure label={text.used} wh={used} />
      ) : (
        <>
          {hasOwn && <Figure label={text.used} wh={used} note={text.usedMeans} />}
          <Figure label={said.used} wh={imported} />
          {(exported ?? 0) > 0 && <Figure label={said.fedIn} wh={exported} />}
        </>
      )}
      <div className={classes.figure}>
        <span className={classes.label}>{text.known}</span>
        <span className={classes.value}>{known === null ? '–' : format.share(known)}</span>
        <span className={classes.note}>
          {known === 0 || known === null ? text.knownNothing : isOver ? text.knownOver : text.knownMeans}
        </span>
      </div>
      {shown.comparison !== null && <ChangeFigure shown={shown} energy={energy} used={used} />}
    </Card>
  )
}

function Figure({ label, wh, note }: { label: string; wh: number | null; note?: ReactNode }) {
  const format = useFormat()
  return (
    <div className={classes.figure}>
      <span className={classes.label}>{label}</span>
      <span className={classes.value}>
        <QuantityText quantity={format.energy(wh)} raw={wh === null ? undefined : `${wh} Wh`} />
      </span>
      {note !== undefined && <span className={classes.note}>{note}</span>}
    </div>
  )
}

function ChangeFigure({
  shown,
  energy: { change },
  used,
}: Pick<Props, 'shown' | 'energy'> & { used: number | null }) {
  const { energy: text } = useMessages()
  const format = useFormat()
  // Bars that are not over, or that the other time does not have, are in the sum but are not compared.
  const isPart = change !== null && Math.abs(change.now - (used ?? 0)) > 0.5
  const than = text.than[shown.comparison!]
  const share = change?.share ?? null
  const rounded = Math.round(Math.abs(share ?? 0) * 100) / 100
  return (
    <div className={classes.figure} data-change>
      <span className={classes.label}>{text.before[shown.comparison!]}</span>
      <span className={classes.value}>
        <QuantityText
          quantity={format.energy(change?.earlier ?? null)}
          raw={change === null ? undefined : `${change.earlier} Wh`}
        />
      </span>
      <span className={classes.note}>
        {change === null || share === null
          ? text.noneBefore
          : rounded === 0
            ? text.same(than)
            : share > 0
              ? text.more(format.percent(rounded), than)
              : text.less(format.percent(rounded), than)}
        {isPart && ` ${text.finished}`}
      </span>
    </div>
  )
}
