import type { Instant, Points, Series, SeriesKey, Tags, Value, ValueType } from '@ohmstead/model'
import type { Batch } from './batch.ts'

/** Which series: every given part must match; `undefined` matches all. */
export interface SeriesFilter {
  readonly site?: string
  readonly devices?: readonly string[]
  readonly measurement?: string
  readonly fields?: readonly string[]
  /** Tags that a series must have with exactly these values; it may have more. */
  readonly tags?: Tags
}

/** [from, to): inclusive start, exclusive end. */
export interface TimeRange {
  readonly from: Instant
  readonly to: Instant
}

export type Aggregate = 'mean' | 'min' | 'max' | 'sum' | 'count' | 'first' | 'last'

/** Buckets either of one length, aligned to 1970 UTC, or between given edges (a site's days and months). */
export type Buckets = { readonly everyMs: number } | { readonly edges: readonly Instant[] }

export interface SeriesPoints extends Points {
  readonly series: Series
}

/** The last value of a series. */
export interface Latest {
  readonly series: Series
  readonly time: Instant
  readonly value: Value
}

export interface QueryLimits {
  readonly signal?: AbortSignal
  /** Most points that one query may touch or return; QueryTooLarge beyond. */
  readonly maxPoints?: number
}

export interface StoreStatus {
  readonly series: number
  readonly values: number
  readonly bytes: number
  /** Values still in arrival order, waiting for compaction. */
  readonly uncompacted: number
  readonly compaction: {
    readonly running: boolean
    readonly progress: number
    readonly lastMs: number | null
  }
  /** How often damaged blocks were met since the start. */
  readonly damagedReads: number
  readonly earliest: Instant | null
  readonly latest: Instant | null
}

/**
 * Readings: append, query, retain. One interface over DuckDB now, InfluxDB and ClickHouse later.
 *
 * Idempotent per (series, time): the value that was appended last wins, inside a batch, between batches, over
 * restarts. Late and unordered values are ordinary. Numbers are finite; the store refuses others (ingest has
 * already told the sender).
 */
export interface ReadingStore extends AsyncDisposable {
  /** The series with this key, or undefined; from memory. */
  find(key: SeriesKey): Series | undefined
  /**
   * The series with this key, made when new; from memory. A new series becomes durable with the first batch that
   * holds a value of it.
   * @throws SeriesTypeMismatch when it exists with another value type
   */
  resolve(key: SeriesKey, type: ValueType): Series
  /** Series that match, from memory. */
  select(filter: SeriesFilter): Series[]
  /**
   * Resolves when the whole batch is durable (fsync), rejects when none of it is to be relied on.
   * @throws StoreUnavailable (retryable) when the disk is full, locked or failing; the store recovers by itself
   */
  append(batch: Batch): Promise<void>
  /**
   * Points in time order, series after series, in chunks of bounded size. Cancelling stops the query.
   * @throws StoreDamaged, as every query, when it needs a block that is damaged; never a wrong value
   */
  raw(series: readonly Series[], range: TimeRange, limits?: QueryLimits): AsyncIterable<SeriesPoints>
  /** One value a bucket that holds any; a bucket without values is left out. `times` are bucket starts. Numbers and booleans. */
  aggregate(
    series: readonly Series[],
    range: TimeRange,
    buckets: Buckets,
    aggregate: Aggregate,
    limits?: QueryLimits,
  ): Promise<SeriesPoints[]>
  /**
   * At most `points` points that keep a chart's shape: first, last, smallest and largest of each bucket,
   * at their own times. A range with fewer points comes back raw.
   */
  shape(
    series: readonly Series[],
    range: TimeRange,
    points: number,
    limits?: QueryLimits,
  ): Promise<SeriesPoints[]>
  /** The newest value of each series that has any; at or before `at` when given. */
  latest(series: readonly Series[], at?: Instant): Promise<Latest[]>
  /** The `before` points before range.from, those inside, and the `after` points from range.to on. */
  window(series: Series, range: TimeRange, around: { before: number; after: number }): Promise<Points>
  /** Forgets everything before `before`, of one site or of all; on the disk by whole partitions where it can. */
  retain(before: Instant, site?: string): Promise<void>
  /** Forgets all points of these series (a removed device or demo). */
  remove(series: readonly Series[]): Promise<void>
  /** Sorts what came in arrival order into partitions; returns when done or aborted. Runs by itself as well. */
  compact(signal?: AbortSignal): Promise<void>
  /** What came since the last compaction, by series; `to` is after its last value. Where to look after a kill. */
  recentRanges(): Promise<({ series: Series } & TimeRange)[]>
  status(): Promise<StoreStatus>
}
