import type { Instant } from '@ohmstead/model'

/** Samples of one series, oldest first, one per instant. */
export interface Samples {
  readonly times: Float64Array
  readonly values: Float64Array
}

/** [from, to): inclusive start, exclusive end. */
export interface Range {
  readonly from: Instant
  readonly to: Instant
}

export const noSamples: Samples = { times: new Float64Array(0), values: new Float64Array(0) }

/** The first index whose time is ≥ `at`; the length when there is none. */
export function lowerBound(times: Float64Array, at: Instant): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < at) low = middle + 1
    else high = middle
  }
  return low
}

/** The samples for which `keep` holds; the same object when it holds for all. */
export function filterSamples(
  samples: Samples,
  keep: (time: Instant, value: number, index: number) => boolean,
): Samples {
  const { times, values } = samples
  let kept = 0
  while (kept < times.length && keep(times[kept]!, values[kept]!, kept)) kept++
  if (kept === times.length) return samples
  const outTimes = new Float64Array(times.length - 1)
  const outValues = new Float64Array(times.length - 1)
  outTimes.set(times.subarray(0, kept))
  outValues.set(values.subarray(0, kept))
  for (let i = kept + 1; i < times.length; i++) {
    if (!keep(times[i]!, values[i]!, i)) continue
    outTimes[kept] = times[i]!
    outValues[kept] = values[i]!
    kept++
  }
  return { times: outTimes.subarray(0, kept), values: outValues.subarray(0, kept) }
}

/** `more` laid over `samples`: of two with one time, the one from `more` stays. Both oldest first. */
export function overlay(samples: Samples, more: Samples): Samples {
  if (more.times.length === 0) return samples
  const size = samples.times.length + more.times.length
  const times = new Float64Array(size)
  const values = new Float64Array(size)
  let a = 0
  let b = 0
  let n = 0
  while (a < samples.times.length || b < more.times.length) {
    const mine = samples.times[a] ?? Number.POSITIVE_INFINITY
    const theirs = more.times[b] ?? Number.POSITIVE_INFINITY
    const fromMore = theirs <= mine
    if (mine === theirs) a++
    times[n] = fromMore ? theirs : mine
    values[n++] = fromMore ? more.values[b++]! : samples.values[a++]!
  }
  return { times: times.subarray(0, n), values: values.subarray(0, n) }
}
