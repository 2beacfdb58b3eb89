import { useFormat, useMessages } from '../../i18n/context.tsx'
import { spoken } from '../../i18n/format.ts'
import { Swatch } from '../../ui/Swatch.tsx'
import classes from './BarTooltip.module.css'
import { gapOf, qualityShares } from './certainty.ts'
import type { FlowWords } from './flows.ts'
import type { Labels } from './labels.ts'
import type { Names } from './names.ts'
import { addKnown, type Segment, sumOf } from './segments.ts'
import type { Shown } from './shown.ts'
import type { EnergyShown } from './useEnergy.ts'

interface Props {
  readonly at: number
  readonly shown: Shown
  readonly energy: EnergyShown
  readonly drawn: readonly Segment[]
  readonly names: Names
  readonly words: FlowWords
  readonly labels: Labels
  readonly now: number
}

/** One bar in numbers, adapted and raw, and why it is blank or hatched. */
export function BarTooltip({ at, shown, energy, drawn, names, words, labels, now }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const bucket = shown.bars[at]!
  const [sum] = sumOf(drawn.flatMap(({ buckets }) => (buckets[at] === undefined ? [] : [[buckets[at]]])))
  const gap = sum === undefined ? 'unknown' : gapOf(sum, bucket.start, now)
  const used = addKnown(drawn.map(({ buckets }) => buckets[at]?.importWh))
  const fedIn = addKnown(drawn.map(({ buckets }) => buckets[at]?.exportWh)) ?? 0
  const before = energy.compared?.[at]
  const rows = drawn
    .map(segment => ({ segment, part: segment.buckets[at] }))
    .filter(({ part }) => (part?.importWh ?? 0) > 0 || (part?.exportWh ?? 0) > 0)
  return (
    <>
      <p className={classes.title}>{labels.bar(bucket, shown.by)}</p>
      {gap !== null && (
        <p className={classes.note}>
          {gap === 'partly' ? text.gap.partly(format.share(sum!.completeness)) : text.gap[gap]}
        </p>
      )}
      {sum !== undefined &&
        qualityShares(sum)
          .filter(({ name }) => name !== 'missing')
          .map(({ name, share }) => (
            <p key={name} className={classes.note}>
              {text.qualityShare(format.share(share), text.quality[name])}
            </p>
          ))}
      {used !== null && (
        <p className={classes.row}>
          <span>{words.used}</span>
          <b>{spoken(format.energy(used))}</b>
          <span className={classes.raw}>{used.toFixed(0)} Wh</span>
        </p>
      )}
      {fedIn > 0 && (
        <p className={classes.row}>
          <span>{words.fedIn}</span>
          <b>{spoken(format.energy(fedIn))}</b>
          <span className={classes.raw}>{fedIn.toFixed(0)} Wh</span>
        </p>
      )}
      {before !== undefined && (
        <p className={classes.row}>
          <span>{text.change}</span>
          <b>{spoken(format.energy(before))}</b>
          <span className={classes.raw}>{before === null ? '' : `${before.toFixed(0)} Wh`}</span>
        </p>
      )}
      {drawn.length > 1 &&
        rows.map(({ segment, part }) => (
          <p key={`${segment.kind} ${segment.key}`} className={classes.row}>
            <span className={classes.name}>
              <Swatch style={names.style(segment)} />
              {names.of(segment)}
            </span>
            <span>
              {(part?.importWh ?? 0) > 0
                ? spoken(format.energy(part!.importWh))
                : `${spoken(format.energy(part!.exportWh))} ${words.fedInWord}`}
            </span>
          </p>
        ))}
    </>
  )
}
