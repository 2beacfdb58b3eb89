import { type Bucket, type By, calendarBuckets, parseTime } from '@ohmstead/model'
import { useMemo } from 'react'
import { useAt } from '../../live/context.tsx'
import { comparedWith, type Period, periodOf, sizesOf, usualSize } from './period.ts'
import type { Comparison, EnergySearch, Grouping } from './search.ts'

/** Above this the server adds up by place: so many devices are neither a stack nor a quick answer. */
export const mostDevices = 400

export interface Shown {
  readonly period: Period
  readonly by: By
  readonly sizes: readonly By[]
  readonly grouping: Grouping
  /** Devices were asked for, but there are too many for one picture. */
  readonly crowded: boolean
  readonly comparison: Comparison | null
  /** Epoch ms of each bar. */
  readonly bars: readonly Bucket[]
  /** Index of the chosen bar. */
  readonly bar: number | null
}

export function useShown(search: EnergySearch, zone: string, devices: number): Shown {
  const hour = useAt(now => calendarBuckets({ from: now, to: now + 1 }, 'hour', zone)[0]!.start)
  return useMemo(() => shownOf(search, zone, devices, hour), [search, zone, devices, hour])
}

/** What of the address is shown: period, bars, and the chosen one. @param today any instant of it */
function shownOf(search: EnergySearch, zone: string, devices: number, today: number): Shown {
  const at = search.at === undefined ? today : parseTime(search.at, zone)
  const wanted = { span: search.span ?? 'week', at, from: search.from, to: search.to }
  const period = periodOf(wanted, zone)
  const sizes = sizesOf(period, zone)
  const by = search.by !== undefined && sizes.includes(search.by) ? search.by : usualSize(period, zone)
  const bars = calendarBuckets({ from: period.start, to: period.end }, by, zone)
  const chosen = search.bar === undefined ? Number.NaN : parseTime(search.bar, zone)
  const bar = bars.findIndex(({ start, end }) => chosen >= start && chosen < end)
  const crowded = devices > mostDevices && search.device === undefined && search.place === undefined
  const grouping = search.group ?? 'device'
  const { compare } = search
  return {
    period,
    by,
    sizes,
    bars,
    bar: bar < 0 ? null : bar,
    crowded: crowded && grouping === 'device',
    grouping: crowded && grouping === 'device' ? 'place' : grouping,
    comparison: compare !== undefined && comparedWith(period, compare, zone) !== null ? compare : null,
  }
}
