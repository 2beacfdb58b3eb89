import type { Instant } from '@ohmstead/model'
import {
  between,
  emptyRun,
  lowerBound,
  merge,
  newValues,
  ordered,
  type Run,
  type Values,
} from '../query/run.ts'

/** What a value takes in memory, at most: two numbers, or one and up to two bytes a UTF-16 unit. */
export const valueBytes = (value: number | string): number =>
  typeof value === 'number' ? 16 : 32 + 2 * value.length

/** Points of one series in arrival order, growing; in time order when somebody asks. */
class Trail {
  #times: Float64Array = new Float64Array(8)
  #values: Values
  #length = 0
  #isRising = true
  /** What its values take, at most; of those that were replaced too. */
  bytes = 0

  constructor(isText: boolean) {
    this.#values = newValues(isText, isText ? 0 : 8)
  }

  add(time: Instant, value: number | string): void {
    const at = this.#length
    if (at === this.#times.length) this.#grow()
    if (at > 0 && time <= this.#times[at - 1]) this.#isRising = false
    this.#times[at] = time
    this.#values[at] = value
    this.#length = at + 1
    this.bytes += valueBytes(value)
  }

  run(): Run {
    if (!this.#isRising) this.#sort()
    const values = this.#values
    return {
      times: this.#times.subarray(0, this.#length),
      values:
        values instanceof Float64Array ? values.subarray(0, this.#length) : values.slice(0, this.#length),
    }
  }

  /** Into new columns, because readers may still hold the old ones. */
  #sort(): void {
    const values = this.#values
    const used = values instanceof Float64Array ? values.subarray(0, this.#length) : values
    const run = ordered(this.#times.subarray(0, this.#length), used)
    this.#times = run.times
    this.#values = run.values
    this.#length = run.times.length
    this.#isRising = true
  }

  #grow(): void {
    const capacity = Math.max(8, this.#length * 2)
    const times = new Float64Array(capacity)
    times.set(this.#times)
    this.#times = times
    if (!(this.#values instanceof Float64Array)) return
    const values = new Float64Array(capacity)
    values.set(this.#values)
    this.#values = values
  }
}

/** What a segment knows of a series without its points. */
export interface Reach {
  readonly first: Instant
  readonly last: Instant
  readonly tail: number | string
  readonly rows: number
  /** What its values take in memory, at most. */
  readonly bytes: number
}

/**
 * Values in arrival order: tables n_<id> and t_<id>, and their content in memory for as long as there is room for it.
 * A later segment (greater rank) wins over an earlier one, and every segment over the partitions.
 */
export class Segment {
  readonly id: number
  readonly rank: number
  readonly openedAt: Instant
  rows = 0
  /** What its values take in memory, or would take, at most. */
  bytes = 0
  #trails: Map<number, Trail> | undefined = new Map()
  #reaches: Map<number, Reach> = new Map()

  constructor(id: number, rank: number, openedAt: Instant) {
    this.id = id
    this.rank = rank
    this.openedAt = openedAt
  }

  get isInMemory(): boolean {
    return this.#trails !== undefined
  }

  add(series: number, time: Instant, value: number | string): void {
    this.rows++
    this.bytes += valueBytes(value)
    let trail = this.#trails?.get(series)
    if (trail === undefined) this.#trails?.set(series, (trail = new Trail(typeof value === 'string')))
    trail?.add(time, value)
  }

  /** The series that it holds values of. */
  series(): Iterable<number> {
    return (this.#trails ?? this.#reaches).keys()
  }

  has(series: number): boolean {
    return (this.#trails ?? this.#reaches).has(series)
  }

  reach(series: number): Reach | undefined {
    if (this.#trails === undefined) return this.#reaches.get(series)
    const trail = this.#trails.get(series)
    const run = trail?.run()
    if (trail === undefined || run === undefined || run.times.length === 0) return
    const end = run.times.length - 1
    const [first, last, tail, rows] = [run.times[0], run.times[end], run.values[end], run.times.length]
    return { first, last, tail, rows, bytes: trail.bytes }
  }

  /** All of a series; only while in memory. */
  run(series: number, isText: boolean): Run {
    return this.#trails?.get(series)?.run() ?? emptyRun(isText)
  }

  forget(series: readonly number[]): void {
    for (const id of series) {
      this.#trails?.delete(id)
      this.#reaches.delete(id)
    }
  }

  /** Lets go of the points; from now on they are read from the tables. */
  spill(): void {
    if (this.#trails === undefined) return
    const reaches = new Map<number, Reach>()
    for (const series of this.#trails.keys()) {
      const reach = this.reach(series)
      if (reach !== undefined) reaches.set(series, reach)
    }
    this.spillTo(reaches, this)
  }

  spillTo(reaches: Map<number, Reach>, { rows, bytes }: { rows: number; bytes: number }): void {
    this.#reaches = reaches
    this.#trails = undefined
    this.rows = rows
    this.bytes = bytes
  }
}

/** What several segments in memory, oldest first, hold of a series in [from, to). */
export function mergedRun(
  segments: readonly Segment[],
  series: number,
  isText: boolean,
  from: Instant,
  to: Instant,
): Run {
  let run: Run | undefined
  for (const segment of segments) {
    if (!segment.has(series)) continue
    const newer = between(segment.run(series, isText), from, to)
    run = run === undefined ? newer : merge(run, newer)
  }
  return run ?? emptyRun(isText)
}

/** How many points of a run lie in [from, to). */
export function countBetween(run: Run, from: Instant, to: Instant): number {
  return lowerBound(run.times, to) - lowerBound(run.times, from)
}
