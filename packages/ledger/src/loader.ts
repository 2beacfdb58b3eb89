import type { Instant, Points, Series } from '@ohmstead/model'
import { lowerBound, type Range, type Samples } from './columns.ts'
import { horizon } from './counters.ts'
import type { MeterEdits } from './edits.ts'
import type { LoadedSeries } from './meter.ts'

/** Where readings come from; telemetry's store is one. */
export interface ReadingSource {
  /** The `before` points before range.from, those inside, and the `after` points from range.to on; oldest first. */
  window(series: Series, range: Range, around: { before: number; after: number }): Promise<Points>
}

export interface Around {
  readonly before: number
  readonly after: number
}

/** What of a range is exact: verdicts look this far around. */
export const context = { ms: 3 * horizon.ms, before: 48, after: 16 } as const
/** What a changed reading can change: verdicts and hold limits up to here before and after it. */
export const influence = { msBefore: 2 * horizon.ms, before: 10, msAfter: horizon.ms, after: 36 } as const

/** Samples of one series; all that it has in `range` is there. */
export interface Loaded extends LoadedSeries {
  readonly range: Range
}

/** Points asked for beyond a range: a little more than needed, so that the next look finds them in memory. */
const reserve = { before: 2 * context.before, after: influence.after + context.after } as const
const mostBefore = 1e6

/** Loads the series of one meter and remembers what it loaded last. */
export class Loader {
  readonly #source: ReadingSource
  readonly #edits: MeterEdits
  /** Readings later than this are not looked at: a clock that runs ahead must not stretch a step into years. */
  readonly #latest: Instant
  readonly #loaded: Map<number, Loaded>

  /** @param loaded what is known to be right already, by series id; it is kept up to date */
  constructor(source: ReadingSource, edits: MeterEdits, latest: Instant, loaded: Map<number, Loaded>) {
    this.#source = source
    this.#edits = edits
    this.#latest = latest
    this.#loaded = loaded
  }

  /** Samples of `range` and so many around it that no edit excludes. */
  async load(series: Series, range: Range, needed: Around): Promise<LoadedSeries> {
    const known = this.#loaded.get(series.id)
    if (known && this.#suffices(known, range, needed)) return this.#near(known, range)
    let loaded =
      known && this.#hasStart(known, range, needed) ? await this.#prolonged(series, known, range) : undefined
    for (
      let before: number = reserve.before;
      !loaded || !this.#suffices(loaded, range, needed);
      before *= 16
    ) {
      loaded = await this.#fetched(series, range, before)
      if (before > mostBefore) break
    }
    this.#loaded.set(series.id, loaded)
    return this.#near(loaded, range)
  }

  /** As much of what is known as verdicts in `range` need: the rest would be judged for nothing, again and again. */
  #near(loaded: Loaded, range: Range): Loaded {
    const { times } = loaded.samples
    if (this.#edits.excluded.length > 0) return loaded
    const first = Math.max(0, lowerBound(times, range.from - 2 * context.ms) - reserve.before)
    const last = Math.min(times.length, lowerBound(times, range.to + 2 * context.ms) + reserve.after)
    if (first === 0 && last === times.length) return loaded
    return {
      samples: part(loaded.samples, first, last),
      isStart: loaded.isStart && first === 0,
      isEnd: loaded.isEnd && last === times.length,
      range: {
        from: first === 0 ? loaded.range.from : times[first]!,
        to: last === times.length ? loaded.range.to : times[last]!,
      },
    }
  }

  async #fetched(series: Series, range: Range, before: number): Promise<Loaded> {
    const wide = { from: range.from - 2 * context.ms, to: range.to + 2 * context.ms }
    const points = await this.#source.window(series, wide, { before, after: reserve.after })
    const { samples, isEnd, to } = this.#ended(points, wide.to)
    const isStart = lowerBound(samples.times, wide.from) < before
    return {
      samples,
      isStart,
      isEnd,
      range: { from: Math.min(wide.from, samples.times[0] ?? wide.from), to },
    }
  }

  /** What is known already and, from the source, what comes after it. */
  async #prolonged(series: Series, known: Loaded, range: Range): Promise<Loaded> {
    const wide = { from: known.range.to, to: Math.max(known.range.to, range.to + 2 * context.ms) }
    const points = await this.#source.window(series, wide, { before: 0, after: reserve.after })
    const { samples, isEnd, to } = this.#ended(points, wide.to)
    const kept = since(known, range.from - 2 * context.ms)
    const sum = {
      times: joined(kept.samples.times, samples.times),
      values: joined(kept.samples.values, samples.values),
    }
    return { ...kept, samples: sum, isEnd, range: { from: kept.range.from, to } }
  }

  /** @param asked up to when all points were asked for, and some after */
  #ended({ times, values }: Points, asked: Instant): { samples: Samples; isEnd: boolean; to: Instant } {
    const numbers = values instanceof Float64Array ? values : Float64Array.from(values, Number)
    const end = lowerBound(times, this.#latest)
    const isEnd = times.length - lowerBound(times, asked) < reserve.after || end < times.length
    const to = isEnd ? Number.POSITIVE_INFINITY : Math.max(asked, times.at(-1)! + 1)
    return { samples: { times: times.subarray(0, end), values: numbers.subarray(0, end) }, isEnd, to }
  }

  #suffices(loaded: Loaded, range: Range, needed: Around): boolean {
    const { samples, isEnd, range: known } = loaded
    if (range.to > known.to || !this.#hasStart(loaded, range, needed)) return false
    return (
      isEnd ||
      this.#counted(samples, lowerBound(samples.times, range.to), samples.times.length) >= needed.after
    )
  }

  #hasStart({ samples, isStart, range: known }: Loaded, range: Range, needed: Around): boolean {
    if ((range.from < known.from && !isStart) || range.from > known.to) return false
    return isStart || this.#counted(samples, 0, lowerBound(samples.times, range.from)) >= needed.before
  }

  /** Samples that no edit excludes. */
  #counted({ times }: Samples, from: number, to: number): number {
    if (this.#edits.excluded.length === 0) return to - from
    let count = 0
    for (let i = from; i < to; i++) if (!this.#edits.isExcluded(times[i]!)) count++
    return count
  }
}

/** Without samples from `at` on: they may have changed. */
export function before(loaded: Loaded, at: Instant): Loaded {
  if (at >= loaded.range.to) return loaded
  const end = lowerBound(loaded.samples.times, at)
  const samples = part(loaded.samples, 0, end)
  return { samples, isStart: loaded.isStart, isEnd: false, range: { from: loaded.range.from, to: at } }
}

/** Without samples that lie before `from` and are more than a reserve. */
export function since(loaded: Loaded, from: Instant): Loaded {
  const first = lowerBound(loaded.samples.times, from) - reserve.before
  if (first <= 0) return loaded
  const samples = part(loaded.samples, first, loaded.samples.times.length)
  return { ...loaded, samples, isStart: false, range: { from: samples.times[0]!, to: loaded.range.to } }
}

function part({ times, values }: Samples, from: number, to: number): Samples {
  return { times: times.subarray(from, to), values: values.subarray(from, to) }
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const sum = new Float64Array(a.length + b.length)
  sum.set(a)
  sum.set(b, a.length)
  return sum
}
