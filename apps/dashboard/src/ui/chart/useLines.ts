import type { SeriesOut } from '@ohmstead/sdk'
import { type UseQueryResult, useQueries } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
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
    // Neighbourhoods that were left are soon forgotten: each may be hundreds of kilobytes.
    gcTime: 60_000,
  }))
  const texts = keys.map(seriesText).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: `texts` stands for the keys, so that equal ones give equal answers
  const combine = useCallback(
    (results: UseQueryResult<readonly SeriesOut[]>[]) => answersOf(keys, results, range.leastMs),
    [texts, range.leastMs],
  )
  const answers = useQueries({ queries, combine })
  const lines = useKept(site, keys, answers)
  useMissed(lines.retry, range.live)
  return lines
}

/** The coarse picture stays while the finer one is fetched: a line without an answer is drawn as it was. */
function useKept(site: string, keys: readonly SeriesKey[], answers: Answers): Lines {
  const kept = useRef(new Map<string, TimeSeries>())
  // biome-ignore lint/correctness/useExhaustiveDependencies: other keys give other answers
  const lines = useMemo(() => {
    const series = keys.map((key, at) => {
      const id = seriesText(key)
      return answers.found[at] ?? kept.current.get(`${site} ${id}`) ?? noLine(key)
    })
    const waits = answers.pending.map((pending, at) => pending && series[at]!.times.length === 0)
    return {
      series,
      loading: waits.some(Boolean),
      refining: answers.pending.some((pending, at) => pending && !waits[at]),
      error: answers.error,
      retry: answers.retry,
    }
  }, [site, answers])
  useEffect(() => {
    kept.current = new Map(lines.series.map(line => [`${site} ${line.id}`, line]))
  }, [site, lines])
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

const made = new WeakMap<SeriesOut, TimeSeries>()

/** What the questions were answered; `found` is null where no answer is there yet. */
interface Answers {
  readonly found: readonly (TimeSeries | null)[]
  readonly pending: readonly boolean[]
  readonly error: unknown
  readonly retry: () => void
}

function answersOf(
  keys: readonly SeriesKey[],
  results: UseQueryResult<readonly SeriesOut[]>[],
  leastMs: number,
): Answers {
  const failed = results.find(({ isError, data }) => isError && data === undefined)
  return {
    found: keys.map((key, at) => {
      const { data } = results[at]!
      if (data === undefined) return null
      const found = data.find(one => sameSeries(one, key))
      return found === undefined ? noLine(key) : lineOf(key, found, leastMs)
    }),
    pending: results.map(({ isPending }) => isPending),
    error: failed?.error ?? null,
    retry: () => {
      for (const { refetch } of results) void refetch()
    },
  }
}

const noLine = (key: SeriesKey): TimeSeries => ({
  id: seriesText(key),
  unit: unitOf(key),
  times: [],
  values: [],
})

/** An answer becomes a line once, however often the page is drawn. */
function lineOf(key: SeriesKey, found: SeriesOut, leastMs: number): TimeSeries {
  const known = made.get(found) ?? toLine(key, found, leastMs)
  made.set(found, known)
  return known
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
