import type { Cells } from './cells.ts'
import type { Run } from './run.ts'

/** What a range of a series holds: points, and cells for stretches whose points were not read. They do not overlap. */
export interface Gathered {
  readonly points: Run
  readonly cells?: Cells
}

/** Visits points, as ranges of indices, and cells in time order. */
export function walk(
  gathered: Gathered,
  onPoints: (start: number, end: number) => void,
  onCell: (index: number) => void,
): void {
  const { times } = gathered.points
  const starts = gathered.cells?.start ?? new Float64Array(0)
  let point = 0
  for (let cell = 0; cell < starts.length; cell++) {
    const begun = point
    while (point < times.length && times[point] < starts[cell]) point++
    if (point > begun) onPoints(begun, point)
    onCell(cell)
  }
  if (point < times.length) onPoints(point, times.length)
}
