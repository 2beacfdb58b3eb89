import type { Instant } from '@ohmstead/model'
import type { Range } from './columns.ts'

export interface Dirty extends Range {
  /** When it became dirty first. */
  readonly since: Instant
}

/** Ranges closer than this are rebuilt together. */
const nearMs = 3_600_000
/** More ranges of one meter than this are joined: a scattered backfill must not need unbounded memory. */
const mostRanges = 16

/** Touched ranges of meters, joined where they are near. Both ends of a range are inclusive. */
export class DirtyRanges {
  /** The one that waits longest first. */
  readonly #meters = new Map<string, Dirty[]>()
  /** Those with changes in their past. */
  readonly #late = new Set<string>()

  get size(): number {
    return this.#meters.size
  }

  /** @param isLate whether the range begins before what was computed last */
  add(meter: string, { from, to, since }: Dirty, isLate: boolean): void {
    if (isLate) this.#late.add(meter)
    const ranges = this.#meters.get(meter)
    if (!ranges) {
      this.#meters.set(meter, [{ from, to, since }])
      return
    }
    const last = ranges.at(-1)!
    if (from >= last.from && to <= last.to) return
    let joined: Dirty = { from, to, since }
    const apart = ranges.filter(range => {
      if (range.from > joined.to + nearMs || range.to < joined.from - nearMs) return true
      joined = join(range, joined)
      return false
    })
    apart.push(joined)
    this.#meters.set(meter, apart.length > mostRanges ? [apart.reduce(join)] : apart)
  }

  meters(): string[] {
    return [...this.#meters.keys()]
  }

  /** Of the meters that `may` be taken now: one with changes in the past before those that only grow; else the oldest. */
  next(may: (meter: string) => boolean): string | undefined {
    for (const meter of this.#late) if (may(meter)) return meter
    for (const meter of this.#meters.keys()) if (may(meter)) return meter
    return undefined
  }

  /** Takes the dirty ranges of a meter out. */
  take(meter: string): Dirty[] {
    const ranges = this.#meters.get(meter) ?? []
    this.#meters.delete(meter)
    this.#late.delete(meter)
    return ranges
  }

  /** When the oldest range became dirty; undefined when nothing is. */
  oldest(): Instant | undefined {
    let oldest: Instant | undefined
    for (const ranges of this.#meters.values()) {
      for (const { since } of ranges) if (oldest === undefined || since < oldest) oldest = since
    }
    return oldest
  }
}

function join(a: Dirty, b: Dirty): Dirty {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), since: Math.min(a.since, b.since) }
}
