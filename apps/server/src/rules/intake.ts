import { type Series, tagsKey, type Value } from '@ohmstead/model'
import type { Batch } from '@ohmstead/telemetry'
import type { RuleReading } from './run.ts'
import type { Unit } from './unit.ts'

interface Route {
  readonly units: readonly Unit[]
  readonly tags: string
}

const nowhere: Route = { units: [], tags: '{}' }

/**
 * Takes stored batches apart and hands each reading to the rules that look at it. What no rule looks at costs one look-up a value.
 */
export class RuleIntake {
  /** Site → measurement → rules. */
  #units = new Map<string, Map<string, Unit[]>>()
  #routes = new WeakMap<Series, Route>()
  readonly #placeOf: (site: string, device: string) => string | null

  constructor(placeOf: (site: string, device: string) => string | null) {
    this.#placeOf = placeOf
  }

  /** From now on these rules of the site, and no others, are given its readings. */
  set(site: string, units: readonly Unit[]): void {
    const byMeasurement = new Map<string, Unit[]>()
    for (const unit of units)
      for (const { measurement } of unit.compiled.needs)
        byMeasurement.set(measurement, [...(byMeasurement.get(measurement) ?? []), unit])
    if (byMeasurement.size > 0) this.#units.set(site, byMeasurement)
    else this.#units.delete(site)
    this.#routes = new WeakMap()
  }

  /** Rules that look at this of a device. */
  unitsOf({ site, measurement, device }: Pick<Series, 'site' | 'measurement' | 'device'>): Unit[] {
    const units = this.#units.get(site)?.get(measurement) ?? []
    return units.filter(unit => looksAt(unit, { measurement, device }))
  }

  /** All of it is durable. */
  committed(batch: Batch): void {
    if (this.#units.size === 0) return
    const { length, series, times } = batch
    for (let at = 0; at < length; ) {
      const first = series[at]
      const route = this.#routes.get(first) ?? this.#find(first)
      let end = at + 1
      while (end < length && times[end] === times[at] && isSameReading(first, series[end])) end++
      if (route.units.length > 0) this.#offer(batch, at, end, route)
      at = end
    }
  }

  #offer(batch: Batch, from: number, to: number, { units, tags }: Route): void {
    const { site, device, measurement } = batch.series[from]
    const fields: Record<string, Value> = {}
    for (let at = from; at < to; at++) fields[batch.series[at].field] = valueAt(batch, at)
    const reading: RuleReading = {
      measurement,
      device,
      place: this.#placeOf(site, device),
      time: batch.times[from],
      fields,
    }
    for (const unit of units) unit.offer(reading, tags)
  }

  #find(series: Series): Route {
    const units = this.unitsOf(series)
    const route = units.length === 0 ? nowhere : { units, tags: tagsKey(series.tags) }
    this.#routes.set(series, route)
    return route
  }
}

function looksAt(
  { compiled }: Unit,
  { measurement, device }: Pick<Series, 'measurement' | 'device'>,
): boolean {
  return compiled.needs.some(
    need => need.measurement === measurement && (need.devices === null || need.devices.has(device)),
  )
}

function isSameReading(a: Series, b: Series): boolean {
  return a.device === b.device && a.measurement === b.measurement && a.site === b.site && isSameTags(a, b)
}

const isSameTags = (a: Series, b: Series) => a.tags === b.tags || tagsKey(a.tags) === tagsKey(b.tags)

function valueAt(batch: Batch, at: number): Value {
  const text = batch.texts.get(at)
  if (text !== undefined) return text
  return batch.series[at].type === 'boolean' ? batch.numbers[at] !== 0 : batch.numbers[at]
}
