import { type By, type Instant, InvalidInput, parseTime } from '@ohmstead/model'
import { QueryTooLarge, type TimeRange } from '@ohmstead/telemetry'

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `24h`, `15m`, `90s`, `7d`, `PT15M`, `P1DT12H` → ms; undefined for anything else. A day here is 24 hours. */
export function parseDuration(text: string): number | undefined {
  const short = /^(\d+(?:\.\d+)?)(ms|s|min|m|h|d|w)$/i.exec(text)
  if (short) return Number(short[1]) * unitMs[short[2]!.toLowerCase()]!
  const iso = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text)
  if (!iso || /[PT]$/i.test(text)) return undefined
  const [weeks, days, hours, minutes, seconds] = iso.slice(1).map(part => Number(part ?? 0))
  return (((weeks! * 7 + days!) * 24 + hours!) * 60 + minutes!) * 60_000 + seconds! * 1000
}

/** 900000 → `PT15M`; whole seconds and ms. */
export function isoDuration(ms: number): string {
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    (ms / 1000) % 60,
  ]
  const parts = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`].filter(Boolean)
  return `PT${parts.join('') || '0S'}`
}

/**
 * `now`, `-24h` (before now), ISO 8601 with an offset, without one (the site's local time), or epoch ms.
 * @throws InvalidInput naming `field`
 */
export function instant(text: string, field: string, { zone, now }: { zone: string; now: Instant }): Instant {
  if (text === 'now') return now
  if (/^[+-]P?[\dT]+(\.\d+)?[a-z]/i.test(text)) {
    const ms = parseDuration(text.slice(1))
    if (ms !== undefined) return text.startsWith('-') ? now - ms : now + ms
  }
  try {
    return parseTime(/^-?\d{5,}$/.test(text) ? Number(text) : text, zone)
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    throw new InvalidInput(field, 'expected ISO 8601, epoch ms, now, or a time before now such as -24h', {
      cause: error,
    })
  }
}

/**
 * [from, to) of a query; `to` is now and `from` a day before it when absent.
 * @throws InvalidInput
 */
export function timeRange(
  query: { from?: string | undefined; to?: string | undefined },
  at: { zone: string; now: Instant },
): TimeRange {
  const to = query.to === undefined ? at.now : instant(query.to, 'to', at)
  const from = query.from === undefined ? to - 86_400_000 : instant(query.from, 'from', at)
  if (from > to) throw new InvalidInput('from', 'lies after to')
  return { from, to }
}

const usualMs: Readonly<Record<By, number>> = {
  slot: 900_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_629_746_000,
  year: 31_556_952_000,
}

/**
 * Refuses a question by how many buckets it would have, before any is made.
 * @param each series or meters, each with buckets of its own
 * @throws QueryTooLarge
 */
export function requireFewBuckets(
  range: TimeRange,
  by: By | number,
  { each, most }: { each: number; most: number },
): void {
  const count = Math.ceil((range.to - range.from) / (typeof by === 'number' ? by : usualMs[by])) * each
  if (count > most)
    throw new QueryTooLarge(
      `about ${count} buckets, at most ${most}: ask for longer buckets, a shorter time or less at once`,
    )
}
