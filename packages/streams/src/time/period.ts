import { offsetMs } from '@ohmstead/model'

/** A length of time: calendar months, then milliseconds. */
export interface Span {
  readonly months: number
  readonly ms: number
}

export const unitMs = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
} as const

/** @returns `from` plus `times` spans; months on the calendar of the zone, the day clipped at the month's end */
export function plus(from: number, span: Span, zone: string, times = 1): number {
  const at = span.months === 0 ? from : plusMonths(from, span.months * times, zone)
  return at + span.ms * times
}

function plusMonths(from: number, months: number, zone: string): number {
  const local = new Date(from + offsetMs(from, zone))
  const day = local.getUTCDate()
  const first = new Date(local)
  first.setUTCDate(1)
  first.setUTCMonth(first.getUTCMonth() + months)
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(day, last))
  return instantOf(first.getTime(), zone)
}

/** The first of `reference + k · span` after `now`. */
export function nextOnGrid(reference: number, span: Span, now: number, zone: string): number {
  if (span.months === 0) return reference + (Math.floor((now - reference) / span.ms) + 1) * span.ms
  let times = 1
  while (plus(reference, span, zone, times) <= now) times++
  return plus(reference, span, zone, times)
}

/** The instant at which local clocks show `local` (ms as if UTC); the earlier of two; in a gap as far behind its start. */
export function instantOf(local: number, zone: string): number {
  const before = offsetMs(local - unitMs.day, zone)
  const after = offsetMs(local + unitMs.day, zone)
  if (before === after || offsetMs(local - before, zone) === before) return local - before
  return offsetMs(local - after, zone) === after ? local - after : local - before
}
