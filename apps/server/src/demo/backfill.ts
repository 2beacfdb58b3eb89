import type { DeviceId, Instant, Series, SiteId } from '@ohmstead/model'
import { Batch, type ReadingStore } from '@ohmstead/telemetry'
import { type FieldSource, fieldsOf } from './fields.ts'
import { type Incidents, silent, stuckValue } from './incidents.ts'
import type { Simulation } from './simulation.ts'
import type { SiteDay } from './siteDay.ts'
import type { DeviceSpec } from './spec.ts'

export interface BackfillOptions {
  readonly store: Pick<ReadingStore, 'append' | 'resolve' | 'select' | 'latest'>
  readonly simulations: readonly Simulation[]
  readonly incidents: Incidents
  /** Where the demo's time begins. */
  readonly start: Instant
  /** Exclusive: from here on the devices speak for themselves. */
  readonly end: Instant
  readonly signal: AbortSignal
  /** Share of the days, 0–1, and values stored so far. */
  readonly progress: (done: number, values: number) => void
}

/** Readings of a device that were stored: the first at `from`, none at or after `to`. */
export interface Filled {
  readonly site: string
  readonly device: string
  readonly from: Instant
  readonly to: Instant
}

/** Days that share a batch: some 200 000 values, of one site, series after series. */
const daysPerBatch = 16
const dayMs = 86_400_000

/** Plugs' power is kept as densely as circuits' for so many days, as after a retention rule. */
const denseDays = 45

/**
 * Seconds between two values. Circuits' power comes every five minutes, and so do the grid's counters; other counters and
 * what is not metered every fifteen.
 */
function everySeconds(
  { measurement, field }: FieldSource,
  { part, type }: DeviceSpec,
  ageMs: number,
): number {
  if (measurement !== 'electricalMeter') return 900
  if (field === 'power') return type === 'smart plug' && ageMs > denseDays * dayMs ? 900 : 300
  return part.kind === 'mains' && field.startsWith('energy') ? 300 : 900
}

/**
 * Stores what the devices would have sent since the last reading of each, or since the start: the year at first, later the
 * time in which the demo was off.
 */
export async function backfill(options: BackfillOptions): Promise<Filled[]> {
  const filled: Filled[] = []
  const days = options.simulations.map(({ site }) => site.id)
  let values = 0
  for (const [index, simulation] of options.simulations.entries()) {
    const sources = await unfilled(simulation, options)
    const from = Math.min(...sources.map(source => source.from))
    if (from >= options.end) continue
    for await (const { upTo, stored } of fillSite(simulation, sources, from, options)) {
      values += stored
      const part = (upTo - from) / (options.end - from)
      options.progress((index + Math.min(1, part)) / days.length, values)
    }
    const site = simulation.site.id
    for (const { device, from: begin } of sources)
      if (begin < options.end) filled.push({ site, device: device.id, from: begin, to: options.end })
  }
  return filled
}

interface Source {
  readonly device: DeviceSpec
  readonly fields: readonly { readonly source: FieldSource; readonly series: Series }[]
  /** Nothing is stored from here on. */
  readonly from: Instant
}

async function unfilled({ site }: Simulation, { store, start }: BackfillOptions): Promise<Source[]> {
  const newest = new Map<string, Instant>()
  for (const { series, time } of await store.latest(store.select({ site: site.id })))
    newest.set(series.device, Math.max(newest.get(series.device) ?? 0, time + 1))
  return site.devices.map(device => ({
    device,
    from: Math.max(start, newest.get(device.id) ?? start),
    fields: fieldsOf(device).map(source => ({ source, series: seriesOf(store, site.id, device.id, source) })),
  }))
}

function seriesOf(
  store: Pick<ReadingStore, 'resolve'>,
  site: string,
  device: string,
  { measurement, field, type }: FieldSource,
): Series {
  return store.resolve(
    { site: site as SiteId, device: device as DeviceId, measurement, field, tags: {} },
    type,
  )
}

async function* fillSite(
  simulation: Simulation,
  sources: readonly Source[],
  from: Instant,
  { store, incidents, end, signal }: BackfillOptions,
): AsyncGenerator<{ upTo: Instant; stored: number }> {
  let storing = Promise.resolve()
  for (let begin = from; begin < end; begin += daysPerBatch * dayMs) {
    signal.throwIfAborted()
    const range = { from: begin, to: Math.min(end, begin + daysPerBatch * dayMs) }
    const days = [...simulation.days(range)]
    const batch = new Batch(1 << 18)
    for (const source of sources) fill(batch, source, days, range, { incidents, until: end })
    // While one batch is on its way to the disk, the next is made.
    await storing
    storing = batch.length > 0 ? store.append(batch) : storing
    storing.catch(() => {})
    yield { upTo: range.to, stored: batch.length }
  }
  await storing
}

/** Adds one device's values of [range.from, range.to), series after series. */
function fill(
  batch: Batch,
  { device, fields, from }: Source,
  days: readonly SiteDay[],
  range: { from: Instant; to: Instant },
  { incidents, until }: { incidents: Incidents; until: Instant },
): void {
  for (const { source, series } of fields)
    for (const day of days) {
      const step = everySeconds(source, device, until - day.day.end) * 1000
      const begin = Math.max(range.from, from, day.day.start)
      const end = Math.min(range.to, day.day.end)
      const own = troubles(incidents, day, device.id)
      for (let at = Math.ceil(begin / step) * step; at < end; at += step) {
        if (own && silent(incidents, day.site.id, device.id, at)) continue
        const stuck = own && stuckValue(incidents, day.site.id, device.id, source.field, at)
        batch.add(series, at, stuck || source.value(day, (at - day.day.start) / 1000))
      }
      addZeros(batch, source, series, { begin, end }, incidents)
    }
}

/** Whether any incident touches the device on this day; most days are free of them. */
function troubles({ outages, stuck, swaps }: Incidents, { site, day }: SiteDay, device: string): boolean {
  const meets = (one: { site: string; from: Instant; to: Instant }) =>
    one.site === site.id && one.from < day.end && one.to > day.start
  return (
    outages.some(meets) ||
    stuck.some(one => one.device === device && meets(one)) ||
    swaps.some(one => one.device === device && meets({ site: one.site, from: one.offAt, to: one.at + 1 }))
  )
}

/** `… → 0 → 0 → …` within four seconds, between two ordinary readings. */
function addZeros(
  batch: Batch,
  { measurement, field }: FieldSource,
  series: Series,
  { begin, end }: { begin: Instant; end: Instant },
  { zeros }: Incidents,
): void {
  if (measurement !== 'electricalMeter') return
  for (const { site, device, at } of zeros)
    if (series.site === site && series.device === device && at >= begin && at < end && field !== 'voltage')
      for (const seconds of [0, 2]) batch.add(series, at + seconds * 1000, 0)
}
