/**
 * How long the time between two samples may be before nothing is known of it.
 *
 * Learned from the device's own cadence: 2.5 times the 90 % quantile of the up to 32 gaps before this one, so that one
 * lost message is bridged and an outage is not. A device that reports on change falls from seconds to its heartbeat: the
 * median of the four gaps that follow counts as well. Never less than a minute (radios stutter) and never more than three
 * hours. With fewer than four gaps before it, eight that follow stand in; with fewer than four in all it is 15 minutes.
 * It looks at neighbours only, so that a late reading changes what is near it and nothing else.
 */
export const cadence = {
  gapsBefore: 32,
  gapsAfter: 4,
  gapsAfterAtStart: 8,
  fewestGaps: 4,
  quantile: 0.9,
  factor: 2.5,
  shortestMs: 60_000,
  longestMs: 3 * 3_600_000,
  unknownMs: 900_000,
} as const

const gaps = new Float64Array(cadence.gapsBefore + cadence.gapsAfterAtStart)

/**
 * The longest time, ms, that the step from sample `i - 1` to sample `i` may take and still be measured.
 * @param times of all samples around, oldest first
 * @param longestMs upper bound
 */
export function holdLimitMs(times: Float64Array, i: number, longestMs: number = cadence.longestMs): number {
  let count = collect(times, Math.max(1, i - cadence.gapsBefore), i, 0)
  const isStart = count < cadence.fewestGaps
  if (isStart) count = collect(times, i + 1, i + 1 + cadence.gapsAfterAtStart, count)
  if (count < cadence.fewestGaps) return Math.min(cadence.unknownMs, longestMs)
  const usual = quantile(count, cadence.quantile)
  const next = isStart ? 0 : nextUsual(times, i)
  return Math.min(Math.max(cadence.factor * Math.max(usual, next), cadence.shortestMs), longestMs)
}

/**
 * Whether a step of `ms` that ends at sample `i` is no longer than the hold limit there.
 * @param longestMs upper bound of the limit
 */
export function isHeld(
  times: Float64Array,
  i: number,
  ms: number,
  longestMs: number = cadence.longestMs,
): boolean {
  if (ms <= cadence.shortestMs) return true
  if (ms > longestMs) return false
  return isUsual(times, i, ms) || ms <= holdLimitMs(times, i, longestMs)
}

/** Whether the gaps before sample `i` alone allow for so long a one: nearly always, and four of them tell. */
function isUsual(times: Float64Array, i: number, ms: number): boolean {
  const first = Math.max(1, i - cadence.gapsBefore)
  const count = i - first
  if (count < cadence.fewestGaps) return false
  let needed = count - Math.ceil(count * cadence.quantile) + 1
  for (let k = i - 1; k >= first && needed > 0; k--)
    if (cadence.factor * (times[k]! - times[k - 1]!) >= ms) needed--
  return needed === 0
}

/** The gaps that end at samples [from, to), after `count` others; answers how many there are then. */
function collect(times: Float64Array, from: number, to: number, count: number): number {
  const end = Math.min(to, times.length)
  for (let k = from; k < end; k++) gaps[count++] = times[k]! - times[k - 1]!
  return count
}

/** The lower median of the gaps that follow; 0 while they have not all come. */
function nextUsual(times: Float64Array, i: number): number {
  const count = collect(times, i + 1, i + 1 + cadence.gapsAfter, 0)
  return count < cadence.gapsAfter ? 0 : quantile(count, 0.5)
}

/** Sorts by insertion: some forty gaps that are mostly alike, once for each sample, and no array is made. */
function quantile(count: number, share: number): number {
  for (let i = 1; i < count; i++) {
    const gap = gaps[i]!
    let k = i
    for (; k > 0 && gaps[k - 1]! > gap; k--) gaps[k] = gaps[k - 1]!
    gaps[k] = gap
  }
  return gaps[Math.ceil(count * share) - 1]!
}

/**
 * Up to when power samples are judged for good: the start of the first long gap near the end that following samples may
 * still bridge, else the last sample.
 */
export function powerSettledUntil(times: Float64Array): number {
  const first = Math.max(1, times.length - cadence.gapsAfterAtStart)
  for (let i = first; i < times.length; i++) {
    if (!isHeld(times, i, times[i]! - times[i - 1]!)) return times[i - 1]!
  }
  return times.at(-1) ?? Number.NEGATIVE_INFINITY
}
