import type { SeriesOut } from '@ohmstead/sdk'
import { holds, type Points } from '../../ui/series.ts'

/** Power of several meters together, as columns: one row a step. `watts` is null where no meter is known. */
export interface History {
  readonly times: number[]
  readonly watts: (number | null)[]
  /** How many meters are in each sum. */
  readonly known: number[]
}

/** A device's power of the last hours. With several series (tags) the one with the most points stands for it. */
export function byDevice(series: readonly SeriesOut[]): Map<string, Points> {
  const devices = new Map<string, Points>()
  for (const { device, times, values } of series) {
    const before = devices.get(device)
    if (before === undefined || before.times.length < times.length)
      devices.set(device, { times, values: values as number[] })
  }
  return devices
}

/**
 * Sums meters of different cadence: each holds its last value until its next one is overdue, so that one which
 * speaks every five minutes is not missing in between, and one that fell silent is.
 */
export function sumOf(
  meters: readonly Points[],
  { from, to, stepMs }: { from: number; to: number; stepMs: number },
): History {
  const walkers = meters.map(points => ({ points, at: -1, held: holds(points, stepMs) }))
  const history: History = { times: [], watts: [], known: [] }
  for (let time = Math.ceil(from / stepMs) * stepMs; time <= to; time += stepMs) {
    let sum = 0
    let known = 0
    for (const walker of walkers) {
      const { times, values } = walker.points
      while (walker.at + 1 < times.length && times[walker.at + 1]! <= time) walker.at++
      if (walker.at < 0 || time - times[walker.at]! > walker.held[walker.at]!) continue
      sum += values[walker.at]!
      known++
    }
    history.times.push(time)
    history.watts.push(known === 0 ? null : sum)
    history.known.push(known)
  }
  return history
}

/** Two lines of one: where all meters are known, and where some are missing; they meet at the edges. */
export function split(
  { watts, known }: History,
  all: number,
): { full: (number | null)[]; part: (number | null)[] } {
  const whole = known.map(count => count >= all)
  const full = watts.map((value, at) => (whole[at] ? value : null))
  const part = watts.map((value, at) =>
    !whole[at] || whole[at - 1] === false || whole[at + 1] === false ? value : null,
  )
  return { full, part }
}
