/** Numbers in [0, 1), the same sequence for the same keys on every machine. */
export type Random = () => number

/** 32 bits of a text: FNV-1a with a final mix, so that near texts give far numbers. */
export function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A sequence of its own for each list of keys: seed, site, device, day. (mulberry32) */
export function random(...keys: readonly (string | number)[]): Random {
  let state = hash(keys.join('/'))
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const between = (rng: Random, low: number, high: number) => low + (high - low) * rng()

/** Bell-shaped around 0, within ±3, standard deviation 1 (twelve draws). */
export function bell(rng: Random): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += rng()
  return Math.max(-3, Math.min(3, sum))
}

/** Smooth noise in [-1, 1]: random at whole numbers, eased between them. Seekable, as it has no state. */
export function noise(seed: number, x: number): number {
  const knot = Math.floor(x)
  const part = x - knot
  const eased = part * part * (3 - 2 * part)
  return knotAt(seed, knot) * (1 - eased) + knotAt(seed, knot + 1) * eased
}

const knotAt = (seed: number, knot: number) =>
  (mix(seed ^ Math.imul(knot | 0, 0x9e3779b1)) / 4294967295) * 2 - 1
