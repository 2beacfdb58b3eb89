import type { Bucket } from '@ohmstead/model'
import type { Messages } from '../../i18n/en.ts'
import type { Format } from '../../i18n/format.ts'
import { spoken } from '../../i18n/format.ts'
import type { Bar, BarSeries } from '../../ui/chart/BarChart.tsx'
import { axisOf } from './axis.ts'
import { gapOf, hatchingOf } from './certainty.ts'
import type { FlowWords } from './flows.ts'
import type { Labels } from './labels.ts'
import { type Mark, marksOf } from './marks.ts'
import type { Names } from './names.ts'
import { addKnown, type Segment } from './segments.ts'
import type { Shown } from './shown.ts'
import type { EnergyShown } from './useEnergy.ts'

interface Told {
  readonly shown: Shown
  readonly energy: EnergyShown
  readonly drawn: readonly Segment[]
  readonly labels: Labels
  readonly words: FlowWords
  readonly now: number
  readonly format: Format
  readonly text: Messages['energy']
}

/** The bars as the chart draws them and as screen readers hear them. */
export function barsOf(told: Told): Bar[] {
  const { shown, energy, drawn, labels, now, format } = told
  const { bars, by } = shown
  const marks = marksOf({ bars, segments: drawn, revisions: energy.revisions, edits: energy.edits })
  const axis = axisOf(bars, by, labels, format.zone)
  return bars.map((bar, at) => {
    const parts = drawn.flatMap(({ buckets }) => buckets[at] ?? [])
    const unknown =
      bar.start < now && parts.length > 0 && parts.every(part => gapOf(part, bar.start, now) === 'unknown')
    return {
      key: String(bar.start),
      ...axis[at]!,
      label: labelOf(told, bar, parts, unknown, marks[at]!),
      mark: marks[at]!,
      unknown,
    }
  })
}

/** "Sun, 26 Oct 2025 · 25 h: 25.0 kWh, Changed afterwards". */
function labelOf(
  { shown, labels, words, now, format, text }: Told,
  bar: Bucket,
  parts: readonly Segment['buckets'][number][],
  unknown: boolean,
  mark: Mark,
): string {
  const name = labels.bar(bar, shown.by)
  if (bar.start >= now) return `${name}: ${text.gap.ahead}`
  if (unknown) return `${name}: ${text.gap.unknown}`
  const used = addKnown(parts.map(({ importWh }) => importWh))
  const fedIn = addKnown(parts.map(({ exportWh }) => exportWh)) ?? 0
  return [
    `${name}: ${spoken(format.energy(used))}`,
    ...(fedIn > 0 ? [`${spoken(format.energy(fedIn))} ${words.fedInWord}`] : []),
    ...(mark === null ? [] : [text.marks[mark]]),
  ].join(', ')
}

export function seriesOf(drawn: readonly Segment[], names: Names): BarSeries[] {
  return drawn.map(segment => ({
    key: `${segment.kind} ${segment.key}`,
    style: names.style(segment),
    above: segment.buckets.map(({ importWh }) => importWh),
    below: segment.buckets.map(({ exportWh }) => exportWh),
    hatching: segment.buckets.map(hatchingOf),
  }))
}
