/**
 * How long the time between two samples may be before nothing is known of it.
 *
 * Learned from the device's own cadence: 2.5 times the 90 % quantile of the up to 32 gaps before this one, so that one
 * lost message is bridged and an outage is not. Never less than a minute (radios stutter) and never more than three
 * hours. A series that has just begun is judged by the gaps that follow; one with fewer than four other gaps gets 15
 * minutes. It looks at neighbours only, so that a late reading changes what is near it and nothing else.
 */
export const cadence = {
  gapsBefore: 32,
  gapsAfter: 8,
  fewestGaps: 4,
  quantile: 0.9,
  factor: 2.5,
  shortestMs: 60_000,
  longestMs: 3 * 3_600_000,
  unknownMs: 900_000,
} as const

const gaps = new Float64Array(cadence.gapsBefore + cadence.gapsAfter)

/**
 * The longest time, ms, that the step from sample `i - 1` to sample `i` may take and still be measured.
 * @param times of all samples around, oldest first
 * @param longestMs upper bound
 */
export function holdLimitMs(times: Float64Array, i: number, longestMs: number = cadence.longestMs): number {
  let count = 0
  for (let k = Math.max(1, i - cadence.gapsBefore); k < i; k++) gaps[count++] = times[k]! - times[k - 1]!
  if (count < cadence.fewestGaps) {
    const last = Math.min(times.length - 1, i + cadence.gapsAfter)
    for (let k = i + 1; k <= last; k++) gaps[count++] = times[k]! - times[k - 1]!
  }
  if (count < cadence.fewestGaps) return Math.min(cadence.unknownMs, longestMs)
  const sorted = gaps.subarray(0, count).sort()
  const usual = sorted[Math.ceil(count * cadence.quantile) - 1]!
  return Math.min(Math.max(cadence.factor * usual, cadence.shortestMs), longestMs)
}
