import type { Line } from '../../ui/chart/gaps.ts'
import type { TimeWindow } from '../../ui/chart/timeWindow.ts'

export interface TableRow {
  readonly time: number
  /** One a line; null where it has no point at this time. */
  readonly values: readonly (number | null)[]
}

/** The points of several lines in a window, a row a time, newest first, at most `most`. */
export function rowsOf(
  lines: readonly Line[],
  { from, to }: TimeWindow,
  most: number,
): { rows: TableRow[]; all: number } {
  const byTime = new Map<number, (number | null)[]>()
  for (const [index, { times, values }] of lines.entries())
    for (const [at, time] of times.entries()) {
      const value = values[at]!
      if (value === null || time < from || time >= to) continue
      const row = byTime.get(time) ?? lines.map(() => null)
      row[index] = value
      byTime.set(time, row)
    }
  const times = [...byTime.keys()].sort((a, b) => b - a)
  const rows = times.slice(0, most).map(time => ({ time, values: byTime.get(time)! }))
  return { rows, all: times.length }
}
