import type { Instant } from '@ohmstead/model'
import { before, type Loaded, since } from './loader.ts'

/** How much of a series' end the next rebuild of a live meter looks at. ms */
const tailMs = 90 * 60_000
const mostPoints = 1_000_000

/**
 * The ends of the series of live meters, so that a rebuild after new readings asks the store for those readings only.
 * Right as long as every change of readings is told: what lies at or after a change is forgotten.
 */
export class Tails {
  /** By meter; those used last come last. */
  readonly #meters = new Map<string, Map<number, Loaded>>()
  #points = 0

  /** Takes a meter's tails out, without what changed from `changed` on. */
  take(meter: string, changed: Instant): Map<number, Loaded> {
    const tails = this.#meters.get(meter)
    if (!tails) return new Map()
    this.forget(meter)
    return new Map([...tails].map(([id, loaded]) => [id, before(loaded, changed)]))
  }

  /** Keeps what of `loaded` reaches the end of its series. */
  keep(meter: string, loaded: ReadonlyMap<number, Loaded>): void {
    this.forget(meter)
    const tails = new Map<number, Loaded>()
    for (const [id, one] of loaded)
      if (one.isEnd) tails.set(id, copied(since(one, (one.samples.times.at(-1) ?? 0) - tailMs)))
    if (tails.size === 0) return
    this.#meters.set(meter, tails)
    this.#points += pointsOf(tails)
    for (const oldest of this.#meters.keys()) {
      if (this.#points <= mostPoints) break
      this.forget(oldest)
    }
  }

  forget(meter: string): void {
    this.#points -= pointsOf(this.#meters.get(meter))
    this.#meters.delete(meter)
  }
}

function pointsOf(tails: ReadonlyMap<number, Loaded> | undefined): number {
  let points = 0
  for (const { samples } of tails?.values() ?? []) points += samples.times.length
  return points
}

/** Without the rest of the memory that a part of a column hangs on to. */
function copied(loaded: Loaded): Loaded {
  const { times, values } = loaded.samples
  if (times.buffer.byteLength === times.byteLength) return loaded
  return { ...loaded, samples: { times: times.slice(), values: values.slice() } }
}
