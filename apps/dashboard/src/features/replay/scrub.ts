import type { ReplayedEvent } from '@ohmstead/sdk'
import { type SeriesKey, seriesText } from '../../api/seriesKey.ts'
import { type Need, seriesBehind } from '../../parts/said/values.ts'
import { maxSeries } from '../../ui/chart/dashes.ts'

export interface Span {
  readonly from: number
  readonly to: number
}

/** Where a time lies, 0–1. */
export function shareOf(time: number, { from, to }: Span): number {
  return to <= from ? 1 : Math.min(1, Math.max(0, (time - from) / (to - from)))
}

export function timeAt(share: number, { from, to }: Span): number {
  return Math.round(from + (to - from) * Math.min(1, Math.max(0, share)))
}

type Kind = ReplayedEvent['kind']
type Moment = Pick<ReplayedEvent, 'time' | 'kind'>

/** Things that were said so close to each other that one mark stands for them. */
export interface Mark {
  /** Of the first of them. */
  readonly time: number
  /** The one that matters most. */
  readonly kind: Kind
  readonly count: number
}

const weight: Readonly<Record<Kind, number>> = { raised: 3, event: 2, cleared: 1 }

/** @param places how many marks fit beside each other */
export function marksOf(said: readonly Moment[], span: Span, places: number): Mark[] {
  const marks: Mark[] = []
  const leastMs = (span.to - span.from) / places
  for (const { time, kind } of said.toSorted((a, b) => a.time - b.time)) {
    const last = marks.at(-1)
    if (last === undefined || time - last.time >= leastMs) marks.push({ time, kind, count: 1 })
    else
      marks[marks.length - 1] = {
        time: last.time,
        kind: weight[last.kind] >= weight[kind] ? last.kind : kind,
        count: last.count + 1,
      }
  }
  return marks
}

/** What was said until then, newest first. */
export function saidUntil(said: readonly ReplayedEvent[], at: number): ReplayedEvent[] {
  return said.filter(({ time }) => time <= at).toSorted((a, b) => b.time - a.time)
}

/** What was raised and not cleared by then, oldest first. */
export function openAt(said: readonly ReplayedEvent[], at: number): ReplayedEvent[] {
  const open = new Map<string, ReplayedEvent>()
  for (const one of said.filter(({ time }) => time <= at).toSorted((a, b) => a.time - b.time)) {
    const about = `${one.rule} ${one.key}`
    if (one.kind === 'raised' && !open.has(about)) open.set(about, one)
    if (one.kind === 'cleared') open.delete(about)
  }
  return [...open.values()]
}

export interface Press {
  readonly key: string
  readonly shift: boolean
}

/**
 * Where a key leads: arrows a hundredth of the period, with Shift to what was said before and after, pages a tenth, to the start and to `clock`.
 * @returns undefined for another key
 */
export function pressed(
  { key, shift }: Press,
  at: number,
  { span, clock, said }: { span: Span; clock: number; said: readonly Moment[] },
): number | undefined {
  const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[key]
  if (key === 'Home') return span.from
  if (key === 'End') return clock
  if (step === undefined) return undefined
  if (shift) return neighbour(said, at, step) ?? at
  return timeAt(shareOf(at, span) + step / 100, span)
}

/** The time of the next thing that was said, or of the one before. */
function neighbour(said: readonly Moment[], at: number, step: number): number | undefined {
  const times = said.map(({ time }) => time).filter(time => (step > 0 ? time > at : time < at))
  if (times.length === 0) return undefined
  return step > 0 ? Math.min(...times) : Math.max(...times)
}

/** The series that a replay's rules look at; of rules that look at all devices, those of which something was said. */
export function seriesOfReplay(
  needs: readonly Need[],
  said: readonly Pick<ReplayedEvent, 'device'>[],
): SeriesKey[] {
  const devices = [...new Set(said.map(({ device }) => device).filter(device => device !== null))]
  const found = needs.flatMap(need =>
    need.devices === null
      ? devices.flatMap(device => seriesBehind([need], device))
      : seriesBehind([need], null),
  )
  return [...new Map(found.map(key => [seriesText(key), key])).values()].slice(0, maxSeries)
}
