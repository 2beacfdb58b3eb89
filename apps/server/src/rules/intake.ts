import { type Instant, type Series, tagsKey, type Value } from '@ohmstead/model'
import type { Batch } from '@ohmstead/telemetry'
import { Board, type Place } from './board.ts'
import type { Compiled } from './compile.ts'
import { type Level, levelOf } from './levels.ts'
import type { RuleReading } from './run.ts'
import type { Unit } from './unit.ts'

/** Who looks at readings of one measurement of one device. */
interface Line {
  /** Of the only series of readings; null once there are several, which a board cannot keep apart. */
  tags: string | null
  /** Rules that are given every reading. */
  units: readonly Unit[]
  boards: readonly Board[]
}

/** Of readings that begin with a value of one series. */
interface Route {
  readonly line: Line
  readonly tags: string
}

/** A reading further in the future than this waits for its time. */
const aheadMs = 60_000

/**
 * Takes stored batches apart and hands each reading to the rules that look at it. What no rule looks at costs one look-up a value;
 * what changes nothing for rules that compare with a number costs little more, however many they are.
 */
export class RuleIntake {
  /** Site → measurement → rules. */
  #units = new Map<string, Map<string, Unit[]>>()
  /** By site; of devices and measurements that were met. */
  #lines = new Map<string, Map<string, Line>>()
  #routes = new WeakMap<Series, Route | null>()
  readonly #levels = new WeakMap<Compiled, Level | 'none'>()
  readonly #placeOf: (site: string, device: string) => string | null
  readonly #now: () => Instant

  constructor(placeOf: (site: string, device: string) => string | null, now: () => Instant) {
    this.#placeOf = placeOf
    this.#now = now
  }

  /** From now on these rules of the site, and no others, are given its readings. */
  set(site: string, units: readonly Unit[]): void {
    this.tally(site)
    const byMeasurement = new Map<string, Unit[]>()
    for (const unit of units)
      for (const { measurement } of unit.compiled.needs) {
        const own = byMeasurement.get(measurement)
        if (own) own.push(unit)
        else byMeasurement.set(measurement, [unit])
      }
    if (byMeasurement.size > 0) this.#units.set(site, byMeasurement)
    else this.#units.delete(site)
    this.#lines.delete(site)
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
    const latest = this.#now() + aheadMs
    const { length, series, times } = batch
    for (let at = 0; at < length; ) {
      const first = series[at]
      let route = this.#routes.get(first)
      if (route === undefined) route = this.#find(first)
      let end = at + 1
      while (end < length && times[end] === times[at] && isSameReading(first, series[end])) end++
      if (route !== null) this.#offer(batch, at, end, route, latest)
      at = end
    }
  }

  #offer(batch: Batch, from: number, to: number, { line, tags }: Route, latest: Instant): void {
    let reading: RuleReading | undefined
    for (const unit of line.units) unit.offer((reading ??= this.#readingOf(batch, from, to)), tags)
    for (const board of line.boards) {
      const at = placeOf(batch, from, to, board.field)
      if (at < 0) continue
      const value = batch.numbers[at]
      if (board.passesOver(batch.times[at], value, latest)) continue
      board.offer((reading ??= this.#readingOf(batch, from, to)), value, { tags, latest })
    }
  }

  #readingOf(batch: Batch, from: number, to: number): RuleReading {
    const { site, device, measurement } = batch.series[from]
    const fields: Record<string, Value> = {}
    for (let at = from; at < to; at++) fields[batch.series[at].field] = valueAt(batch, at)
    return { measurement, device, place: this.#placeOf(site, device), time: batch.times[from], fields }
  }

  #find(series: Series): Route | null {
    const units = this.unitsOf(series)
    const route = units.length === 0 ? null : this.#routeOf(series, units)
    this.#routes.set(series, route)
    return route
  }

  #routeOf(series: Series, units: readonly Unit[]): Route {
    const { site, device, measurement } = series
    const lines = this.#lines.get(site) ?? new Map<string, Line>()
    this.#lines.set(site, lines)
    const key = `${device}\0${measurement}`
    const tags = tagsKey(series.tags)
    const line = lines.get(key) ?? this.#lineOf(device, tags, units)
    lines.set(key, line)
    if (line.tags !== tags && line.tags !== null) {
      for (const board of line.boards) board.tally()
      line.tags = null
      line.units = units
      line.boards = []
    }
    return { line, tags }
  }

  #lineOf(device: string, tags: string, units: readonly Unit[]): Line {
    const others: Unit[] = []
    const byField = new Map<string, Place[]>()
    for (const unit of units) {
      const level = this.#levelOf(unit)
      if (level === 'none') others.push(unit)
      else byField.set(level.field, [...(byField.get(level.field) ?? []), { unit, level }])
    }
    const boards = [...byField].map(([field, places]) => new Board(device, field, places))
    return { tags, units: others, boards }
  }

  #levelOf({ compiled }: Unit): Level | 'none' {
    let level = this.#levels.get(compiled)
    if (level === undefined) this.#levels.set(compiled, (level = levelOf(compiled) ?? 'none'))
    return level
  }

  /** What was said of a device is no longer so for another reason than its readings: the next one is looked at again. */
  forget(site: string): void {
    for (const { boards } of this.#lines.get(site)?.values() ?? []) for (const board of boards) board.forget()
  }

  /** Brings the rules' counts of readings up to date. */
  tally(site: string): void {
    for (const { boards } of this.#lines.get(site)?.values() ?? []) for (const board of boards) board.tally()
  }
}

function placeOf({ series }: Batch, from: number, to: number, field: string): number {
  for (let at = from; at < to; at++)
    if (series[at].field === field) return series[at].type === 'number' ? at : -1
  return -1
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
