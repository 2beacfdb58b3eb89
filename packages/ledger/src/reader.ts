import { calendarBuckets, type Instant, type Series, slotMs } from '@ohmstead/model'
import { holdLimitMs, powerSettledUntil } from './cadence.ts'
import { filterSamples, lowerBound, overlay, type Range, type Samples } from './columns.ts'
import type { MeterEdits } from './edits.ts'
import { evidenceOf, type SeriesEvidence } from './evidence.ts'
import { Judgements } from './judgements.ts'
import { context, influence, type Loaded, Loader, type ReadingSource } from './loader.ts'
import {
  type LoadedCandidate,
  type LoadedSeries,
  type MeterContext,
  meterSlots,
  type SlotColumns,
  shapedReach,
} from './meter.ts'
import type { MeterRules } from './rules.ts'
import { slotCeil, slotFloor } from './slotEnergy.ts'
import { type Candidate, candidatesOf } from './sources.ts'

/** A series that is silent for longer than this and its own cadence is not waited for. */
const shortestSilenceMs = 3_600_000
const longestSilenceMs = 3 * 86_400_000

export interface ReadSlots {
  readonly slots: SlotColumns
  /** Slots that end at or before this are final: readings that come in their order cannot change them. */
  readonly settledUntil: Instant
  /** Readings that were looked at. */
  readonly points: number
}

/** Reads one meter's slots out of its readings, under given edits and rules. */
export class MeterReader {
  readonly #loader: Loader
  readonly #candidates: readonly Candidate[]
  readonly #rules: MeterRules
  readonly #edits: MeterEdits
  readonly #zone: string
  readonly #latest: Instant

  /**
   * @param meter.latest readings later than this are not looked at
   * @param loaded what is known of the series already, by id; it is kept up to date
   */
  constructor(
    source: ReadingSource,
    series: readonly Series[],
    meter: { rules: MeterRules; edits: MeterEdits; zone: string; latest: Instant },
    loaded: Map<number, Loaded> = new Map(),
  ) {
    this.#loader = new Loader(source, meter.edits, meter.latest, loaded)
    this.#candidates = candidatesOf(series)
    this.#rules = meter.rules
    this.#edits = meter.edits
    this.#zone = meter.zone
    this.#latest = meter.latest
  }

  get isMeter(): boolean {
    return this.#candidates.length > 0
  }

  /** The whole slots that readings (or an edit) in [from, to], both inclusive, can have changed. */
  async affected(touched: Range): Promise<Range> {
    let { from, to } = touched
    to += 1
    for (const { series, intervalMs } of this.#candidates) {
      for (const one of series) {
        const reach = await this.#influenceOn(one, touched)
        from = Math.min(from, reach.from - intervalMs)
        to = Math.max(to, reach.to)
      }
    }
    const range = { from: slotFloor(from), to: slotCeil(Math.min(to, this.#latest)) }
    return range.to > range.from ? this.#withLongSteps(range) : { from: range.from, to: range.from + slotMs }
  }

  async #influenceOn(series: Series, { from, to }: Range): Promise<Range> {
    const near = { from: from - influence.msBefore, to: to + influence.msAfter }
    const { samples } = await this.#loader.load(series, near, influence)
    const times = this.#withEdits(samples).times
    if (times.length === 0) return { from, to }
    const first = Math.max(0, lowerBound(times, near.from) - influence.before)
    const last = Math.min(times.length - 1, lowerBound(times, near.to) + influence.after)
    return { from: times[first]!, to: times[last]! }
  }

  /** Samples as verdicts see them: without excluded ones, with counts that a person set. */
  #withEdits(samples: Samples): Samples {
    const { excluded, counterValues } = this.#edits
    const kept =
      excluded.length === 0 ? samples : filterSamples(samples, time => !this.#edits.isExcluded(time))
    return overlay(overlay(kept, counterValues.import), counterValues.export)
  }

  /** A long step that power shapes changes as a whole. */
  async #withLongSteps(range: Range): Promise<Range> {
    if (!this.#mayShape()) return range
    const inputs = await this.#inputs(range, isStepwise)
    return this.#shapedReach(inputs, this.#context(inputs), range)
  }

  #mayShape(): boolean {
    const kinds = new Set(this.#candidates.map(candidate => candidate.kind))
    return kinds.has('power') && (kinds.size > 1 || this.#edits.energies.length > 0)
  }

  /** How far the power must be known that shapes long steps in `range`, in whole slots. */
  #shapedReach(inputs: readonly LoadedCandidate[], { judgements }: MeterContext, range: Range): Range {
    if (!this.#mayShape()) return range
    const steps = inputs.flatMap(({ candidate, loaded }) =>
      loaded.flatMap(one =>
        (['import', 'export'] as const)
          .filter(direction => candidate.direction === 'both' || candidate.direction === direction)
          .map(direction => judgements.of(one, candidate, direction).steps),
      ),
    )
    const given = this.#edits.energies.flatMap(({ import: imports, export: exports }) => [imports, exports])
    const reach = shapedReach([...steps, ...given.filter(one => one !== null)], range)
    return { from: slotFloor(reach.from), to: slotCeil(reach.to) }
  }

  /** @param range whole slots */
  async slots(range: Range): Promise<ReadSlots> {
    const steps = await this.#inputs(range, isStepwise)
    const meter = this.#context(steps)
    const shapeRange = this.#shapedReach(steps, meter, range)
    const powers = await this.#inputs(shapeRange, candidate => !isStepwise(candidate))
    const inputs = [...steps, ...powers].sort((a, b) => a.candidate.rank - b.candidate.rank)
    const points = inputs.reduce(
      (sum, one) => sum + one.loaded.reduce((n, { samples }) => n + samples.times.length, 0),
      0,
    )
    return {
      slots: meterSlots(inputs, meter, range, shapeRange),
      settledUntil: settled(inputs, meter),
      points,
    }
  }

  /** What the slots of `range` were made of. */
  async evidence(range: Range): Promise<SeriesEvidence[]> {
    const inputs = await this.#inputs(range, () => true)
    const meter = this.#context(inputs)
    return inputs.flatMap(({ candidate, loaded }) =>
      loaded.map((one, i) => evidenceOf(candidate.series[i]!, candidate, one, meter, range)),
    )
  }

  async #inputs(range: Range, wanted: (candidate: Candidate) => boolean): Promise<LoadedCandidate[]> {
    const inputs: LoadedCandidate[] = []
    for (const candidate of this.#candidates) {
      if (!wanted(candidate)) continue
      const loaded: LoadedSeries[] = []
      for (const series of candidate.series)
        loaded.push(await this.#loader.load(series, around(range), context))
      inputs.push({ candidate, loaded })
    }
    return inputs
  }

  #context(inputs: readonly LoadedCandidate[]): MeterContext {
    const midnights = midnightsOf(inputs, this.#zone)
    return { edits: this.#edits, judgements: new Judgements(this.#rules, this.#edits, midnights) }
  }
}

/** Counters and interval energies, which make steps; power does not. */
const isStepwise = ({ kind }: Candidate) => kind !== 'power'

function around({ from, to }: Range): Range {
  return { from: from - context.ms, to: to + context.ms }
}

function midnightsOf(inputs: readonly LoadedCandidate[], zone: string): Float64Array {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const { candidate, loaded } of inputs) {
    if (candidate.resets !== 'midnight') continue
    for (const { samples } of loaded) {
      if (samples.times.length === 0) continue
      from = Math.min(from, samples.times[0]!)
      to = Math.max(to, samples.times.at(-1)!)
    }
  }
  if (to < from) return new Float64Array(0)
  const days = calendarBuckets({ from: from - longestSilenceMs, to: to + slotMs }, 'day', zone)
  return Float64Array.from(days, day => day.start)
}

/** Before this instant nothing waits for a reading that is still to come in its order. */
function settled(inputs: readonly LoadedCandidate[], meter: MeterContext): Instant {
  const series = inputs.flatMap(({ candidate, loaded }) => loaded.map(one => ({ candidate, one })))
  const lastOf = (one: LoadedSeries) =>
    one.isEnd ? (one.samples.times.at(-1) ?? Number.NEGATIVE_INFINITY) : Infinity
  const newest = Math.max(...series.map(({ one }) => lastOf(one)))
  let until = newest
  for (const { candidate, one } of series) {
    const last = lastOf(one)
    if (!Number.isFinite(last) || newest - last > silence(one)) continue
    until = Math.min(until, settledSeries(one, candidate, meter))
  }
  return until
}

function silence({ samples: { times } }: LoadedSeries): number {
  return Math.max(shortestSilenceMs, holdLimitMs(times, times.length, longestSilenceMs))
}

function settledSeries(one: LoadedSeries, candidate: Candidate, { judgements }: MeterContext): Instant {
  if (candidate.kind === 'power') return powerSettledUntil(judgements.power(one, candidate).times)
  const direction = candidate.direction === 'export' ? 'export' : 'import'
  return judgements.of(one, candidate, direction).settledUntil
}
