import {
  type Clock,
  type DeviceId,
  type Reading,
  type Refusal,
  readReading,
  readTarget,
  type SiteId,
} from '@ohmstead/model'
import type { EventHub } from '../events.ts'
import type { Metrics } from '../metrics.ts'
import type { PresenceBoard } from '../presence.ts'
import type { Gate } from './admission.ts'
import type { Committer } from './committer.ts'
import type { Origin, Receipt, Rejection } from './ingest.ts'
import type { Quarantine } from './quarantine.ts'
import type { Recorder } from './recorder.ts'

export interface IntakeParts {
  readonly gate: Gate
  readonly recorder: Recorder
  readonly committer: Committer
  readonly quarantine: Quarantine
  readonly presence: PresenceBoard
  readonly events: EventHub
  readonly metrics: Metrics
  readonly clock: Clock
  readonly maxFutureMs: number
}

/** Site and device that an item belongs to. */
export interface Target {
  readonly site: string
  readonly device: string
}

/** One submission on its way: what was taken and what was not. */
export interface Tally {
  accepted: number
  readonly rejected: Rejection[]
}

/** Readings in, checked one by one; the dialects bring theirs here too. */
export class Intake {
  readonly #parts: IntakeParts

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** See `Ingest.submit`. */
  async submit(origin: Origin, items: readonly unknown[], target?: Target): Promise<Receipt> {
    const { committer, metrics } = this.#parts
    const tally = await this.take(origin, items, target ? () => target : at => readTarget(items[at]))
    if (tally.accepted > 0) await committer.commit()
    metrics.readingsAccepted.inc({ via: origin.via }, tally.accepted)
    return tally
  }

  /**
   * Adds what is good to the batch that is being filled; the caller commits. Synchronous but for devices seen for the
   * first time, so that readings of one submission share a commit. `addressOf` says whose the item at an index is.
   */
  take(
    origin: Origin,
    items: readonly unknown[],
    addressOf: (at: number) => Target | Refusal,
  ): Tally | Promise<Tally> {
    const tally: Tally = { accepted: 0, rejected: [] }
    const strangers = new Map<string, { target: Target; items: [number, unknown][] }>()
    for (const [index, item] of items.entries()) {
      const whose = addressOf(index)
      if ('reason' in whose)
        this.reject(tally, origin, index, whose, { site: '', device: null, sample: item })
      else if (this.#takeOne(tally, origin, index, item, whose) === 'new') {
        const key = `${whose.site}/${whose.device}`
        const stranger = strangers.get(key) ?? { target: whose, items: [] }
        strangers.set(key, stranger)
        stranger.items.push([index, item])
      }
    }
    return strangers.size === 0 ? tally : this.#admit(tally, origin, [...strangers.values()])
  }

  async #admit(
    tally: Tally,
    origin: Origin,
    strangers: { target: Target; items: [number, unknown][] }[],
  ): Promise<Tally> {
    for (const { target } of strangers) await this.#parts.gate.admit(origin, target.site, target.device)
    for (const { target, items } of strangers)
      for (const [index, item] of items) this.#takeOne(tally, origin, index, item, target)
    tally.rejected.sort((a, b) => a.index - b.index)
    return tally
  }

  #takeOne(tally: Tally, origin: Origin, index: number, item: unknown, target: Target): 'new' | undefined {
    const { gate, clock, maxFutureMs } = this.#parts
    const admission = gate.judge(origin, target.site, target.device)
    if (admission.state === 'new') return 'new'
    const about = { ...target, sample: item }
    if (admission.state === 'refused') {
      this.reject(tally, origin, index, admission.refusal, about)
      return
    }
    const now = clock.now()
    const { reading, refusals } = readReading(item, {
      site: target.site as SiteId,
      device: target.device as DeviceId,
      zone: admission.site.timezone,
      now,
      futureMs: maxFutureMs,
    })
    if (reading && this.record(reading, refusals as Refusal[], now)) tally.accepted++
    for (const refusal of refusals) this.reject(tally, origin, index, refusal, about)
  }

  /** A device was heard that brought nothing to store. */
  seen({ site, device }: Target): void {
    this.#parts.presence.seen(site, device, this.#parts.clock.now())
  }

  /** @returns whether any value of it was taken; refusals of the others are added */
  record(reading: Reading, refusals: Refusal[], now: number): boolean {
    const taken = this.#parts.recorder.add(reading, refusals)
    if (taken > 0) this.#parts.presence.seen(reading.site, reading.device, now)
    return taken > 0
  }

  /** Counts a refusal, keeps a sample of it, and tells who watches the site. */
  reject(
    tally: Tally,
    origin: Origin,
    index: number,
    { field, reason }: Refusal,
    about: { site: string; device: string | null; sample: unknown },
  ): void {
    const { quarantine, metrics, events, clock } = this.#parts
    tally.rejected.push({ index, field, reason })
    metrics.readingsRejected.inc({ via: origin.via, reason: field.split('.', 1)[0] || 'shape' })
    // What a stranger to a site sent is not that site's to look at.
    const site = field === 'site' ? '' : about.site
    const entry = quarantine.add(
      { site, device: about.device, via: origin.via, field, reason, sample: about.sample },
      clock.now(),
    )
    if (events.listened(site)) events.publish(site, 'quarantine', entry)
  }
}
