import { type Figure, quantile } from '../report.ts'

const longestFrameMs = 50

/** @param runs frames of each run, ms; the longest frame is that of the median run */
export function framesFigure(name: string, runs: readonly (readonly number[])[]): Figure[] {
  const longest = quantile(
    runs.map(frames => Math.max(...frames)),
    0.5,
  )
  const all = runs.flat()
  return [
    {
      name: `${name}: longest frame`,
      value: longest,
      unit: 'ms',
      target: `≤ ${longestFrameMs} ms`,
      met: longest <= longestFrameMs,
      note: `${all.length} frames, median ${quantile(all, 0.5).toFixed(1)} ms, p99 ${quantile(all, 0.99).toFixed(1)} ms${runs.length > 1 ? `; median of ${runs.length} runs` : ''}`,
    },
  ]
}
