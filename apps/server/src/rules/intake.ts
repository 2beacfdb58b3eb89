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

export interface IntakeParts {
  readonly placeOf: (site: string, device: string) => string | null
  readonly now: () => Instant
  /** Time of the newest stored value of a field of a device, whatever its tags; null for none. */
  readonly newest: (of: Pick<Series, 'site' | 'device' | 'measurement' | 'field'>) => Promise<Instant | null>
}

/**
 * Takes stored batches apart and hands each reading to the rules that look at it. What no rule looks at costs one look-up a value;
 * what changes nothing for rules that compare with a number costs little more, however many they are.
 */
export class RuleIntake {
  /** Site → measurement → rules. */
  #units = new Map<string, Map<string, Set<Unit>>>()
  /** By site; of devices and measurements that were met. */
  #lines = new Map<string, Map<string, Line>>()
  /** By site: of readings that boards of the past were offered, the time of the newest. */
  readonly #before = new Map<string, Map<string, Instant>>()
  #routes = new WeakMap<Series, Route | null>()
  readonly #levels = new WeakMap<Compiled, Level | 'none'>()
  readonly #placeOf: (site: string, device: string) => string | null
  readonly #now: () => Instant
  readonly #newest: IntakeParts['newest']

  constructor({ placeOf, now, newest }: IntakeParts) {
    this.#placeOf = placeOf
    this.#now = now
    this.#newest = newest
  }

  /** Of a site: rules that are given its readings from now on, and those that are given none any more. */
  change(site: string, { made, ended }: { made: readonly Unit[]; ended: readonly Unit[] }): void {
    this.tally(site)
    this.#remember(site)
    const byMeasurement = this.#units.get(site) ?? new Map<string, Set<Unit>>()
    for (const unit of ended)
      for (const { measurement } of unit.compiled.needs) {
        const own = byMeasurement.get(measurement)
        own?.delete(unit)
        if (own?.size === 0) byMeasurement.delete(measurement)
      }
    for (const unit of made)
      for (const { measurement } of unit.compiled.needs) {
        const own = byMeasurement.get(measurement)
        if (own) own.add(unit)
        else byMeasurement.set(measurement, new Set([unit]))
      }
    if (byMeasurement.size > 0) this.#units.set(site, byMeasurement)
    else {
      this.#units.delete(site)
      this.#before.delete(site)
    }
    this.#lines.delete(site)
    this.#routes = new WeakMap()
  }

  /** Rules go on that were not given all: whoever takes the place of a board has to know up to when. */
  #remember(site: string): void {
    const before = this.#before.get(site) ?? new Map<string, Instant>()
    for (const [line, { boards }] of this.#lines.get(site) ?? [])
      for (const { field, newest } of boards) before.set(`${line}\0${field}`, newest)
    if (before.size > 0) this.#before.set(site, before)
  }

  /** Rules that look at this of a device. */
  unitsOf({ site, measurement, device }: Pick<Series, 'site' | 'measurement' | 'device'>): Unit[] {
    const units = this.#units.get(site)?.get(measurement) ?? []
    return [...units].filter(unit => looksAt(unit, { measurement, device }))
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
    const line = lines.get(key) ?? this.#lineOf(series, tags, units)
    lines.set(key, line)
    if (line.tags !== tags && line.tags !== null) {
      for (const board of line.boards) board.end()
      line.tags = null
    }
    return { line, tags }
  }

  #lineOf({ site, device, measurement }: Series, tags: string, units: readonly Unit[]): Line {
    const others: Unit[] = []
    const byField = new Map<string, Place[]>()
    for (const unit of units) {
      const level = this.#levelOf(unit)
      if (level === 'none') others.push(unit)
      else byField.set(level.field, [...(byField.get(level.field) ?? []), { unit, level }])
    }
    const boards = [...byField].map(([field, places]) => {
      const of = { site, device, measurement, field }
      const newest = this.#before.get(site)?.get(nameOf(of)) ?? Number.NEGATIVE_INFINITY
      return new Board(device, field, places, { stored: this.#newest(of), newest })
    })
    return { tags, units: others, boards }
  }

  #levelOf({ compiled }: Unit): Level | 'none' {
    let level = this.#levels.get(compiled)
    if (level === undefined) this.#levels.set(compiled, (level = levelOf(compiled) ?? 'none'))
    return level
  }

  /** What was said up to a moment is no longer so for another reason than readings: the next one is looked at again. */
  forget(site: string, upTo: Instant): void {
    for (const { boards } of this.#lines.get(site)?.values() ?? [])
      for (const board of boards) board.forget(upTo)
  }

  /** Brings the rules' counts of readings up to date. */
  tally(site: string): void {
    for (const { boards } of this.#lines.get(site)?.values() ?? []) for (const board of boards) board.tally()
  }
}

const nameOf = ({ device, measurement, field }: Pick<Series, 'device' | 'measurement' | 'field'>) =>
  `${device}\0${measurement}\0${field}`

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
