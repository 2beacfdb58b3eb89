import { calendarBuckets, type Instant, isoLocal } from '@ohmstead/model'

/** One local calendar day of a site; 23, 24 or 25 hours long. */
export interface Day {
  /** 2026-03-29 */
  readonly date: string
  readonly start: Instant
  readonly end: Instant
  readonly seconds: number
  /** 0 Monday … 6 Sunday */
  readonly weekday: number
}

/** The local days that overlap [from, to). */
export function daysOf(range: { from: Instant; to: Instant }, zone: string): Day[] {
  return calendarBuckets(range, 'day', zone).map(({ start, end }) => {
    const date = isoLocal(start, zone).slice(0, 10)
    const weekday = (new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7
    return { date, start, end, seconds: (end - start) / 1000, weekday }
  })
}

/**
 * Seconds since the day began at which local clocks show `hour` (6.5 is 6:30). Clocks change before 3 in the morning at
 * every demo site, so what comes later is counted back from the day's end.
 */
export const clock = (day: Day, hour: number) => (hour < 3 ? hour * 3600 : day.seconds - (24 - hour) * 3600)
