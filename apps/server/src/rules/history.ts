import { type Instant, type Series, tagsKey, type Value } from '@ohmstead/model'
import { Event, type EventType } from '@ohmstead/streams'
import type { ReadingStore, TimeRange } from '@ohmstead/telemetry'
import type { Need } from './needs.ts'

/** A reading from the store as an event of a rule's own stream. */
export interface StoredEvent {
  readonly time: Instant
  readonly event: Event
  /** `orderKey` of the reading. */
  readonly order: string
}

export interface HistoryOptions {
  readonly store: Pick<ReadingStore, 'select' | 'raw' | 'latest'>
  readonly site: string
  readonly needs: readonly Need[]
  /** The rule's streams. */
  readonly types: ReadonlyMap<string, EventType>
  readonly placeOf: (device: string) => string | null
  readonly signal?: AbortSignal
}

const dayMs = 86_400_000
/** Points of a window that the next one aims at: some megabytes. */
const aimedPoints = 400_000
/** Events that are made at once: those of a whole window would outlive their use. */
const eventsAtOnce = 2048

/**
 * The stored readings of a period that a rule looks at, as events in the order of their times, some at a time. Only the series
 * that it needs are read, as columns, window after window. Readings of one time come in the order of device, measurement and tags,
 * live ones too.
 */
export async function* history(
  options: HistoryOptions,
  { from, to }: TimeRange,
): AsyncGenerator<StoredEvent[]> {
  const groups = groupsOf(seriesOf(options), options)
  if (groups.length === 0) return
  let spanMs = 14 * dayMs
  for (let start = from; start < to; ) {
    const end = Math.min(to, start + spanMs)
    const points = await load(groups, { from: start, to: end }, options)
    if (points > 0) yield* merged(groups)
    const factor = points === 0 ? 4 : aimedPoints / points
    spanMs = Math.max(60_000, spanMs * Math.min(4, Math.max(0.25, factor)))
    start = end
  }
}

/** What was known at a moment: of each series its last value, at its own time. Oldest first. */
export async function knownAt(options: HistoryOptions, at: Instant): Promise<StoredEvent[]> {
  const groups = groupsOf(seriesOf(options), options)
  const byId = new Map(
    groups.flatMap(group => group.columns.map(column => [column.series.id, { group, column }])),
  )
  const found: StoredEvent[] = []
  const all = groups.flatMap(group => group.columns.map(({ series }) => series))
  const latest = all.length === 0 ? [] : await options.store.latest(all, at)
  for (const { series, time, value } of latest) {
    const { group, column } = byId.get(series.id)!
    const values = group.blank.slice()
    values[2] = time
    values[column.place] = value
    found.push({ time, event: new Event(group.type, values), order: group.key })
  }
  return found.sort((a, b) => a.time - b.time)
}

/** The stored series that needs name. */
export function seriesOf({ store, site, needs }: Pick<HistoryOptions, 'store' | 'site' | 'needs'>): Series[] {
  return needs.flatMap(({ measurement, devices, fields }) => {
    const series = store.select({ site, measurement, ...(devices && { devices: [...devices] }) })
    return fields ? presenting(series, fields) : series
  })
}

/**
 * The named fields; of a device that has none of them the first one, so that a rule which only looks at whether something
 * comes still sees that it comes.
 */
function presenting(series: Series[], fields: ReadonlySet<string>): Series[] {
  return [...Map.groupBy(series, ({ device, tags }) => `${device}${tagsKey(tags)}`).values()].flatMap(own => {
    const named = own.filter(({ field }) => fields.has(field))
    return named.length > 0 ? named : own
  })
}

interface Column {
  readonly series: Series
  /** Place of its value in the event; -1 when the rule does not look at it. */
  readonly place: number
  times: Float64Array[]
  values: (Float64Array | readonly Value[])[]
  /** Where reading goes on: chunk, and place in it. */
  chunk: number
  at: number
}

/** Series whose values of one time are one reading. */
interface Group {
  readonly key: string
  readonly type: EventType
  /** An event's values before its time and fields are set. */
  readonly blank: readonly unknown[]
  readonly columns: readonly Column[]
}

/** What readings of one time are ordered by, live and from the store. */
export const orderKey = (device: string, measurement: string, tags: string) =>
  `${device}\0${measurement}\0${tags}`

function groupsOf(series: readonly Series[], { types, placeOf }: HistoryOptions): Group[] {
  const byKey = Map.groupBy(series, one => orderKey(one.device, one.measurement, tagsKey(one.tags)))
  return [...byKey]
    .map(([key, own]) => {
      const type = types.get(own[0].measurement)!
      const blank: unknown[] = new Array(type.fields.length).fill(null)
      blank[0] = own[0].device
      blank[1] = placeOf(own[0].device)
      const columns = own.map(one => ({
        series: one,
        place: type.placeOf(one.field),
        times: [],
        values: [],
        chunk: 0,
        at: 0,
      }))
      return { key, type, blank, columns }
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

async function load(
  groups: readonly Group[],
  range: TimeRange,
  { store, signal }: HistoryOptions,
): Promise<number> {
  const columns = new Map(groups.flatMap(group => group.columns.map(column => [column.series.id, column])))
  for (const column of columns.values()) {
    column.times = []
    column.values = []
    column.chunk = column.at = 0
  }
  let points = 0
  const all = [...columns.values()].map(({ series }) => series)
  for await (const { series, times, values } of store.raw(all, range, signal ? { signal } : {})) {
    const column = columns.get(series.id)!
    if (times.length === 0) continue
    column.times.push(times)
    column.values.push(values)
    points += times.length
  }
  return points
}

/** The readings of all groups by time; those of one time in the order of the groups. */
function* merged(groups: readonly Group[]): Generator<StoredEvent[]> {
  const heap = groups.map((group, order) => new Cursor(group, order)).filter(cursor => !cursor.isOver)
  for (let at = heap.length >> 1; at-- > 0; ) sink(heap, at)
  let events: StoredEvent[] = []
  while (heap.length > 0) {
    events.push(heap[0].take())
    if (heap[0].isOver) {
      const last = heap.pop()!
      if (heap.length > 0) heap[0] = last
    }
    if (heap.length > 0) sink(heap, 0)
    if (events.length < eventsAtOnce) continue
    yield events
    events = []
  }
  if (events.length > 0) yield events
}

/** The first one is the least of all; the one at `from` may stand too far up. */
function sink(heap: Cursor[], from: number): void {
  const cursor = heap[from]
  for (let at = from; ; ) {
    let child = 2 * at + 1
    if (child + 1 < heap.length && heap[child + 1].isBefore(heap[child])) child++
    if (child >= heap.length || !heap[child].isBefore(cursor)) {
      if (at !== from) heap[at] = cursor
      return
    }
    heap[at] = heap[child]
    at = child
  }
}

/** Goes through the readings of a group: at each time the values of all its series that have one. */
class Cursor {
  readonly #group: Group
  readonly #order: number
  /** Of the next reading; endless at the end. */
  #time: Instant

  constructor(group: Group, order: number) {
    this.#group = group
    this.#order = order
    this.#time = this.#next()
  }

  get isOver(): boolean {
    return this.#time === Number.POSITIVE_INFINITY
  }

  isBefore(other: Cursor): boolean {
    return this.#time === other.#time ? this.#order < other.#order : this.#time < other.#time
  }

  take(): StoredEvent {
    const { type, blank, columns, key } = this.#group
    const time = this.#time
    const values = blank.slice()
    values[2] = time
    for (const column of columns) {
      const { times, chunk, at } = column
      if (chunk >= times.length || times[chunk][at] !== time) continue
      if (column.place >= 0) values[column.place] = asValue(column.values[chunk][at], column.series)
      if (++column.at === times[chunk].length) {
        column.chunk++
        column.at = 0
      }
    }
    this.#time = this.#next()
    return { time, event: new Event(type, values), order: key }
  }

  #next(): Instant {
    let time = Number.POSITIVE_INFINITY
    for (const { times, chunk, at } of this.#group.columns)
      if (chunk < times.length && times[chunk][at] < time) time = times[chunk][at]
    return time
  }
}

/** Columns hold booleans as they are or as 0 and 1. */
function asValue(value: Value, { type }: Series): Value {
  return type === 'boolean' && typeof value === 'number' ? value !== 0 : value
}
