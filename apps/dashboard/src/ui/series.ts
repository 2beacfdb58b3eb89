/** Points of a line as columns of equal length, oldest first; `times` in epoch ms. */
export interface Points {
  readonly times: readonly number[]
  readonly values: readonly number[]
}

/** Distances on each side that say how often a device spoke at that time. */
const neighbours = 4

/**
 * How long each point may stand for what comes after it, ms: three times the usual distance around it, but at least
 * three times `leastMs`. Judged locally, because a device may have spoken every five minutes and now every two seconds.
 */
export function holds({ times }: Points, leastMs: number): number[] {
  const steps = times.slice(1).map((time, at) => time - times[at]!)
  return times.map((_, at) => {
    const around = [
      ...steps.slice(Math.max(0, at - neighbours), at),
      ...steps.slice(at + 1, at + 1 + neighbours),
    ]
    const usual = around.sort((a, b) => a - b)[around.length >> 1] ?? 0
    return Math.max(usual, leastMs) * 3
  })
}

/** Cuts where a point no longer holds. Each piece is a range of indices, [start, end). */
export function pieces(points: Points, leastMs: number): [start: number, end: number][] {
  const { times } = points
  const held = holds(points, leastMs)
  const cuts: [number, number][] = []
  let start = 0
  for (let at = 1; at <= times.length; at++) {
    if (at < times.length && times[at]! - times[at - 1]! <= held[at - 1]!) continue
    cuts.push([start, at])
    start = at
  }
  return times.length === 0 ? [] : cuts
}
