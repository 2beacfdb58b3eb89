import { type Bucket, type By, isoLocal } from '@ohmstead/model'
import { localDate } from './period.ts'
import { addKnown, type Segment } from './segments.ts'
import type { Shown } from './shown.ts'

const dayMs = 86_400_000

/**
 * For each bucket the one that it is compared with, or null. Bars of a day and less meet by what local clocks show, so
 * that on a day of 23 or 25 hours the evening still meets the evening; longer bars meet in their order.
 */
export function counterparts<Known extends Bucket>(
  buckets: readonly Bucket[],
  others: readonly Known[],
  by: By,
  zone: string,
): (Known | null)[] {
  if (by !== 'slot' && by !== 'hour') return buckets.map((_, at) => others[at] ?? null)
  const found = new Map<string, Known>()
  const keysThere = clockKeys(others, zone)
  for (const [at, other] of others.entries()) found.set(keysThere[at]!, other)
  return clockKeys(buckets, zone).map(key => found.get(key) ?? null)
}

/** "1T02:00#2": the second time that clocks show two on the second day. */
function clockKeys(buckets: readonly Bucket[], zone: string): string[] {
  const first = buckets[0]
  if (!first) return []
  const firstDay = Date.parse(localDate(first.start, zone))
  const seen = new Map<string, number>()
  return buckets.map(({ start }) => {
    const [date, time] = isoLocal(start, zone).split('T') as [string, string]
    const key = `${Math.round((Date.parse(date) - firstDay) / dayMs)}T${time.slice(0, 5)}`
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    return `${key}#${times}`
  })
}

export interface Change {
  readonly now: number
  readonly earlier: number
  /** Of `earlier`; null when that was nothing. */
  readonly share: number | null
}

/**
 * How much more or less it is than in the compared time, over the bars that are over in both: an unfinished week is not
 * held against a whole one. null when no bar is known in both.
 */
export function changeOf(
  pairs: readonly { readonly end: number; readonly now: number | null; readonly earlier: number | null }[],
  present: number,
): Change | null {
  const over = pairs.filter(pair => pair.end <= present && pair.now !== null && pair.earlier !== null)
  if (over.length === 0) return null
  const now = over.reduce((sum, pair) => sum + pair.now!, 0)
  const earlier = over.reduce((sum, pair) => sum + pair.earlier!, 0)
  return { now, earlier, share: earlier > 0 ? now / earlier - 1 : null }
}

interface Compared {
  readonly segments: readonly Segment[]
  readonly earlier: readonly Segment[]
  readonly shown: Shown
  readonly zone: string
  readonly now: number
}

/** The compared time by bar and by segment, and how much more or less it is. */
export function comparisonOf({ segments, earlier, shown: { bars, by }, zone, now }: Compared) {
  const buckets = (earlier[0]?.buckets ?? []).map(({ start, end }, at) => ({
    start: Date.parse(start),
    end: Date.parse(end),
    at,
  }))
  const pairs = counterparts(bars, buckets, by, zone)
  const used = (of: readonly Segment[], at: number | undefined) =>
    at === undefined ? null : addKnown(of.map(one => one.buckets[at]?.importWh))
  const byBar = pairs.map(pair => used(earlier, pair?.at))
  const known = bars.map((_, at) => used(segments, at))
  const change = changeOf(
    bars.map(({ end }, at) => ({ end, now: known[at]!, earlier: byBar[at]! })),
    now,
  )
  const keyed = (one: Segment) => `${one.kind} ${one.key}`
  // What is over in both, as the sum above: a device is held against as much time.
  const counted = pairs.flatMap((pair, at) => (pair !== null && bars[at]!.end <= now ? [pair.at] : []))
  const byKey = new Map(
    earlier.map(one => [keyed(one), addKnown(counted.map(at => one.buckets[at]?.importWh))]),
  )
  return { byBar, change, byKey }
}
