import type { SeriesOut } from '@ohmstead/sdk'
import { keepPreviousData, type UseQueryResult, useQueries } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import { readingsQuery } from '../../api/queries.ts'
import { type SeriesKey, sameSeries, seriesQuery, seriesText, unitOf } from '../../api/seriesKey.ts'
import { useLive, useSignal } from '../../live/context.tsx'
import { withGaps } from './gaps.ts'
import type { TimeSeries } from './TimeChart.tsx'
import { askedFor, type TimeWindow } from './timeWindow.ts'

/** Either the last stretch before now, which goes on by itself, or a fixed one. */
export type Wanted = { readonly lastMs: number } | TimeWindow

export interface Lines {
  readonly series: readonly TimeSeries[]
  /** True until every series has an answer of some resolution. */
  readonly loading: boolean
  /** A finer answer is on its way. */
  readonly refining: boolean
  readonly error: unknown
  readonly retry: () => void
}

/** The lines of these series as a chart needs them: about `points` across the window, gaps cut. */
export function useLines(site: string, keys: readonly SeriesKey[], wanted: Wanted, points: number): Lines {
  const range = rangeOf(wanted, points)
  const queries = keys.map(key => ({
    ...readingsQuery(
      site,
      { ...seriesQuery(key), from: range.from, to: range.to, resolution: 'auto', points: range.points },
      range.everyMs,
    ),
    refetchInterval: range.live ? range.everyMs : (false as const),
    // The coarse picture stays while the finer one is fetched.
    placeholderData: keepPreviousData,
    // Neighbourhoods that were left are soon forgotten: each may be hundreds of kilobytes.
    gcTime: 60_000,
  }))
  const texts = keys.map(seriesText).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: `texts` stands for the keys, so that equal ones give equal lines
  const combine = useCallback(
    (results: UseQueryResult<readonly SeriesOut[]>[]) => linesOf(keys, results, range.leastMs),
    [texts, range.leastMs],
  )
  const lines = useQueries({ queries, combine })
  useMissed(lines.retry, range.live)
  return lines
}

interface Range {
  readonly from: string
  readonly to: string
  readonly points: number
  readonly live: boolean
  readonly everyMs: number
  /** Distance between two points of the answer. */
  readonly leastMs: number
}

function rangeOf(wanted: Wanted, points: number): Range {
  if ('lastMs' in wanted) {
    const stepMs = wanted.lastMs / points
    return {
      from: `-${wanted.lastMs}ms`,
      to: 'now',
      points,
      live: true,
      everyMs: Math.min(300_000, Math.max(10_000, stepMs * 4)),
      leastMs: stepMs * 2,
    }
  }
  const asked = askedFor(wanted, points)
  return {
    from: String(asked.from),
    to: String(asked.to),
    points: asked.points,
    live: false,
    everyMs: 300_000,
    leastMs: ((asked.to - asked.from) / asked.points) * 2,
  }
}

const lineOf = new WeakMap<SeriesOut, TimeSeries>()

function linesOf(
  keys: readonly SeriesKey[],
  results: UseQueryResult<readonly SeriesOut[]>[],
  leastMs: number,
): Lines {
  const series = keys.map((key, at) => {
    const found = results[at]?.data?.find(one => sameSeries(one, key))
    if (found === undefined) return { id: seriesText(key), unit: unitOf(key), times: [], values: [] }
    const known = lineOf.get(found) ?? toLine(key, found, leastMs)
    lineOf.set(found, known)
    return known
  })
  const failed = results.find(({ isError, data }) => isError && data === undefined)
  return {
    series,
    loading: results.some(({ isPending }) => isPending),
    refining: results.some(({ isPlaceholderData }) => isPlaceholderData),
    error: failed?.error ?? null,
    retry: () => {
      for (const { refetch } of results) void refetch()
    },
  }
}

/** Switches become 0 and 1; texts have no height and are left to the table. */
function toLine(key: SeriesKey, { times, values, unit }: SeriesOut, leastMs: number): TimeSeries {
  const id = seriesText(key)
  const ofKind = { id, unit: unit ?? '' }
  if (values.every(value => typeof value === 'number'))
    return { ...ofKind, ...withGaps({ times, values: values as number[] }, leastMs) }
  const drawn = values.flatMap((value, at) => (typeof value === 'string' ? [] : [at]))
  const points = { times: drawn.map(at => times[at]!), values: drawn.map(at => Number(values[at])) }
  return { ...ofKind, ...withGaps(points, leastMs) }
}

/** What was missed while the connection was away is asked for when it is back. */
function useMissed(retry: () => void, live: boolean): void {
  const missed = useSignal(useLive().missed)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the change counts
  useEffect(() => {
    if (live && missed > 1) retry()
  }, [missed])
}
