import uPlot from 'uplot'
import type { Line } from './gaps.ts'

/** What is null in a line is a gap of it, also beside the points of others; where only others have a point it goes on. */
const gapsStay = 2

/** Several lines over one column of times, as uPlot wants them. */
export function aligned(lines: readonly Line[]): uPlot.AlignedData {
  if (lines.length === 0) return [[]]
  const tables = lines.map(({ times, values }) => [times, values] as unknown as uPlot.AlignedData)
  if (tables.length === 1) return tables[0]!
  return uPlot.join(
    tables,
    tables.map(() => [gapsStay, gapsStay]),
  )
}
