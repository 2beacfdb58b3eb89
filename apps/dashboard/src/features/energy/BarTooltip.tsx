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
export function BarTooltip(props: Props) {
  const { at, shown, energy, drawn, words, labels } = props
  const { energy: text } = useMessages()
  const used = addKnown(drawn.map(({ buckets }) => buckets[at]?.importWh))
  const fedIn = addKnown(drawn.map(({ buckets }) => buckets[at]?.exportWh)) ?? 0
  const before = energy.compared?.[at]
  return (
    <>
      <p className={classes.title}>{labels.bar(shown.bars[at]!, shown.by)}</p>
      <Doubts {...props} />
      {used !== null && <Amount name={words.used} wh={used} />}
      {fedIn > 0 && <Amount name={words.fedIn} wh={fedIn} />}
      {before !== undefined && <Amount name={text.change} wh={before} />}
      {drawn.length > 1 && <Parts {...props} />}
    </>
  )
}

function Amount({ name, wh }: { name: string; wh: number | null }) {
  const format = useFormat()
  return (
    <p className={classes.row}>
      <span>{name}</span>
      <b>{spoken(format.energy(wh))}</b>
      <span className={classes.raw}>{wh === null ? '' : `${wh.toFixed(0)} Wh`}</span>
    </p>
  )
}

/** What of the bar is missing, and what was not plainly measured. */
function Doubts({ at, shown, drawn, now }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const [sum] = sumOf(drawn.flatMap(({ buckets }) => (buckets[at] === undefined ? [] : [[buckets[at]]])))
  const gap = sum === undefined ? 'unknown' : gapOf(sum, shown.bars[at]!.start, now)
  const shares = sum === undefined ? [] : qualityShares(sum).filter(({ name }) => name !== 'missing')
  return (
    <>
      {gap !== null && (
        <p className={classes.note}>
          {gap === 'partly' ? text.gap.partly(format.share(sum!.completeness)) : text.gap[gap]}
        </p>
      )}
      {shares.map(({ name, share }) => (
        <p key={name} className={classes.note}>
          {text.qualityShare(format.share(share), text.quality[name])}
        </p>
      ))}
    </>
  )
}

function Parts({ at, drawn, names, words }: Props) {
  const format = useFormat()
  return drawn.map(segment => {
    const { importWh, exportWh } = segment.buckets[at] ?? { importWh: null, exportWh: null }
    if ((importWh ?? 0) <= 0 && (exportWh ?? 0) <= 0) return null
    return (
      <p key={`${segment.kind} ${segment.key}`} className={classes.row}>
        <span className={classes.name}>
          <Swatch style={names.style(segment)} />
          {names.of(segment)}
        </span>
        <span>
          {(importWh ?? 0) > 0
            ? spoken(format.energy(importWh))
            : `${spoken(format.energy(exportWh))} ${words.fedInWord}`}
        </span>
      </p>
    )
  })
}
