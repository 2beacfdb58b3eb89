/** Points of a line as columns of equal length, oldest first; `times` in epoch ms. */
export interface Points {
  readonly times: readonly number[]
  readonly values: readonly number[]
}

/** A distance between neighbours beyond this is a gap: three times the usual one, but at least `leastMs`. */
export function gapOf({ times }: Points, leastMs: number): number {
  if (times.length < 3) return leastMs * 3
  const steps = times.slice(1).map((time, at) => time - times[at]!)
  const usual = steps.toSorted((a, b) => a - b)[steps.length >> 1]!
  return Math.max(usual, leastMs) * 3
}

/** Cuts at the gaps. Each piece is a range of indices, [start, end). */
export function pieces({ times }: Points, gapMs: number): [start: number, end: number][] {
  const cuts: [number, number][] = []
  let start = 0
  for (let at = 1; at <= times.length; at++) {
    if (at < times.length && times[at]! - times[at - 1]! <= gapMs) continue
    cuts.push([start, at])
    start = at
  }
  return times.length === 0 ? [] : cuts
}
