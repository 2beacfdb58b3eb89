import { bucketStart, tryParseTime } from '@ohmstead/model'

export const presets = ['day', 'week', 'month', 'year'] as const
export type Preset = (typeof presets)[number]
/** The last day, week … before now, or from one of the site's days to another, both of them whole. */
export type Period = { readonly last: Preset } | { readonly first: string; readonly until: string }

const dayMs = 86_400_000
const days: Readonly<Record<Preset, number>> = { day: 1, week: 7, month: 30, year: 365 }
/** What the server looks at in one go. */
const mostMs = 400 * dayMs

export type Range = { readonly from: number; readonly to: number }

/** Epoch ms, or why it is none. */
export function rangeOf(
  period: Period,
  zone: string,
  now: number,
): Range | 'incomplete' | 'reversed' | 'long' {
  if ('last' in period) return { from: now - days[period.last] * dayMs, to: now }
  const from = dayStart(period.first, zone)
  const last = dayStart(period.until, zone)
  if (from === undefined || last === undefined) return 'incomplete'
  // Half a day beyond the next midnight is in the next day, whether this one has 23 hours or 25.
  const to = Math.min(now, bucketStart(last + 1.5 * dayMs, 'day', zone))
  if (to <= from) return 'reversed'
  return to - from > mostMs ? 'long' : { from, to }
}

const dayStart = (date: string, zone: string) =>
  /^\d{4}-\d\d-\d\d$/.test(date) ? tryParseTime(`${date}T00:00:00`, zone) : undefined
