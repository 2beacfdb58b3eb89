import type { Instant, Series, Tags } from '@ohmstead/model'
import { isHeld } from './cadence.ts'
import { lowerBound, type Range } from './columns.ts'
import { certainty, type Verdict, verdicts } from './counters.ts'
import type { LoadedSeries, MeterContext } from './meter.ts'
import type { Candidate, Direction } from './sources.ts'

/** A stretch between two readings, or between a reading and what a person declared. */
export interface StepEvidence {
  readonly from: Instant
  readonly to: Instant
  readonly direction: Direction
  /** Wh; null when unknown. */
  readonly energyWh: number | null
  readonly certainty: keyof typeof certainty
  /** What happened to the counter; null for interval energies. */
  readonly verdict: Verdict | null
}

/** What one series says about a slot: the answer to "why is it estimated". */
export interface SeriesEvidence {
  readonly measurement: string
  readonly field: string
  readonly tags: Tags
  readonly kind: Candidate['kind']
  /** Readings in the range. */
  readonly samples: number
  /** Steps in or across the range that are not plainly measured, oldest first; at most 100. */
  readonly steps: readonly StepEvidence[]
  /** Times without power readings, longer than the device's cadence explains. */
  readonly gaps: readonly Range[]
}

const mostSteps = 100
const certainties = Object.keys(certainty) as (keyof typeof certainty)[]

export function evidenceOf(
  series: Series,
  candidate: Candidate,
  one: LoadedSeries,
  context: MeterContext,
  range: Range,
): SeriesEvidence {
  const { times } = one.samples
  const { measurement, field, tags } = series
  const isPower = candidate.kind === 'power'
  return {
    measurement,
    field,
    tags,
    kind: candidate.kind,
    samples: lowerBound(times, range.to) - lowerBound(times, range.from),
    steps: isPower ? [] : unusualSteps(one, candidate, context, range),
    gaps: isPower ? gapsOf(times, range) : [],
  }
}

function unusualSteps(
  one: LoadedSeries,
  candidate: Candidate,
  context: MeterContext,
  range: Range,
): StepEvidence[] {
  const found: StepEvidence[] = []
  for (const direction of ['import', 'export'] as const) {
    if (candidate.direction !== 'both' && candidate.direction !== direction) continue
    const { steps } = context.judgements.of(one, candidate, direction)
    for (let i = 0; i < steps.length && found.length < mostSteps; i++) {
      if (steps.to[i]! <= range.from || steps.from[i]! >= range.to) continue
      const energy = steps.milliWh[i]!
      const verdict = candidate.kind === 'counter' ? verdicts[steps.verdict?.[i] ?? 0]! : null
      const plain = steps.certainty[i] === certainty.measured && !Number.isNaN(energy)
      if (plain && (verdict === null || verdict === 'continuous')) continue
      found.push({
        from: steps.from[i]!,
        to: steps.to[i]!,
        direction,
        energyWh: Number.isNaN(energy) ? null : energy / 1000,
        certainty: certainties[steps.certainty[i]!]!,
        verdict,
      })
    }
  }
  return found
}

function gapsOf(times: Float64Array, range: Range): Range[] {
  const gaps: Range[] = []
  const last = Math.min(times.length - 1, lowerBound(times, range.to))
  for (let i = Math.max(1, lowerBound(times, range.from)); i <= last; i++) {
    const [from, to] = [times[i - 1]!, times[i]!]
    if (!isHeld(times, i, to - from)) gaps.push({ from, to })
  }
  return gaps
}
