import type { Instant } from './clock.ts'
import { InvalidInput } from './errors.ts'
import { slotMs } from './slot.ts'
import { type Zone, zoneOf } from './zone.ts'

/** What a time is cut into: slots are UTC's, everything else is the site's. Weeks are ISO 8601's, from Monday. */
export type By = 'slot' | 'hour' | 'day' | 'week' | 'month' | 'year'
export const bys = ['slot', 'hour', 'day', 'week', 'month', 'year'] as const satisfies readonly By[]

/** [start, end) */
export interface Bucket {
  readonly start: Instant
  readonly end: Instant
}

const hourMs = 3_600_000
const dayMs = 86_400_000
const maxBuckets = 1_000_000

/**
 * The whole buckets that overlap [from, to), oldest first, without gap or overlap. An hour ends when local clocks show a
 * full hour and when they are changed, so a day has 23, 24 or 25 of them; a day that a zone skipped is left out.
 * @throws InvalidInput for an unknown zone, times out of range, or more than a million buckets
 */
export function calendarBuckets(range: { from: Instant; to: Instant }, by: By, zone: string): Bucket[] {
  const { from, to } = range
  requireInstant(from, 'from')
  requireInstant(to, 'to')
  const edges = edgesOf(by, zoneOf(zone))
  const buckets: Bucket[] = []
  let start = edges.floor(from)
  while (start < to) {
    if (buckets.length === maxBuckets)
      throw new InvalidInput('by', `more than ${maxBuckets} buckets by ${by}`)
    const end = edges.next(start)
    if (end > from) buckets.push({ start, end })
    start = end
  }
  return to > from ? buckets : []
}

/** Where the bucket that holds `at` begins. */
export function bucketStart(at: Instant, by: By, zone: string): Instant {
  return calendarBuckets({ from: at, to: at + 1 }, by, zone)[0]!.start
}

interface Edges {
  /** A bucket's start at or before `at`. */
  floor(at: Instant): Instant
  next(start: Instant): Instant
}

function edgesOf(by: By, zone: Zone): Edges {
  if (by === 'slot') return { floor: at => at - modulo(at, slotMs), next: start => start + slotMs }
  if (by === 'hour') return hourEdges(zone)
  return dateEdges(zone, calendars[by])
}

function hourEdges(zone: Zone): Edges {
  return {
    floor(at) {
      const { from, offsetMs } = zone.segmentAt(at)
      return Math.max(from, at - modulo(at + offsetMs, hourMs))
    },
    next(start) {
      const { to, offsetMs } = zone.segmentAt(start)
      return Math.min(to, start + hourMs - modulo(start + offsetMs, hourMs))
    },
  }
}

/** Local dates are numbered as days since 1970-01-01. */
interface Calendar {
  /** The first day of the period that holds `day`. */
  first(day: number): number
  /** The first day of the period after the one that begins on `day`. */
  following(day: number): number
}

const calendars: Record<Exclude<By, 'slot' | 'hour'>, Calendar> = {
  day: { first: day => day, following: day => day + 1 },
  // 1970-01-01 was a Thursday.
  week: { first: day => day - modulo(day + 3, 7), following: day => day + 7 },
  month: { first: day => monthStart(day, 0), following: day => monthStart(day, 1) },
  year: { first: day => yearStart(day, 0), following: day => yearStart(day, 1) },
}

function dateEdges(zone: Zone, calendar: Calendar): Edges {
  const dayOf = (at: Instant) => Math.floor((at + zone.offsetAt(at)) / dayMs)
  let first = 0
  return {
    floor(at) {
      first = calendar.first(dayOf(at))
      return dayStart(zone, first)
    },
    next(start) {
      let end = start
      while (end <= start) {
        first = calendar.following(first)
        end = dayStart(zone, first)
      }
      return end
    },
  }
}

/** The first instant of a local date; where midnight is skipped, the end of the gap. */
function dayStart(zone: Zone, day: number): Instant {
  const { at, gapAt } = zone.resolve(day * dayMs)
  return gapAt ?? at
}

function monthStart(day: number, months: number): number {
  const date = new Date(day * dayMs)
  return utcDay(date.getUTCFullYear(), date.getUTCMonth() + months)
}

function yearStart(day: number, years: number): number {
  return utcDay(new Date(day * dayMs).getUTCFullYear() + years, 0)
}

function utcDay(year: number, month: number): number {
  // Date.UTC takes years below 100 for the twentieth century's.
  return new Date(0).setUTCFullYear(year, month, 1) / dayMs
}

function modulo(value: number, by: number): number {
  const rest = value % by
  return rest < 0 ? rest + by : rest
}

const earliest = Date.UTC(1900, 0, 1)
const latest = Date.UTC(2200, 0, 1)

function requireInstant(at: Instant, field: string): void {
  if (at >= earliest && at <= latest) return
  throw new InvalidInput(field, 'expected a time between the years 1900 and 2200')
}

/** Milliseconds that a zone's clocks are ahead of UTC at an instant. */
export function offsetMs(at: Instant, zone: string): number {
  return zoneOf(zone).offsetAt(at)
}

/** Local time with its offset: `2026-03-29T00:00:00+01:00`; milliseconds only when there are any. */
export function isoLocal(at: Instant, zone: string): string {
  const offset = offsetMs(at, zone)
  const text = new Date(at + offset).toISOString()
  const end = text.length - (at % 1000 === 0 ? 5 : 1)
  return text.slice(0, end) + offsetText(offset)
}

function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
