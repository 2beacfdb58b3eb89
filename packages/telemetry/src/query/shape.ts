import type { BucketLine } from './buckets.ts'
import { type Gathered, walk } from './gathered.ts'
import { newValues, type Run } from './run.ts'

interface Extremes {
  count: number
  end: number
  firstAt: number
  lastAt: number
  minAt: number
  maxAt: number
  first: number | string
  last: number | string
  min: number | string
  max: number | string
}

/**
 * Keeps a chart's shape: of each bucket the first, the last, the smallest and the largest point, at their own times
 * (M4, Jugel et al., VLDB 2014). Of texts the first and last that differ. Fed in time order.
 */
export class Outline {
  readonly #line: BucketLine
  readonly #isText: boolean
  #now: Extremes | undefined
  #times: number[] = []
  #values: (number | string)[] = []
  /** Points seen, those inside cells too. */
  seen = 0

  constructor(line: BucketLine, isText: boolean) {
    this.#line = line
    this.#isText = isText
  }

  feed(gathered: Gathered): void {
    const { times, values } = gathered.points
    const { cells } = gathered
    walk(
      gathered,
      (start, end) => {
        for (let i = start; i < end; i++) {
          const [time, value] = [times[i], values[i]]
          this.#add(1, time, time, time, time, value, value, value, value)
        }
      },
      i => {
        if (cells === undefined) return
        const { count, firstAt, lastAt, minAt, maxAt, first, last, min, max } = cells
        this.#add(count[i], firstAt[i], lastAt[i], minAt[i], maxAt[i], first[i], last[i], min[i], max[i])
      },
    )
  }

  finish(): Run {
    this.#close()
    const values = newValues(this.#isText, this.#values.length)
    for (let i = 0; i < values.length; i++) values[i] = this.#values[i]
    return { times: Float64Array.from(this.#times), values }
  }

  #add(
    count: number,
    firstAt: number,
    lastAt: number,
    minAt: number,
    maxAt: number,
    first: number | string,
    last: number | string,
    min: number | string,
    max: number | string,
  ): void {
    this.seen += count
    const now = this.#now
    if (now === undefined || firstAt >= now.end) {
      this.#close()
      const end = this.#line.at(firstAt)?.end ?? Number.POSITIVE_INFINITY
      this.#now = { count, end, firstAt, lastAt, minAt, maxAt, first, last, min, max }
      return
    }
    now.count += count
    now.lastAt = lastAt
    now.last = last
    if (min < now.min) [now.min, now.minAt] = [min, minAt]
    if (max > now.max) [now.max, now.maxAt] = [max, maxAt]
  }

  #close(): void {
    const now = this.#now
    if (now === undefined) return
    this.#keep(now.firstAt, now.first)
    if (!this.#isText) {
      const least = now.minAt <= now.maxAt
      this.#keep(least ? now.minAt : now.maxAt, least ? now.min : now.max)
      this.#keep(least ? now.maxAt : now.minAt, least ? now.max : now.min)
    }
    this.#keep(now.lastAt, now.last)
    this.#now = undefined
  }

  #keep(time: number, value: number | string): void {
    const { length } = this.#times
    if (length > 0 && time <= this.#times[length - 1]) return
    this.#times.push(time)
    this.#values.push(value)
  }
}

/**
 * How long a bucket of an outline of at most `points` points is, ms. It keeps four points a bucket, and where the buckets
 * begin is not the range's to choose, so they touch one more than fit in it.
 */
export function outlineWidth(lengthMs: number, points: number): number {
  return Math.max(1, Math.ceil(lengthMs / Math.max(1, Math.floor(points / 4) - 1)))
}

/** The last and as many others, evenly taken, as make `most`: an outline of fewer than eight points has no room for buckets. */
export function atMost(run: Run, most: number): Run {
  const { length } = run.times
  if (length <= most) return run
  const kept = Array.from({ length: most }, (_, i) =>
    most === 1 ? length - 1 : Math.round((i * (length - 1)) / (most - 1)),
  )
  const values = newValues(Array.isArray(run.values), most)
  kept.forEach((from, to) => {
    values[to] = run.values[from]
  })
  return { times: Float64Array.from(kept, i => run.times[i]), values }
}
