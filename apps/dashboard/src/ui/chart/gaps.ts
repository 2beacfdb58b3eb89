import { type Points, pieces } from '../series.ts'

/** Columns of a line; null is where it is cut. */
export interface Line {
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
}

/** The same points with a null behind each piece, so that a gap stays a gap. */
export function withGaps(points: Points, leastMs: number): Line {
  const cuts = pieces(points, leastMs)
  if (cuts.length < 2) return points
  const times: number[] = []
  const values: (number | null)[] = []
  for (const [start, end] of cuts) {
    for (let at = start; at < end; at++) {
      times.push(points.times[at]!)
      values.push(points.values[at]!)
    }
    times.push(points.times[end - 1]! + 1)
    values.push(null)
  }
  return { times, values }
}

/** The last point of a line, however long ago. */
export function newestOf({ times, values }: Line): { time: number; value: number } | null {
  const at = values.findLastIndex(value => value !== null)
  return at < 0 ? null : { time: times[at]!, value: values[at]! }
}

/** The value that stands at `at`: the last one before it, unless the line is cut there. */
export function valueAt({ times, values }: Line, at: number): { time: number; value: number } | null {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! <= at) low = middle + 1
    else high = middle
  }
  const value = values[low - 1]
  return value === undefined || value === null ? null : { time: times[low - 1]!, value }
}
