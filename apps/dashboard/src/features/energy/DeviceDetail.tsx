import { Button } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import type { ReactNode } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { gapOf, qualityShares } from './certainty.ts'
import classes from './DeviceDetail.module.css'
import type { About } from './EnergyPage.tsx'
import type { FlowWords } from './flows.ts'
import type { Labels } from './labels.ts'
import type { Names } from './names.ts'
import { hoursOf } from './period.ts'
import { Slots } from './Slots.tsx'
import type { Shown } from './shown.ts'
import type { EnergyShown } from './useEnergy.ts'

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
            <Button
              className={classes.aside}
              size="compact-sm"
              variant="subtle"
              onClick={() => onInside(bar)}
            >
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
