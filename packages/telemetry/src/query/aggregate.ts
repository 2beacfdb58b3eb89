import type { Points } from '@ohmstead/model'
import type { Aggregate } from '../store.ts'
import type { BucketLine } from './buckets.ts'
import { type Gathered, walk } from './gathered.ts'
import type { Run } from './run.ts'

/** One value a bucket from points and cells that are fed in time order. */
export class Aggregation {
  readonly #line: BucketLine
  readonly #aggregate: Aggregate
  #bucket: { readonly start: number; readonly end: number } | undefined
  #count = 0
  #sum = 0
  #min = 0
  #max = 0
  #first: number | string = 0
  #last: number | string = 0
  #times: number[] = []
  #values: (number | string)[] = []

  constructor(line: BucketLine, aggregate: Aggregate) {
    this.#line = line
    this.#aggregate = aggregate
  }

  feed(gathered: Gathered): void {
    const { points, cells } = gathered
    walk(
      gathered,
      (start, end) => this.#points(points, start, end),
      i => {
        if (cells === undefined || !this.#enter(cells.start[i])) return
        this.#add(cells.count[i], cells.sum[i], cells.min[i], cells.max[i], cells.first[i], cells.last[i])
      },
    )
  }

  /** Bucket after bucket; the inner loop has no calls in it, as it sees every point. */
  #points({ times, values }: Run, start: number, end: number): void {
    for (let i = start; i < end; ) {
      if (!this.#enter(times[i])) {
        i++
        continue
      }
      const until = this.#bucket?.end ?? 0
      const first = i
      let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (; i < end && times[i] < until; i++) {
        const value = values[i] as number
        sum += value
        if (value < min) min = value
        if (value > max) max = value
      }
      this.#add(i - first, sum, min, max, values[first], values[i - 1])
    }
  }

  /** Numbers, or texts where first or last of texts was asked. */
  finish(): Points {
    this.#close()
    const isText = this.#values.some(value => typeof value === 'string')
    const values = isText ? (this.#values as string[]) : Float64Array.from(this.#values as number[])
    return { times: Float64Array.from(this.#times), values }
  }

  #enter(time: number): boolean {
    if (this.#bucket !== undefined && time < this.#bucket.end) return true
    this.#close()
    this.#bucket = this.#line.at(time)
    return this.#bucket !== undefined
  }

  #add(
    count: number,
    sum: number,
    min: number,
    max: number,
    first: number | string,
    last: number | string,
  ): void {
    const isFirst = this.#count === 0
    this.#count += count
    this.#sum = isFirst ? sum : this.#sum + sum
    this.#min = isFirst || min < this.#min ? min : this.#min
    this.#max = isFirst || max > this.#max ? max : this.#max
    if (isFirst) this.#first = first
    this.#last = last
  }

  #close(): void {
    if (this.#bucket === undefined || this.#count === 0) return
    this.#times.push(this.#bucket.start)
    this.#values.push(this.#result())
    this.#bucket = undefined
    this.#count = 0
  }

  #result(): number | string {
    switch (this.#aggregate) {
      case 'mean':
        return this.#sum / this.#count
      case 'sum':
        return this.#sum
      case 'min':
        return this.#min
      case 'max':
        return this.#max
      case 'count':
        return this.#count
      case 'first':
        return this.#first
      case 'last':
        return this.#last
    }
  }
}
