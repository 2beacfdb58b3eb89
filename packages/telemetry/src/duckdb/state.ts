import type { Series } from '@ohmstead/model'
import { SeriesBook } from '../query/seriesBook.ts'
import { Catalog } from './catalog.ts'
import type { Loaded } from './load.ts'
import type { Partition } from './partition.ts'
import type { Segment } from './segment.ts'

/** What the store knows without asking the disk. */
export class State {
  readonly book = new SeriesBook()
  floors: Map<string, number> = new Map()
  #catalog = new Catalog([], [])
  #earlier: Catalog[] = []
  #lastId = 0

  get catalog(): Catalog {
    return this.#catalog
  }

  nextId(): number {
    return ++this.#lastId
  }

  load({ partitions, segments, floors, lastId }: Loaded): void {
    this.floors = floors
    this.#lastId = Math.max(this.#lastId, lastId)
    this.publish(partitions, segments)
  }

  publish(partitions: readonly Partition[], segments: readonly Segment[]): void {
    this.#earlier.push(this.#catalog)
    this.#catalog = new Catalog(partitions, segments)
  }

  /** Resolves when nobody reads by an earlier catalogue any more. */
  async unread(): Promise<void> {
    const awaited = new Set(this.#earlier)
    await Promise.all([...awaited].map(catalog => catalog.idle()))
    // What was replaced meanwhile may still have readers.
    this.#earlier = this.#earlier.filter(catalog => !awaited.has(catalog))
  }

  /** The instant before which a series' points are forgotten. */
  floor(series: Series): number {
    const all = this.floors.get('*') ?? Number.NEGATIVE_INFINITY
    return Math.max(all, this.floors.get(series.site) ?? Number.NEGATIVE_INFINITY)
  }
}
