import type { Instant } from '@ohmstead/model'
import { filterSamples, overlay, type Samples } from './columns.ts'
import { judgeCounter, type Steps } from './counters.ts'
import type { MeterEdits } from './edits.ts'
import { intervalSteps } from './intervals.ts'
import type { LoadedSeries } from './meter.ts'
import { withoutSpikes } from './power.ts'
import { capW, type MeterRules } from './rules.ts'
import type { Candidate, Direction } from './sources.ts'

/** What a counter or interval energies say in one direction. */
export interface Judged {
  readonly steps: Steps
  /** Later readings, in their order, can change nothing before this instant. */
  readonly settledUntil: Instant
}

/** The verdicts on the series of one meter, under its edits and rules. Each is found once and kept: several ask for it. */
export class Judgements {
  readonly #rules: MeterRules
  readonly #edits: MeterEdits
  readonly #midnights: Float64Array
  readonly #known = { import: new Map<LoadedSeries, Judged>(), export: new Map<LoadedSeries, Judged>() }

  /** @param midnights local ones around the samples, oldest first, for counters that restart each day */
  constructor(rules: MeterRules, edits: MeterEdits, midnights: Float64Array) {
    this.#rules = rules
    this.#edits = edits
    this.#midnights = midnights
  }

  of(one: LoadedSeries, candidate: Candidate, direction: Direction): Judged {
    const known = this.#known[direction].get(one)
    if (known) return known
    const judged =
      candidate.kind === 'interval'
        ? this.#intervals(one, candidate, direction)
        : this.#counter(one, candidate, direction)
    this.#known[direction].set(one, judged)
    return judged
  }

  /** W, without spikes and what edits exclude. */
  power({ samples }: LoadedSeries, { factor }: Candidate): Samples {
    return withoutSpikes(scaled(samples, factor, this.#edits), capW(this.#rules))
  }

  #counter(one: LoadedSeries, candidate: Candidate, direction: Direction): Judged {
    const set = this.#edits.counterValues[direction]
    return judgeCounter(overlay(counts(one.samples, candidate.factor, this.#edits), set), {
      rules: this.#rules,
      replacements: this.#edits.replacements[direction],
      midnights: candidate.resets === 'midnight' ? this.#midnights : null,
      edited: set.times,
    })
  }

  #intervals({ samples }: LoadedSeries, candidate: Candidate, direction: Direction): Judged {
    const sign = direction === 'import' ? 1 : candidate.direction === 'both' ? -1 : 1
    // W over the interval's ms are W·ms: 3600 of them are a mWh.
    const factor = candidate.isPower ? (candidate.factor * candidate.intervalMs) / 3600 : candidate.factor
    const { times, values } = scaled(samples, factor, this.#edits)
    const energies = { times, values: values.map(value => Math.max(0, Math.round(sign * value))) }
    return {
      steps: intervalSteps(energies, candidate.intervalMs),
      settledUntil: samples.times.at(-1) ?? Number.NEGATIVE_INFINITY,
    }
  }
}

/** Samples that no edit excludes, times `factor`. */
function scaled(samples: Samples, factor: number, edits: MeterEdits): Samples {
  const kept = edits.excluded.length === 0 ? samples : filterSamples(samples, time => !edits.isExcluded(time))
  return factor === 1 ? kept : { times: kept.times, values: kept.values.map(value => value * factor) }
}

/** Counts in whole mWh; a negative one is no count and is left out. */
function counts(samples: Samples, factor: number, edits: MeterEdits): Samples {
  const { times, values } = scaled(samples, 1, edits)
  const whole = new Float64Array(values.length)
  let negative = false
  for (let i = 0; i < values.length; i++) {
    whole[i] = Math.round(values[i]! * factor)
    if (values[i]! < 0) negative = true
  }
  return negative
    ? filterSamples({ times, values: whole }, (_, value) => value >= 0)
    : { times, values: whole }
}
