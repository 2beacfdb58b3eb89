import { offsetMs } from '@ohmstead/model'

/** Which values of a field fit; null: all of them. */
export type Fits = readonly number[] | null

/** Days of the month beyond plain numbers. */
export interface DayRule {
  readonly kind: 'last' | 'lastWeekday' | 'nearestWeekday' | 'lastOfWeekday'
  readonly day?: number
}

export interface Cron {
  readonly minutes: Fits
  readonly hours: Fits
  readonly days: Fits | DayRule
  readonly months: Fits
  readonly weekdays: Fits | DayRule
  readonly seconds: Fits
  readonly zone: string
}

const dayMs = 86_400_000
const hourMs = 3_600_000
/** A date that does not come in this many days (29 February on a given weekday) never comes. */
const farthest = 366 * 40

const isRule = (days: Fits | DayRule): days is DayRule => days !== null && 'kind' in days
const fits = (field: Fits, value: number) => field === null || field.includes(value)

/**
 * The first time strictly after `after` that fits.
 * Where clocks are set forward, an hour that is never shown fires at the jump; where they are set back, a named hour fires
 * the first time it is shown, and `*` as often as it is.
 * @returns undefined when there is none
 */
export function nextTime(cron: Cron, after: number): number | undefined {
  const { zone } = cron
  const offset = offsetMs(after, zone)
  const local = nextLocal(cron, after + offset)
  if (local === undefined) return undefined
  const at = local - offset
  const then = offsetMs(at, zone)
  if (then === offset) return isRepeat(cron, local, at, offset) ? nextTime(cron, at) : at
  return acrossChange(cron, after, local, at, offset)
}

function acrossChange(
  cron: Cron,
  after: number,
  local: number,
  at: number,
  offset: number,
): number | undefined {
  const change = changeBetween(after, at, cron.zone)
  const now = offsetMs(change, cron.zone)
  const hidden = now > offset && local < change + now
  if (hidden && cron.hours !== null) return change
  if (cron.hours !== null && !hidden) {
    const found = local - now
    return offsetMs(found, cron.zone) === now ? found : nextTime(cron, change)
  }
  const next = nextLocal(cron, change + now - 1000)
  return next === undefined ? undefined : next - now
}

/** The second showing of a named hour on the night clocks are set back. */
function isRepeat(cron: Cron, local: number, at: number, offset: number): boolean {
  if (cron.hours === null) return false
  const earlier = offsetMs(at - 3 * hourMs, cron.zone)
  return earlier > offset && offsetMs(local - earlier, cron.zone) === earlier
}

function changeBetween(from: number, to: number, zone: string): number {
  const offset = offsetMs(from, zone)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetMs(middle, zone) === offset) low = middle
    else high = middle
  }
  return high
}

function nextLocal(cron: Cron, after: number): number | undefined {
  const start = Math.floor(after / 1000) * 1000 + 1000
  const firstDay = Math.floor(start / dayMs)
  for (let day = firstDay; day < firstDay + farthest; day++) {
    if (!dayFits(cron, day)) continue
    const time = timeFrom(cron, day === firstDay ? start - day * dayMs : 0)
    if (time !== undefined) return day * dayMs + time
  }
  return undefined
}

function dayFits(cron: Cron, day: number): boolean {
  const date = new Date(day * dayMs)
  if (!fits(cron.months, date.getUTCMonth() + 1)) return false
  const ofMonth = cron.days === null ? null : inMonth(cron.days, date)
  const ofWeek = cron.weekdays === null ? null : inWeek(cron.weekdays, date)
  // Both given: a day that fits either is taken.
  if (ofMonth === null) return ofWeek ?? true
  return ofWeek === null ? ofMonth : ofMonth || ofWeek
}

const lastDay = (date: Date) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()

function inMonth(days: Exclude<Cron['days'], null>, date: Date): boolean {
  if (!isRule(days)) return fits(days, date.getUTCDate())
  const last = lastDay(date)
  const today = date.getUTCDate()
  if (days.kind === 'last') return today === last
  if (days.kind === 'lastWeekday') return today === workdayNear(date, last)
  return today === workdayNear(date, days.day ?? 1)
}

/** The working day nearest to a day of this month, within the month. */
function workdayNear(date: Date, day: number): number {
  const last = lastDay(date)
  const wanted = Math.min(day, last)
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted)).getUTCDay()
  if (weekday === 6) return wanted === 1 ? wanted + 2 : wanted - 1
  if (weekday === 0) return wanted === last ? wanted - 2 : wanted + 1
  return wanted
}

function inWeek(days: Exclude<Cron['weekdays'], null>, date: Date): boolean {
  if (!isRule(days)) return fits(days, date.getUTCDay())
  if (days.kind === 'last' && days.day === undefined) return date.getUTCDay() === 6
  return date.getUTCDay() === days.day && date.getUTCDate() > lastDay(date) - 7
}

/** The first fitting time of day at or after `from`, ms. */
function timeFrom(cron: Cron, from: number): number | undefined {
  const seconds = cron.seconds ?? null
  for (let second = Math.ceil(from / 1000); second < 86_400; ) {
    const hour = Math.floor(second / 3600)
    if (!fits(cron.hours, hour)) {
      second = (hour + 1) * 3600
      continue
    }
    const minute = Math.floor(second / 60) % 60
    if (!fits(cron.minutes, minute)) {
      second = Math.floor(second / 60) * 60 + 60
      continue
    }
    if (fits(seconds, second % 60)) return second * 1000
    second++
  }
  return undefined
}
