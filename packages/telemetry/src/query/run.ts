import type { Instant, Points, Series, Value } from '@ohmstead/model'

/** Values of one series: numbers (booleans as 0 and 1) or texts. */
export type Values = Float64Array | string[]

/** Points of one series, each time once, oldest first. What is handed out is never changed afterwards. */
export interface Run {
  readonly times: Float64Array
  readonly values: Values
}

export function newValues(isText: boolean, length: number): Values {
  return isText ? new Array<string>(length) : new Float64Array(length)
}

export const emptyRun = (isText: boolean): Run => ({
  times: new Float64Array(0),
  values: newValues(isText, 0),
})

/** Index of the first time that is not before `time`. */
export function lowerBound(times: Float64Array, time: Instant): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle] < time) low = middle + 1
    else high = middle
  }
  return low
}

function part(values: Values, start: number, end: number): Values {
  return values instanceof Float64Array ? values.subarray(start, end) : values.slice(start, end)
}

export function span(run: Run, start: number, end: number): Run {
  if (start <= 0 && end >= run.times.length) return run
  return { times: run.times.subarray(start, end), values: part(run.values, start, end) }
}

/** The points in [from, to). */
export function between(run: Run, from: Instant, to: Instant): Run {
  return span(run, lowerBound(run.times, from), lowerBound(run.times, to))
}

function copyValues(target: Values, at: number, source: Values): void {
  if (target instanceof Float64Array) target.set(source as Float64Array, at)
  else for (let i = 0; i < source.length; i++) target[at + i] = source[i] as string
}

/** Runs one after the other; the caller knows that their times do not overlap and rise. */
export function concat(runs: readonly Run[], isText: boolean): Run {
  const filled = runs.filter(run => run.times.length > 0)
  if (filled.length === 1) return filled[0]
  const length = filled.reduce((sum, run) => sum + run.times.length, 0)
  const times = new Float64Array(length)
  const values = newValues(isText, length)
  let at = 0
  for (const run of filled) {
    times.set(run.times, at)
    copyValues(values, at, run.values)
    at += run.times.length
  }
  return { times, values }
}

/** Both, in time order; where they share a time `newer` wins. */
export function merge(older: Run, newer: Run): Run {
  if (older.times.length === 0) return newer
  if (newer.times.length === 0) return older
  const isText = !(older.values instanceof Float64Array)
  if (older.times[older.times.length - 1] < newer.times[0]) return concat([older, newer], isText)
  if (newer.times[newer.times.length - 1] < older.times[0]) return concat([newer, older], isText)
  return interleave(older, newer, isText)
}

function interleave(a: Run, b: Run, isText: boolean): Run {
  const times = new Float64Array(a.times.length + b.times.length)
  const values = newValues(isText, times.length)
  let [i, j, at] = [0, 0, 0]
  while (i < a.times.length || j < b.times.length) {
    const fromB = j < b.times.length && (i === a.times.length || b.times[j] <= a.times[i])
    if (fromB && a.times[i] === b.times[j]) i++
    times[at] = fromB ? b.times[j] : a.times[i]
    values[at++] = fromB ? b.values[j++] : a.values[i++]
  }
  return span({ times, values }, 0, at)
}

export function isRising(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i] <= times[i - 1]) return false
  return true
}

/** Points in arrival order, put in time order; of equal times the last to arrive wins. */
export function ordered(times: Float64Array, values: Values): Run {
  if (isRising(times)) return { times, values }
  const order = new Uint32Array(times.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  order.sort((a, b) => times[a] - times[b] || a - b)
  const sorted = new Float64Array(times.length)
  const picked = newValues(!(values instanceof Float64Array), times.length)
  let at = 0
  for (let i = 0; i < order.length; i++) {
    const time = times[order[i]]
    if (i + 1 < order.length && times[order[i + 1]] === time) continue
    sorted[at] = time
    picked[at++] = values[order[i]]
  }
  return span({ times: sorted, values: picked }, 0, at)
}

/** As the port gives points: booleans as booleans. */
export function toPoints(series: Series, run: Run): Points {
  if (series.type !== 'boolean') return run as Points
  return { times: run.times, values: Array.from(run.values as Float64Array, value => value === 1) }
}

export function toValue(series: Series, value: number | string): Value {
  return series.type === 'boolean' ? value === 1 : value
}
