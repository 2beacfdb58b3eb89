import { bearsEnergy } from '@ohmstead/ledger'
import type { Instant, Reading, Refusal, Series, Value } from '@ohmstead/model'
import type { Batch } from '@ohmstead/telemetry'
import type { EventHub } from '../events.ts'
import type { Committer } from './committer.ts'
import { type SeriesIndex, typeOf } from './seriesIndex.ts'

/** Part of the ledger that hears what was stored. */
export interface TouchListener {
  touch(site: string, device: string, from: Instant, to: Instant): void
}

/** Most readings that one event of the stream carries. */
const readingsPerEvent = 500

/** Puts readings into the batch that is being filled, and tells everybody once they are durable. */
export class Recorder {
  readonly #committer: Pick<Committer, 'batch'>
  readonly #index: SeriesIndex
  readonly #events: EventHub
  readonly #ledger: TouchListener
  /** Readings of a batch that somebody watches. */
  #watched = new WeakMap<Batch, Reading[]>()
  #bearsEnergy = new WeakMap<Series, boolean>()

  constructor(parts: {
    committer: Pick<Committer, 'batch'>
    index: SeriesIndex
    events: EventHub
    ledger: TouchListener
  }) {
    this.#committer = parts.committer
    this.#index = parts.index
    this.#events = parts.events
    this.#ledger = parts.ledger
  }

  /** @returns how many of its values were taken; the others are added to `refusals` */
  add(reading: Reading, refusals: Refusal[]): number {
    const { batch } = this.#committer
    const fields = this.#index.fields(reading.site, reading.device, reading.measurement, reading.tags)
    let taken = 0
    for (const field in reading.fields) {
      const value = reading.fields[field]
      const series = this.#index.series(fields, reading, field, typeOf(value))
      if (typeof series === 'string') {
        refusals.push({ field: `fields.${field}`, reason: series })
        continue
      }
      batch.add(series, reading.time, value)
      taken++
    }
    if (taken > 0 && this.#events.listened(reading.site)) this.#watch(batch, reading)
    return taken
  }

  /** One value of a series that is known; for dialects that bring columns. */
  addValue(series: Series, time: Instant, value: Value): void {
    const { batch } = this.#committer
    batch.add(series, time, value)
    if (!this.#events.listened(series.site)) return
    const { site, device, measurement, field, tags } = series
    this.#watch(batch, { site, device, measurement, time, tags, fields: { [field]: value } })
  }

  /** After the commit of `batch`: the ledger looks again at what was touched, watchers see the readings. */
  committed(batch: Batch): void {
    for (const { site, device, from, to } of this.#touched(batch)) this.#ledger.touch(site, device, from, to)
    const watched = this.#watched.get(batch)
    if (watched) this.#publish(watched)
  }

  #touched(batch: Batch): Iterable<Touched> {
    const touched = new Map<string, Touched>()
    let last: Touched | undefined
    for (let at = 0; at < batch.length; at++) {
      const series = batch.series[at]
      if (!this.#isEnergy(series)) continue
      const time = batch.times[at]
      // Values of one device come in runs: most need no look-up.
      if (last?.device !== series.device || last.site !== series.site) {
        const key = `${series.site}/${series.device}`
        last = touched.get(key)
        if (!last)
          touched.set(key, (last = { site: series.site, device: series.device, from: time, to: time + 1 }))
      }
      if (time < last.from) last.from = time
      if (time >= last.to) last.to = time + 1
    }
    return touched.values()
  }

  #isEnergy(series: Series): boolean {
    let bears = this.#bearsEnergy.get(series)
    if (bears === undefined) {
      bears = bearsEnergy(series)
      this.#bearsEnergy.set(series, bears)
    }
    return bears
  }

  #watch(batch: Batch, reading: Reading): void {
    const watched = this.#watched.get(batch)
    if (watched) watched.push(reading)
    else this.#watched.set(batch, [reading])
  }

  #publish(readings: readonly Reading[]): void {
    for (const [site, own] of Map.groupBy(readings, reading => reading.site))
      for (let at = 0; at < own.length; at += readingsPerEvent)
        this.#events.publish(
          site,
          'readings',
          own.slice(at, at + readingsPerEvent).map(({ site: _, ...reading }) => reading),
        )
  }
}

interface Touched {
  readonly site: string
  readonly device: string
  from: Instant
  to: Instant
}
