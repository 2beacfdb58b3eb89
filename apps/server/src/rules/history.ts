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

/**
 * The stored readings of a period that a rule looks at, as events in the order of their times, window after window. Only the series
 * that it needs are read, as columns. Readings of one time come in the order of device, measurement and tags, live ones too.
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
    if (points > 0) yield merged(groups)
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

function merged(groups: readonly Group[]): StoredEvent[] {
  const streams = groups.map(eventsOf).filter(events => events.length > 0)
  if (streams.length === 0) return []
  // Two by two: each event is moved as often as the number of groups has binary digits.
  while (streams.length > 1) {
    const next: StoredEvent[][] = []
    for (let at = 0; at < streams.length; at += 2)
      next.push(at + 1 < streams.length ? zip(streams[at], streams[at + 1]) : streams[at])
    streams.splice(0, streams.length, ...next)
  }
  return streams[0]
}

/** Both sorted; of one time the first's come first. */
function zip(a: readonly StoredEvent[], b: readonly StoredEvent[]): StoredEvent[] {
  const all: StoredEvent[] = new Array(a.length + b.length)
  for (let at = 0, i = 0, j = 0; at < all.length; at++)
    all[at] = j >= b.length || (i < a.length && a[i].time <= b[j].time) ? a[i++] : b[j++]
  return all
}

/** The readings of a group: at each time the values of all its series that have one. */
function eventsOf({ key, type, blank, columns }: Group): StoredEvent[] {
  const events: StoredEvent[] = []
  for (;;) {
    let time = Number.POSITIVE_INFINITY
    for (const { times, chunk, at } of columns)
      if (chunk < times.length && times[chunk][at] < time) time = times[chunk][at]
    if (time === Number.POSITIVE_INFINITY) return events
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
    events.push({ time, event: new Event(type, values), order: key })
  }
}

/** Columns hold booleans as they are or as 0 and 1. */
function asValue(value: Value, { type }: Series): Value {
  return type === 'boolean' && typeof value === 'number' ? value !== 0 : value
}
