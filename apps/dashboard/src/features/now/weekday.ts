import type { Energy, EnergyBucket } from '@ohmstead/sdk'

const dayMs = 86_400_000
const quarterMs = 900_000

/** Of two sums hardly anything is known when a twentieth of their time is missing. */
const leastKnown = 0.95

/** The same weekday a week ago: 2026-03-22 of 2026-03-29. */
export function weekBefore(date: string): string {
  return new Date(Date.parse(date) - 7 * dayMs).toISOString().slice(0, 10)
}

export function dayAfter(date: string): string {
  return new Date(Date.parse(date) + dayMs).toISOString().slice(0, 10)
}

/** The last quarter hour that is over, epoch ms. */
export const lastQuarter = (now: number): number => Math.floor(now / quarterMs) * quarterMs

/**
 * How much more was drawn than on the other day up to the same time of the clock, as a share: 0.1 is a tenth more. Null when either
 * is not known well, or nothing was drawn then.
 * @param until as 21:15, by the site's clock
 */
export function comparedWith(today: Energy, other: Energy, site: string, until: string): number | null {
  const [now, then] = [drawnUntil(today, site, until), drawnUntil(other, site, until)]
  return now === null || then === null || then <= 0 ? null : now / then - 1
}

/** Wh. */
function drawnUntil({ groups }: Energy, site: string, until: string): number | null {
  const slots = (groups.find(({ key }) => key === site)?.buckets ?? []).filter(
    ({ start }) => start.slice(11, 16) < until,
  )
  if (slots.length === 0 || knownShare(slots) < leastKnown) return null
  return slots.reduce((sum, { importWh }) => sum + (importWh ?? 0), 0)
}

function knownShare(slots: readonly EnergyBucket[]): number {
  return slots.reduce((sum, { completeness }) => sum + completeness, 0) / slots.length
}
