/** A stretch of time, epoch ms, [from, to). */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

const shortest = 2_000
const longest = 40 * 365 * 86_400_000

/** Longer or shorter by `factor`, with the time `at` staying where it is. */
export function zoomed({ from, to }: TimeWindow, factor: number, at = (from + to) / 2): TimeWindow {
  const span = Math.min(longest, Math.max(shortest, (to - from) * factor))
  const start = at - ((at - from) / (to - from)) * span
  return { from: Math.round(start), to: Math.round(start + span) }
}

/** Moved by a share of its own length; positive is later. */
export function panned({ from, to }: TimeWindow, share: number): TimeWindow {
  const by = Math.round((to - from) * share)
  return { from: from + by, to: to + by }
}

/**
 * What to ask for so that a window and its neighbourhood are there: half a window on each side, on a grid of a quarter
 * window, so that a small move asks the same question again and finds its answer kept.
 * @param points wanted across the window
 */
export function askedFor({ from, to }: TimeWindow, points: number): TimeWindow & { readonly points: number } {
  const span = to - from
  // A grid of powers of two: windows of about the same length share it.
  const step = 2 ** Math.round(Math.log2(span / 4))
  const start = Math.floor((from - span / 2) / step) * step
  const end = Math.ceil((to + span / 2) / step) * step
  return { from: start, to: end, points: Math.ceil(((end - start) / span) * points) }
}
