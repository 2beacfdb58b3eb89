import { type SeriesKey, seriesOf, seriesText } from '../../api/seriesKey.ts'
import { maxSeries } from '../../ui/chart/dashes.ts'
import type { Wanted } from '../../ui/chart/useLines.ts'

const hour = 3_600_000
const day = 24 * hour

/** Stretches before now that can be chosen; the names are what the API understands. */
export const spans = {
  '-1h': hour,
  '-6h': 6 * hour,
  '-24h': day,
  '-7d': 7 * day,
  '-30d': 30 * day,
  '-366d': 366 * day,
} as const
export type SpanName = keyof typeof spans

/** What is looked at. It is in the address, so that it can be kept, and sent to somebody. */
export interface ExploreSearch {
  /** Series, as `seriesText` writes them. */
  readonly s?: readonly string[]
  /** A span before now, or with `to` a fixed time, epoch ms. */
  readonly from?: string | number
  readonly to?: number
  readonly view?: 'table'
}

/** @param search of an address, which anybody may have written */
export function exploreSearch({ s, from, to, view }: Record<string, unknown>): ExploreSearch {
  const texts = (Array.isArray(s) ? s : [s]).filter(text => typeof text === 'string').slice(0, maxSeries)
  const keys = texts.map(seriesOf).filter(key => key !== undefined)
  const fixed = typeof from === 'number' && typeof to === 'number' && to - from >= 1000
  return {
    ...(keys.length === 0 ? {} : { s: [...new Set(keys.map(seriesText))] }),
    ...(fixed ? { from, to } : typeof from === 'string' && Object.hasOwn(spans, from) ? { from } : {}),
    ...(view === 'table' ? { view } : {}),
  }
}

export const keysOf = ({ s = [] }: ExploreSearch): SeriesKey[] =>
  s.map(seriesOf).filter(key => key !== undefined)

export function wantedOf({ from, to }: ExploreSearch): Wanted {
  if (typeof from === 'number' && to !== undefined) return { from, to }
  return { lastMs: spans[spanOf({ from })] }
}

/** The span that is chosen; a day when nothing else is. */
export function spanOf({ from }: { from?: string | number | undefined }): SpanName {
  return typeof from === 'string' ? (from as SpanName) : '-24h'
}
