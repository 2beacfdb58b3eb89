import { type Points, pieces } from './series.ts'

interface Box {
  readonly from: number
  readonly to: number
  /** Distances below this are never a gap. */
  readonly leastMs: number
  readonly width: number
  readonly height: number
}

/** SVG paths of a small line: zero is always inside, gaps stay gaps, a lonely point is a short dash. */
export function sparkPath(
  points: Points,
  { from, to, leastMs, width, height }: Box,
): { line: string; area: string; zero: number } {
  const lowest = Math.min(0, ...points.values)
  // A line of zeros lies on the ground, not under the ceiling.
  const highest = Math.max(lowest === 0 ? Number.MIN_VALUE : 0, ...points.values)
  const span = highest - lowest || 1
  const x = (time: number) => round(((time - from) / (to - from)) * width)
  // One unit of air, so that the stroke is not cut at the edge.
  const y = (value: number) => round(1 + ((highest - value) / span) * (height - 2))
  const zero = y(0)
  const line: string[] = []
  const area: string[] = []
  for (const [start, end] of pieces(points, leastMs)) {
    const corners: string[] = []
    for (let at = start; at < end; at++) corners.push(`${x(points.times[at]!)} ${y(points.values[at]!)}`)
    if (corners.length === 1)
      corners.push(`${round(x(points.times[start]!) + 1)} ${y(points.values[start]!)}`)
    line.push(`M${corners.join('L')}`)
    area.push(
      `M${x(points.times[start]!)} ${zero}L${corners.join('L')}L${corners.at(-1)!.split(' ')[0]} ${zero}Z`,
    )
  }
  return { line: line.join(''), area: area.join(''), zero }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
