import { type Bucket, type By, bucketStart, calendarBuckets, isoLocal, parseTime } from '@ohmstead/model'
import type { Comparison, Span } from './search.ts'

/** [start, end) in epoch ms. */
export interface Period extends Bucket {
  readonly span: Span
}

const yearsShown = 5
const dayMs = 86_400_000

/** What the address says about the period. `at` is any instant in it; `from` and `to` are dates, both included. */
export interface Wanted {
  readonly span: Span
  readonly at: number
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export function periodOf({ span, at, from, to }: Wanted, zone: string): Period {
  if (span === 'custom') {
    const today = localDate(at, zone)
    const [first, last] = [from ?? today, to ?? from ?? today].toSorted() as [string, string]
    return { span, start: dayStart(first, zone), end: dayStart(addDays(last, 1), zone) }
  }
  if (span === 'years') {
    const { end } = bucketAt(at, 'year', zone)
    return { span, start: yearsBack(end, yearsShown, zone), end }
  }
  return { span, ...bucketAt(at, span, zone) }
}

/** The period right before (-1) or after (1). Calendar periods follow the site's clocks, so a day may have 23 hours. */
export function step({ span, start, end }: Period, direction: -1 | 1, zone: string): Period {
  if (span === 'custom')
    return shiftDays({ span, start, end }, direction * daysOf({ start, end }, zone), zone)
  if (span === 'years')
    return direction < 0
      ? { span, start: yearsBack(start, yearsShown, zone), end: start }
      : periodOf({ span, at: yearsLater(end, yearsShown, zone) - 1 }, zone)
  return { span, ...bucketAt(direction < 0 ? start - 1 : end, span, zone) }
}

/** The period that a comparison is made with; null where it would say nothing of its own. */
export function comparedWith(period: Period, comparison: Comparison, zone: string): Period | null {
  const { span } = period
  if (comparison === 'previous') return step(period, -1, zone)
  if (comparison === 'weekday') {
    // A week has the weekdays of the week before anyway, and those of whole years hardly matter.
    if (span === 'week' || span === 'year' || span === 'years') return null
    return shiftDays(period, -7 * Math.ceil(daysOf(period, zone) / 7), zone)
  }
  if (span === 'years' || span === 'year') return null
  // 52 weeks keep the weekdays of a week together; everything else has the same dates.
  if (span === 'week') return shiftDays(period, -364, zone)
  return yearEarlier(period, zone)
}

/** Sizes of bars that a period can be cut into, finest first. */
export function sizesOf(period: Period, zone: string): readonly By[] {
  if (period.span !== 'custom') return sizes[period.span]
  const days = daysOf(period, zone)
  return (['slot', 'hour', 'day', 'week', 'month', 'year'] as const).filter(by => {
    const bars = (days * 24) / hoursIn[by]
    return bars >= 1 && bars <= mostBars
  })
}

const mostBars = 750
const hoursIn: Readonly<Record<By, number>> = {
  slot: 0.25,
  hour: 1,
  day: 24,
  week: 168,
  month: 28 * 24,
  year: 365 * 24,
}
const sizes: Readonly<Record<Exclude<Span, 'custom'>, readonly By[]>> = {
  hour: ['slot'],
  day: ['slot', 'hour'],
  week: ['slot', 'hour', 'day'],
  month: ['hour', 'day', 'week'],
  year: ['day', 'week', 'month'],
  years: ['month', 'year'],
}
const usual: Readonly<Record<Exclude<Span, 'custom'>, By>> = {
  hour: 'slot',
  day: 'hour',
  week: 'day',
  month: 'day',
  year: 'month',
  years: 'year',
}

/** The size of bars where nobody asked for another: some ten bars, or a month of days. */
export function usualSize(period: Period, zone: string): By {
  if (period.span !== 'custom') return usual[period.span]
  const days = daysOf(period, zone)
  if (days <= 2) return 'hour'
  if (days <= 62) return 'day'
  return days <= 370 ? 'week' : 'month'
}

/** The span that shows one bar from inside. */
export function spanInside(by: By): Span {
  return by === 'slot' ? 'hour' : by
}

/** Hours from a bucket's start to its end; 23 or 25 on days when clocks change. */
export function hoursOf({ start, end }: Bucket): number {
  return (end - start) / 3_600_000
}

/** Hours of a day that is not 24 hours long; null for every other bucket. */
export function oddHours(bucket: Bucket, by: By | Span): number | null {
  const hours = hoursOf(bucket)
  return by === 'day' && hours !== 24 ? hours : null
}

/** Local dates that a period touches. */
export function daysOf({ start, end }: Bucket, zone: string): number {
  const first = Date.parse(localDate(start, zone))
  return Math.max(1, Math.round((Date.parse(localDate(end - 1, zone)) - first) / dayMs) + 1)
}

/** The site's date at an instant, as 2026-03-29. */
export function localDate(at: number, zone: string): string {
  return isoLocal(at, zone).slice(0, 10)
}

/** The first instant of a local date, also where midnight was skipped. */
export function dayStart(date: string, zone: string): number {
  return bucketStart(parseTime(`${date}T12:00:00`, zone), 'day', zone)
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)
}

function bucketAt(at: number, by: By, zone: string): Bucket {
  return calendarBuckets({ from: at, to: at + 1 }, by, zone)[0]!
}

/** Everything else than an hour is whole days. */
function shiftDays({ span, start, end }: Period, days: number, zone: string): Period {
  if (span !== 'hour') {
    const last = addDays(localDate(end - 1, zone), days)
    return {
      span,
      start: dayStart(addDays(localDate(start, zone), days), zone),
      end: dayStart(addDays(last, 1), zone),
    }
  }
  const [date, time] = isoLocal(start, zone).split('T') as [string, string]
  const at = parseTime(`${addDays(date, days)}T${time.slice(0, 8)}`, zone)
  return { span, ...bucketAt(at, 'hour', zone) }
}

function yearEarlier({ span, start, end }: Period, zone: string): Period {
  const date = localDate(start, zone)
  const earlier = `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`
  // The 29th of February has no counterpart: the 28th stands for it.
  const exists = new Date(Date.parse(earlier)).toISOString().slice(0, 10) === earlier
  const target = exists ? earlier : `${earlier.slice(0, 8)}28`
  const days = Math.round((Date.parse(target) - Date.parse(date)) / dayMs)
  if (span === 'month') return { span, ...bucketAt(dayStart(target, zone), 'month', zone) }
  return shiftDays({ span, start, end }, days, zone)
}

function yearsBack(end: number, years: number, zone: string): number {
  let start = end
  for (let n = 0; n < years; n++) start = bucketAt(start - 1, 'year', zone).start
  return start
}

function yearsLater(start: number, years: number, zone: string): number {
  let end = start
  for (let n = 0; n < years; n++) end = bucketAt(end, 'year', zone).end
  return end
}
