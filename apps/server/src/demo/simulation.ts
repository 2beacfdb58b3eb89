import type { Instant } from '@ohmstead/model'
import { daysOf } from './day.ts'
import { firstState, type SiteDay, type SiteState, type Swap, siteDay } from './siteDay.ts'
import type { SiteSpec } from './spec.ts'

/** A site's state at one of its midnights. */
export interface Checkpoint {
  readonly at: Instant
  readonly state: SiteState
}

export interface SimulationOptions {
  /** Where the site's time begins: any instant of its first day. */
  readonly start: Instant
  /** Of an earlier run: saves the way from the start. */
  readonly checkpoint?: Checkpoint | undefined
  readonly swaps?: readonly Swap[]
}

/** One site through time. Days follow from seed, start and swaps alone; the last one is kept. */
export class Simulation {
  readonly site: SiteSpec
  readonly #seed: string
  readonly #start: Checkpoint
  readonly #checkpoint: Checkpoint | undefined
  readonly #swaps: readonly Swap[]
  #last: SiteDay | undefined

  constructor(seed: string, site: SiteSpec, { start, checkpoint, swaps = [] }: SimulationOptions) {
    this.site = site
    this.#seed = seed
    this.#start = { at: start, state: firstState(site) }
    this.#checkpoint = checkpoint
    this.#swaps = swaps
  }

  /** The local day that holds `at`. Days before the start do not exist. */
  dayAt(at: Instant): SiteDay {
    const last = this.#last
    if (last && at >= last.day.start && at < last.day.end) return last
    let found: SiteDay | undefined
    for (const day of this.days({ from: at, to: at + 1 })) found = day
    return found!
  }

  /** The days that overlap [from, to), oldest first. */
  *days({ from, to }: { from: Instant; to: Instant }): Generator<SiteDay> {
    const { at, state: begin } = this.#nearest(from)
    let state = begin
    for (const day of daysOf({ from: at, to }, this.site.timezone)) {
      const next = siteDay(this.#seed, this.site, day, state, this.#swaps)
      this.#last = next
      state = next.end
      if (day.end > from) yield next
    }
  }

  /** The state at the begin of the day that holds `at`. */
  checkpoint(at: Instant): Checkpoint {
    const { day, start } = this.dayAt(at)
    return { at: day.start, state: start }
  }

  /** The latest midnight before `from` whose state is known. */
  #nearest(from: Instant): Checkpoint {
    const last = this.#last
    if (last && last.day.end <= from) return { at: last.day.end, state: last.end }
    if (last && last.day.start <= from) return { at: last.day.start, state: last.start }
    return this.#checkpoint && this.#checkpoint.at <= from ? this.#checkpoint : this.#start
  }
}
