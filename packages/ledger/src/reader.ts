import { calendarBuckets, type Instant, type Points, type Series, slotMs } from '@ohmstead/model'
import { holdLimitMs } from './cadence.ts'
import { lowerBound, type Range, type Samples } from './columns.ts'
import { horizon, judgeCounter } from './counters.ts'
import type { MeterEdits } from './edits.ts'
import {
  counts,
  type LoadedCandidate,
  type LoadedSeries,
  type MeterContext,
  meterSlots,
  type SlotColumns,
  shapedReach,
  stepsOf,
} from './meter.ts'
import type { MeterRules } from './rules.ts'
import { slotCeil, slotFloor } from './slotEnergy.ts'
import { type Candidate, candidatesOf } from './sources.ts'

/** Where readings come from; telemetry's store is one. */
export interface ReadingSource {
  /** The `before` points before range.from, those inside, and the `after` points from range.to on; oldest first. */
  window(series: Series, range: Range, around: { before: number; after: number }): Promise<Points>
}

/** What of a range is exact: verdicts look this far around. */
const context = { ms: 3 * horizon.ms, before: 48, after: 16 } as const
/** What a changed reading can change: verdicts and hold limits up to here before and after it. */
const influence = { msBefore: 2 * horizon.ms, before: 6, msAfter: horizon.ms, after: 36 } as const
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
  readonly #source: ReadingSource
  readonly #candidates: readonly Candidate[]
  readonly #rules: MeterRules
  readonly #edits: MeterEdits
  readonly #zone: string
  /** Readings later than this are not looked at: a clock that runs ahead must not stretch a step into years. */
  readonly #latest: Instant
  readonly #loaded = new Map<number, Loaded>()

  constructor(
    source: ReadingSource,
    series: readonly Series[],
    meter: { rules: MeterRules; edits: MeterEdits; zone: string; latest: Instant },
  ) {
    this.#source = source
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
    const { samples } = await this.#load(series, near, influence)
    const { times } = samples
    if (times.length === 0) return { from, to }
    const first = Math.max(0, lowerBound(times, near.from) - influence.before)
    const last = Math.min(times.length - 1, lowerBound(times, near.to) + influence.after)
    return { from: times[first]!, to: times[last]! }
  }

  /** A long step that power shapes changes as a whole. */
  async #withLongSteps(range: Range): Promise<Range> {
    if (!this.#mayShape()) return range
    const reach = await this.#shapedReach(range)
    return { from: slotFloor(reach.from), to: slotCeil(reach.to) }
  }

  #mayShape(): boolean {
    const kinds = new Set(this.#candidates.map(candidate => candidate.kind))
    return kinds.has('power') && (kinds.size > 1 || this.#edits.energies.length > 0)
  }

  async #shapedReach(range: Range): Promise<Range> {
    const inputs = await this.#inputs(range, candidate => candidate.kind !== 'power')
    const meter = this.#context(inputs)
    const steps = inputs.flatMap(({ candidate, loaded }) =>
      loaded.flatMap(one =>
        (['import', 'export'] as const)
          .filter(direction => candidate.direction === 'both' || candidate.direction === direction)
          .map(direction => stepsOf(one, candidate, direction, meter)),
      ),
    )
    const given = this.#edits.energies.flatMap(({ import: imports, export: exports }) => [imports, exports])
    return shapedReach([...steps, ...given.filter(one => one !== null)], range)
  }

  /** @param range whole slots */
  async slots(range: Range): Promise<ReadSlots> {
    const reach = this.#mayShape() ? await this.#shapedReach(range) : range
    const shapeRange = { from: slotFloor(reach.from), to: slotCeil(reach.to) }
    const steps = await this.#inputs(range, candidate => candidate.kind !== 'power')
    const powers = await this.#inputs(shapeRange, candidate => candidate.kind === 'power')
    const inputs = [...steps, ...powers].sort((a, b) => a.candidate.rank - b.candidate.rank)
    const points = inputs.reduce(
      (sum, one) => sum + one.loaded.reduce((n, { samples }) => n + samples.times.length, 0),
      0,
    )
    const meter = this.#context(inputs)
    return {
      slots: meterSlots(inputs, meter, range, shapeRange),
      settledUntil: settled(inputs, meter),
      points,
    }
  }

  async #inputs(range: Range, wanted: (candidate: Candidate) => boolean): Promise<LoadedCandidate[]> {
    const inputs: LoadedCandidate[] = []
    for (const candidate of this.#candidates) {
      if (!wanted(candidate)) continue
      const loaded: LoadedSeries[] = []
      for (const series of candidate.series) loaded.push(await this.#load(series, around(range), context))
      inputs.push({ candidate, loaded })
    }
    return inputs
  }

  #context(inputs: readonly LoadedCandidate[]): MeterContext {
    return { rules: this.#rules, edits: this.#edits, midnights: midnightsOf(inputs, this.#zone) }
  }

  /** Samples of `range` and enough around it; asks the source again only when what it has is too little. */
  async #load(
    series: Series,
    range: Range,
    needed: { before: number; after: number },
  ): Promise<LoadedSeries> {
    const known = this.#loaded.get(series.id)
    if (known && this.#suffices(known, range, needed)) return known
    let before: number = context.before
    for (;;) {
      const loaded = await this.#fetch(series, range, before)
      this.#loaded.set(series.id, loaded)
      if (before > 1e6 || this.#suffices(loaded, range, needed)) return loaded
      before *= 16
    }
  }

  async #fetch(series: Series, range: Range, before: number): Promise<Loaded> {
    // A little more on both sides lets the second look at a live meter find everything in memory.
    const wide = { from: range.from - 2 * context.ms, to: range.to + context.ms }
    const after = influence.after + context.after
    const points = await this.#source.window(series, wide, { before, after })
    const times = points.times
    const values =
      points.values instanceof Float64Array ? points.values : Float64Array.from(points.values, Number)
    const end = lowerBound(times, this.#latest)
    const isStart = lowerBound(times, wide.from) < before
    const isEnd = times.length - lowerBound(times, wide.to) < after || end < times.length
    const samples = { times: times.subarray(0, end), values: values.subarray(0, end) }
    return { samples, isStart, isEnd, range: wide }
  }

  #suffices(
    { samples, isStart, isEnd, range: known }: Loaded,
    range: Range,
    needed: { before: number; after: number },
  ) {
    if (range.from < known.from || range.to > known.to) return false
    const first = lowerBound(samples.times, range.from)
    const last = lowerBound(samples.times, range.to)
    const enoughBefore = isStart || this.#counted(samples, 0, first) >= needed.before
    const enoughAfter = isEnd || this.#counted(samples, last, samples.times.length) >= needed.after
    return enoughBefore && enoughAfter
  }

  /** Samples that no edit excludes. */
  #counted({ times }: Samples, from: number, to: number): number {
    if (this.#edits.excluded.length === 0) return to - from
    let count = 0
    for (let i = from; i < to; i++) if (!this.#edits.isExcluded(times[i]!)) count++
    return count
  }
}

interface Loaded extends LoadedSeries {
  /** Everything of the series in here is in `samples`. */
  readonly range: Range
}

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
    if (last === Infinity || newest - last > silence(one)) continue
    until = Math.min(until, candidate.kind === 'counter' ? counterSettled(one, candidate, meter) : last)
  }
  return until
}

function silence({ samples: { times } }: LoadedSeries): number {
  return Math.max(shortestSilenceMs, holdLimitMs(times, times.length, longestSilenceMs))
}

function counterSettled(one: LoadedSeries, candidate: Candidate, meter: MeterContext): Instant {
  const samples = counts(one.samples, candidate.factor, meter.edits)
  const direction = candidate.direction === 'export' ? 'export' : 'import'
  const midnights = candidate.resets === 'midnight' ? meter.midnights : null
  const replacements = meter.edits.replacements[direction]
  const edited = meter.edits.counterValues[direction].times
  return judgeCounter(samples, { rules: meter.rules, replacements, midnights, edited }).settledUntil
}
