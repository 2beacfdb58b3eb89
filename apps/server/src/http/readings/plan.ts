import {
  type By,
  bys,
  calendarBuckets,
  fieldInfo,
  type Instant,
  InvalidInput,
  type Series,
  type SeriesKey,
  tagsKey,
} from '@ohmstead/model'
import type { Aggregate, Buckets, TimeRange } from '@ohmstead/telemetry'
import type { SeriesHead } from '../formats/columns.ts'
import { isoDuration, parseDuration, requireFewBuckets } from '../time.ts'

/** What to ask the store for. */
export type Plan =
  | { readonly kind: 'raw' }
  /** A chart's shape in about this many points. */
  | { readonly kind: 'shape'; readonly points: number }
  /** One value a bucket, by the field's own way to aggregate when `aggregate` is absent. */
  | { readonly kind: 'buckets'; readonly buckets: Buckets; readonly aggregate: Aggregate | undefined }

export interface Question {
  /** `raw`, `auto`, an ISO or short duration, seconds, or a calendar step of the site. */
  readonly resolution?: string | undefined
  readonly aggregate?: Aggregate | undefined
  readonly points?: number | undefined
}

/** Points of an `auto` answer when nobody says how many: about a wide screen's. */
export const defaultPoints = 1000
/** Buckets of all series together. */
export const maxBuckets = 2_000_000

/**
 * The plan, and what the answer calls its resolution.
 * @throws InvalidInput · QueryTooLarge
 */
export function planOf(
  { resolution, aggregate, points }: Question,
  range: TimeRange,
  { zone, series }: { zone: string; series: number },
): { plan: Plan; resolution: string } {
  const wanted = resolution ?? (aggregate === undefined && points === undefined ? 'raw' : 'auto')
  if (wanted === 'raw') return { plan: { kind: 'raw' }, resolution: 'raw' }
  if (wanted === 'auto' && aggregate === undefined)
    return { plan: { kind: 'shape', points: points ?? defaultPoints }, resolution: 'auto' }
  const step =
    wanted === 'auto' ? niceStep((range.to - range.from) / (points ?? defaultPoints)) : stepOf(wanted)
  requireFewBuckets(range, step, { each: series, most: maxBuckets })
  const { buckets, name } = bucketsOf(step, range, zone)
  return { plan: { kind: 'buckets', buckets, aggregate }, resolution: name }
}

function stepOf(resolution: string): number | By {
  if (isBy(resolution)) return resolution
  const ms = /^\d+(\.\d+)?$/.test(resolution) ? Number(resolution) * 1000 : parseDuration(resolution)
  if (ms !== undefined && Number.isInteger(ms) && ms >= 1) return ms
  throw new InvalidInput(
    'resolution',
    `expected raw, auto, seconds, a duration such as PT15M, or ${bys.join(', ')}`,
  )
}

function isBy(text: string): text is By {
  return (bys as readonly string[]).includes(text)
}

function bucketsOf(step: number | By, range: TimeRange, zone: string) {
  if (typeof step === 'number') return { buckets: { everyMs: step }, name: isoDuration(step) }
  const calendar = calendarBuckets(range, step, zone)
  const last = calendar.at(-1)
  const edges = last ? [...calendar.map(({ start }) => start), last.end] : []
  return { buckets: { edges }, name: step }
}

/** Lengths that people read on an axis. */
const niceSteps: readonly Instant[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
  604_800,
].map(seconds => seconds * 1000)

/** The shortest nice length that is not below `leastMs`; beyond a week, whole weeks. */
function niceStep(leastMs: number): number {
  const week = niceSteps.at(-1)!
  return niceSteps.find(step => step >= leastMs) ?? Math.ceil(leastMs / week) * week
}

const ways = { mean: 'mean', sum: 'sum', last: 'last', counter: 'last', state: 'last' } as const

/** How a field becomes one value of a longer time when nobody says. */
export function naturalAggregate({ measurement, field }: SeriesKey): Aggregate {
  return ways[fieldInfo(measurement, field)?.aggregates ?? 'mean']
}

/** As answers name it. Means and extremes keep the unit; a count has none. */
export function headOf(series: Series, resolution: string, aggregate?: Aggregate): SeriesHead {
  const { site, device, measurement, field, tags } = series
  const unit = aggregate === 'count' ? '1' : fieldInfo(measurement, field)?.unit || null
  return { site, device, measurement, field, tags, unit, resolution }
}

/** By device, measurement, field and tags, so that answers look alike every time. */
export function inOrder(series: readonly Series[]): Series[] {
  const key = (one: Series) => [one.device, one.measurement, one.field, tagsKey(one.tags)].join('\0')
  return series
    .map(one => ({ one, key: key(one) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => one)
}
