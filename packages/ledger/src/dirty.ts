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
  readonly #meters = new Map<string, Dirty[]>()

  get size(): number {
    return this.#meters.size
  }

  add(meter: string, from: Instant, to: Instant, now: Instant): void {
    const ranges = this.#meters.get(meter)
    if (!ranges) {
      this.#meters.set(meter, [{ from, to, since: now }])
      return
    }
    const last = ranges.at(-1)!
    if (from >= last.from && to <= last.to) return
    let joined: Dirty = { from, to, since: now }
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
  next(
    may: (meter: string) => boolean,
    isLate: (meter: string, from: Instant) => boolean,
  ): string | undefined {
    let grows: string | undefined
    for (const [meter, ranges] of this.#meters) {
      if (!may(meter)) continue
      if (ranges.some(({ from }) => isLate(meter, from))) return meter
      grows ??= meter
    }
    return grows
  }

  /** Takes the dirty ranges of a meter out. */
  take(meter: string): Dirty[] {
    const ranges = this.#meters.get(meter) ?? []
    this.#meters.delete(meter)
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
