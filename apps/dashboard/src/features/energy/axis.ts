import { type Bucket, type By, calendarBuckets, isoLocal } from '@ohmstead/model'
import type { Labels } from './labels.ts'

/** What stands below a bar, and which bars carry it where not all have room. */
export interface Tick {
  readonly tick: string
  readonly major: boolean
  readonly order: number
}

/**
 * Hours of several days are labelled by their days, days of many months by their months, months of years by their years:
 * "25 · Sun" says little in the middle of a year.
 */
export function axisOf(bars: readonly Bucket[], by: By, labels: Labels, zone: string): Tick[] {
  const unit = unitOf(bars, by)
  const firsts =
    unit === null
      ? new Map<number, Bucket>()
      : new Map(
          calendarBuckets({ from: bars[0]!.start, to: bars.at(-1)!.end }, unit, zone).map(one => [
            one.start,
            one,
          ]),
        )
  return bars.map((bar, at) => {
    const first = firsts.get(bar.start)
    return {
      tick: first === undefined ? labels.tick(bar, by) : labels.tick(first, unit!),
      major: first !== undefined,
      order: orderOf(bar.start, at, by, zone),
    }
  })
}

const hoursMs = 3_600_000

function unitOf(bars: readonly Bucket[], by: By): By | null {
  if (by === 'hour' || by === 'slot')
    return (bars.at(-1)?.end ?? 0) - (bars[0]?.start ?? 0) > 26 * hoursMs ? 'day' : null
  if (by === 'day' && bars.length > 62) return 'month'
  return by === 'month' && bars.length > 12 ? 'year' : null
}

/** Hours and quarters count from midnight by local clocks, everything else from the first bar. */
function orderOf(start: number, at: number, by: By, zone: string): number {
  if (by !== 'hour' && by !== 'slot') return at
  const [hour, minute] = isoLocal(start, zone).slice(11, 16).split(':').map(Number) as [number, number]
  return by === 'hour' ? hour : hour * 4 + Math.floor(minute / 15)
}
