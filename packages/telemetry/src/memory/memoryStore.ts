import {
  type Instant,
  InvalidInput,
  type Points,
  type Series,
  type SeriesKey,
  type ValueType,
} from '@ohmstead/model'
import type { Batch } from '../batch.ts'
import { QueryTooLarge, type StoreUnavailable } from '../errors.ts'
import { Aggregation } from '../query/aggregate.ts'
import { bucketLine, fixedLine } from '../query/buckets.ts'
import { checkBatch } from '../query/checkBatch.ts'
import { between, concat, lowerBound, ordered, type Run, span, toPoints, toValue } from '../query/run.ts'
import { SeriesBook } from '../query/seriesBook.ts'
import { atMost, Outline, outlineWidth } from '../query/shape.ts'
import type {
  Aggregate,
  Buckets,
  Latest,
  QueryLimits,
  ReadingStore,
  SeriesFilter,
  SeriesPoints,
  StoreStatus,
  TimeRange,
} from '../store.ts'

/** Readings in memory only: for tests of whoever needs a store. Keeps to the port, nothing outlives it. */
export class MemoryStore implements ReadingStore {
  #book = new SeriesBook()
  #points = new Map<number, Map<Instant, number | string>>()
  #runs = new Map<number, Run>()
  /** While set, appends are refused with it, as on a full disk. */
  refusal: StoreUnavailable | undefined

  find(key: SeriesKey): Series | undefined {
    return this.#book.find(key)
  }

  resolve(key: SeriesKey, type: ValueType): Series {
    return this.#book.resolve(key, type)
  }

  select(filter: SeriesFilter): Series[] {
    return this.#book.select(filter)
  }

  async append(batch: Batch): Promise<void> {
    checkBatch(batch)
    if (this.refusal !== undefined) throw this.refusal
    for (let i = 0; i < batch.length; i++) {
      const series =
        this.#book.get(batch.series[i].id) ?? this.#book.resolve(batch.series[i], batch.series[i].type)
      let points = this.#points.get(series.id)
      if (points === undefined) this.#points.set(series.id, (points = new Map()))
      points.set(Math.floor(batch.times[i]), batch.texts.get(i) ?? batch.numbers[i])
      this.#runs.delete(series.id)
    }
  }

  async *raw(
    series: readonly Series[],
    range: TimeRange,
    limits?: QueryLimits,
  ): AsyncGenerator<SeriesPoints> {
    let given = 0
    for (const one of series) {
      limits?.signal?.throwIfAborted()
      const points = this.#between(one, range)
      given += points.times.length
      if (given > (limits?.maxPoints ?? Number.POSITIVE_INFINITY)) throw tooLarge(limits?.maxPoints)
      if (points.times.length > 0) yield { series: one, ...toPoints(one, points) }
    }
  }

  async aggregate(
    series: readonly Series[],
    range: TimeRange,
    buckets: Buckets,
    kind: Aggregate,
    limits?: QueryLimits,
  ): Promise<SeriesPoints[]> {
    const line = bucketLine(buckets)
    this.#demandFew(series, range, limits)
    const fits = series.filter(({ type }) => type !== 'string' || ['first', 'last', 'count'].includes(kind))
    return fits.flatMap(one => {
      const aggregation = new Aggregation(line, kind)
      aggregation.feed({ points: this.#between(one, range) })
      return nonEmpty(one, aggregation.finish())
    })
  }

  async shape(
    series: readonly Series[],
    range: TimeRange,
    points: number,
    limits?: QueryLimits,
  ): Promise<SeriesPoints[]> {
    if (!(points >= 1)) throw new InvalidInput('points', 'expected at least 1')
    this.#demandFew(series, range, limits)
    return series.flatMap(one => nonEmpty(one, toPoints(one, this.#outline(one, range, points))))
  }

  async latest(series: readonly Series[], at: Instant = 8.64e15): Promise<Latest[]> {
    return series.flatMap(one => {
      const { times, values } = this.#between(one, { from: Number.NEGATIVE_INFINITY, to: at + 1 })
      const end = times.length - 1
      return end < 0 ? [] : [{ series: one, time: times[end], value: toValue(one, values[end]) }]
    })
  }

  async window(series: Series, range: TimeRange, around: { before: number; after: number }): Promise<Points> {
    const run = this.#run(series)
    const start = lowerBound(run.times, range.from) - around.before
    const end = lowerBound(run.times, range.to) + around.after
    return toPoints(series, span(run, Math.max(0, start), Math.min(run.times.length, end)))
  }

  async retain(before: Instant, site?: string): Promise<void> {
    for (const { id } of this.#book.select(site === undefined ? {} : { site })) {
      this.#runs.delete(id)
      for (const time of [...(this.#points.get(id)?.keys() ?? [])]) {
        if (time < before) this.#points.get(id)?.delete(time)
      }
    }
  }

  async remove(series: readonly Series[]): Promise<void> {
    for (const one of series) {
      this.#book.remove(one)
      this.#points.delete(one.id)
      this.#runs.delete(one.id)
    }
  }

  async compact(): Promise<void> {}

  async recentRanges(): Promise<{ series: Series; from: Instant; to: Instant }[]> {
    return this.#filled().map(({ series, times }) => ({
      series,
      from: times[0],
      to: times[times.length - 1] + 1,
    }))
  }

  async status(): Promise<StoreStatus> {
    const filled = this.#filled()
    const values = filled.reduce((sum, { times }) => sum + times.length, 0)
    return {
      series: this.#book.size,
      values,
      bytes: values * 16,
      uncompacted: 0,
      compaction: { running: false, progress: 0, lastMs: null },
      damagedReads: 0,
      earliest: filled.length === 0 ? null : Math.min(...filled.map(({ times }) => times[0])),
      latest: filled.length === 0 ? null : Math.max(...filled.map(({ times }) => times[times.length - 1])),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #filled(): { series: Series; times: Float64Array }[] {
    return this.#book
      .all()
      .map(series => ({ series, times: this.#run(series).times }))
      .filter(({ times }) => times.length > 0)
  }

  #between(series: Series, range: TimeRange): Run {
    return between(this.#run(series), range.from, range.to)
  }

  #run(series: Series): Run {
    const known = this.#runs.get(series.id)
    if (known !== undefined) return known
    const points = this.#points.get(series.id) ?? new Map<Instant, number | string>()
    const values = [...points.values()]
    const run = ordered(
      Float64Array.from(points.keys()),
      series.type === 'string' ? (values as string[]) : Float64Array.from(values as number[]),
    )
    this.#runs.set(series.id, run)
    return run
  }

  #outline(series: Series, range: TimeRange, points: number): Run {
    const run = this.#between(series, range)
    const { length } = run.times
    if (length <= points) return concat([run], series.type === 'string')
    const width = outlineWidth(run.times[length - 1] - run.times[0] + 1, points)
    const outline = new Outline(fixedLine(width), series.type === 'string')
    outline.feed({ points: run })
    return atMost(outline.finish(), points)
  }

  #demandFew(series: readonly Series[], range: TimeRange, limits?: QueryLimits): void {
    const count = series.reduce((sum, one) => sum + this.#between(one, range).times.length, 0)
    if (count > (limits?.maxPoints ?? Number.POSITIVE_INFINITY)) throw tooLarge(limits?.maxPoints)
  }
}

function nonEmpty(series: Series, points: Points): SeriesPoints[] {
  return points.times.length === 0 ? [] : [{ series, ...points }]
}

const tooLarge = (limit: number | undefined) =>
  new QueryTooLarge(`the query touches more than ${limit} points`)
