import { type Series, type SeriesKey, type Tags, tagsKey, type ValueType } from '@ohmstead/model'
import { SeriesTypeMismatch } from '../errors.ts'
import type { SeriesFilter } from '../store.ts'

/** All series of a store, in memory. New ones wait in `fresh` until a batch has made them durable. */
export class SeriesBook {
  #byKey = new Map<string, Series>()
  #byId = new Map<number, Series>()
  #bySite = new Map<string, Map<string, Set<Series>>>()
  #nextId = 1
  readonly fresh = new Map<number, Series>()

  get size(): number {
    return this.#byId.size
  }

  get(id: number): Series | undefined {
    return this.#byId.get(id)
  }

  all(): Series[] {
    return [...this.#byId.values()]
  }

  find(key: SeriesKey): Series | undefined {
    return this.#byKey.get(textOf(key))
  }

  /** @throws SeriesTypeMismatch */
  resolve(key: SeriesKey, type: ValueType): Series {
    const text = textOf(key)
    const known = this.#byKey.get(text)
    if (known === undefined) return this.#make(text, key, type)
    if (known.type !== type) throw new SeriesTypeMismatch(key, known.type, type)
    return known
  }

  /** Takes up a series that the disk already has. */
  load(series: Series): void {
    this.fresh.delete(series.id)
    if (!this.#byId.has(series.id)) this.#enter(textOf(series), series)
  }

  /** What the disk does not have, as after a removal whose answer was lost, waits for the next batch that needs it. */
  refresh(stored: ReadonlySet<number>): void {
    for (const series of this.#byId.values()) if (!stored.has(series.id)) this.fresh.set(series.id, series)
  }

  remove(series: Series): void {
    const known = this.#byId.get(series.id)
    if (known === undefined) return
    this.#byId.delete(known.id)
    this.#byKey.delete(textOf(known))
    this.fresh.delete(known.id)
    this.#bySite.get(known.site)?.get(known.device)?.delete(known)
  }

  select(filter: SeriesFilter): Series[] {
    const sites = filter.site === undefined ? [...this.#bySite.keys()] : [filter.site]
    return sites.flatMap(site => this.#ofSite(site, filter)).filter(series => matches(series, filter))
  }

  #ofSite(site: string, { devices }: SeriesFilter): Series[] {
    const known = this.#bySite.get(site)
    if (known === undefined) return []
    const asked =
      devices === undefined ? [...known.values()] : [...new Set(devices)].map(device => known.get(device))
    return asked.flatMap(set => (set === undefined ? [] : [...set]))
  }

  #make(text: string, key: SeriesKey, type: ValueType): Series {
    const { site, device, measurement, field } = key
    const tags: Tags = Object.freeze({ ...key.tags })
    const series: Series = Object.freeze({ id: this.#nextId, site, device, measurement, field, tags, type })
    this.#enter(text, series)
    this.fresh.set(series.id, series)
    return series
  }

  #enter(text: string, series: Series): void {
    this.#byKey.set(text, series)
    this.#byId.set(series.id, series)
    this.#nextId = Math.max(this.#nextId, series.id + 1)
    const devices = getOrMake(this.#bySite, series.site, () => new Map<string, Set<Series>>())
    getOrMake(devices, series.device, () => new Set<Series>()).add(series)
  }
}

function getOrMake<Key, Item>(map: Map<Key, Item>, key: Key, make: () => Item): Item {
  let item = map.get(key)
  if (item === undefined) map.set(key, (item = make()))
  return item
}

/** NUL cannot be part of a name that ingest lets in; the lengths make the text unique even if one were. */
function textOf({ site, device, measurement, field, tags }: SeriesKey): string {
  return `${site}\0${device}\0${measurement.length}\0${measurement}\0${field.length}\0${field}\0${tagsKey(tags)}`
}

function matches(series: Series, { measurement, fields, tags }: SeriesFilter): boolean {
  if (measurement !== undefined && series.measurement !== measurement) return false
  if (fields !== undefined && !fields.includes(series.field)) return false
  if (tags === undefined) return true
  return Object.entries(tags).every(
    ([name, value]) => Object.hasOwn(series.tags, name) && series.tags[name] === value,
  )
}
