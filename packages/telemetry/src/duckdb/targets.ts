import type { Instant } from '@ohmstead/model'
import type { Partition } from './partition.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A month is put together when it has been over for so long: what comes later is an exception. */
const lateness = 10 * dayMs
/** Rows of a month that is still one partition. */
const monthMost = 100e6
/** Rows that a younger partition should stay below: each compaction writes it anew. */
const youngMost = 16e6
const grains = [dayMs, 6 * hourMs, hourMs]

/** Rewriting a large partition for fewer new rows than these waits, for a day at most. */
const fewRows = 20_000
const fewShare = 0.005
const largePartition = 1e6

/** New rows by the hour in which they lie. */
export type Hours = ReadonlyMap<Instant, number>

/** A partition to be made of those that it replaces and the new rows in its range. */
export interface Target {
  readonly start: Instant
  readonly stop: Instant
  readonly sources: readonly Partition[]
  /** New rows. */
  readonly rows: number
}

type Range = Pick<Target, 'start' | 'stop'>

/**
 * Which partitions to make: a UTC day (or less, where a day would be huge) while the month is young, then the month.
 * @param patient leaves alone large partitions that get only a few rows
 */
export function planTargets(
  hours: Hours,
  partitions: readonly Partition[],
  now: Instant,
  patient: boolean,
): Target[] {
  const targets = new Map<Instant, Target>()
  for (const [hour, rows] of hours) {
    const known = [...targets.values()].find(target => contains(target, hour))
    if (known === undefined) {
      const range = rangeFor(hour, hours, partitions, now)
      targets.set(range.start, { ...range, sources: partitions.filter(p => overlaps(p, range)), rows })
    } else targets.set(known.start, { ...known, rows: known.rows + rows })
  }
  for (const month of monthsToJoin(partitions, hours, now)) {
    if (targets.has(month.start)) continue
    targets.set(month.start, { ...month, sources: partitions.filter(p => overlaps(p, month)), rows: 0 })
  }
  return [...targets.values()]
    .filter(target => !patient || isWorthIt(target))
    .sort((a, b) => a.start - b.start)
}

function isWorthIt({ sources, rows }: Target): boolean {
  const existing = sumRows(sources)
  return rows === 0 || existing < largePartition || rows >= Math.min(fewRows, existing * fewShare)
}

/** The range of the partition that a row of this hour goes to. Never cuts an existing partition. */
function rangeFor(hour: Instant, hours: Hours, partitions: readonly Partition[], now: Instant): Range {
  const month = monthOf(hour)
  if (isOneMonth(month, hours, partitions, now)) return month
  const covering = partitions.find(partition => contains(partition, hour))
  if (covering !== undefined) return covering
  const fitting = grains
    .map(grain => alignedRange(hour, grain))
    .filter(range => !partitions.some(p => overlaps(p, range)))
  return (
    fitting.find(range => rowsIn(hours, range) <= youngMost) ?? fitting.at(-1) ?? alignedRange(hour, hourMs)
  )
}

function isOneMonth(month: Range, hours: Hours, partitions: readonly Partition[], now: Instant): boolean {
  const inside = partitions.filter(partition => overlaps(partition, month))
  if (inside.some(({ start, stop }) => start === month.start && stop === month.stop)) return true
  return month.stop + lateness <= now && sumRows(inside) + rowsIn(hours, month) <= monthMost
}

function monthsToJoin(partitions: readonly Partition[], hours: Hours, now: Instant): Range[] {
  const starts = new Set(partitions.map(partition => monthOf(partition.start).start))
  return [...starts]
    .map(monthOf)
    .filter(month => isOneMonth(month, hours, partitions, now))
    .filter(month =>
      partitions.some(p => overlaps(p, month) && (p.start !== month.start || p.stop !== month.stop)),
    )
}

function monthOf(time: Instant): Range {
  const date = new Date(time)
  const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
  return { start, stop: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) }
}

function alignedRange(time: Instant, grain: number): Range {
  const start = Math.floor(time / grain) * grain
  return { start, stop: start + grain }
}

const contains = ({ start, stop }: Range, time: Instant) => start <= time && time < stop
const overlaps = (a: Range, b: Range) => a.start < b.stop && b.start < a.stop
const sumRows = (partitions: readonly Partition[]) => partitions.reduce((sum, { rows }) => sum + rows, 0)

function rowsIn(hours: Hours, range: Range): number {
  let sum = 0
  for (const [hour, rows] of hours) if (contains(range, hour)) sum += rows
  return sum
}
