import { type Instant, type Series, tagsKey, type Value } from '@ohmstead/model'
import type { ReadingStore, TimeRange } from '@ohmstead/telemetry'

/** A stored reading as it was once sent. */
export interface Message {
  readonly device: string
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly time: Instant
  readonly fields: Record<string, Value>
  /** Equal for readings of the same series. */
  readonly line: string
}

export interface MessagesOptions {
  readonly store: Pick<ReadingStore, 'select' | 'raw'>
  readonly site: string
  readonly signal: AbortSignal
}

/** Values of a window that the next one aims at: few enough that putting them in order takes no noticeable time. */
const aimedValues = 20_000
const longestSpanMs = 86_400_000

/** All that a site stored in a period, as readings in the order of their times, window after window. */
export async function* messages(
  { store, site, signal }: MessagesOptions,
  { from, to }: TimeRange,
): AsyncGenerator<Message[]> {
  let spanMs = 60_000
  for (let start = from; start < to; ) {
    const end = Math.min(to, start + spanMs)
    const values = await load(store, store.select({ site }), { from: start, to: end }, signal)
    if (values.length > 0) yield together(values)
    const factor = values.length === 0 ? 4 : Math.min(4, Math.max(0.25, aimedValues / values.length))
    spanMs = Math.min(longestSpanMs, Math.max(1000, Math.round(spanMs * factor)))
    start = end
  }
}

/** Values of a site in a period. */
export async function countValues(
  store: Pick<ReadingStore, 'select' | 'aggregate'>,
  site: string,
  { from, to }: TimeRange,
): Promise<number> {
  if (to <= from) return 0
  const counts = await store.aggregate(store.select({ site }), { from, to }, { edges: [from, to] }, 'count')
  return counts.flatMap(({ values }) => [...values]).reduce<number>((sum, count) => sum + Number(count), 0)
}

interface StoredValue {
  readonly time: Instant
  readonly line: string
  readonly series: Series
  readonly value: Value
}

async function load(
  store: Pick<ReadingStore, 'raw'>,
  all: readonly Series[],
  range: TimeRange,
  signal: AbortSignal,
): Promise<StoredValue[]> {
  const found: StoredValue[] = []
  for await (const { series, times, values } of store.raw(all, range, { signal })) {
    const line = `${series.device}\0${series.measurement}\0${tagsKey(series.tags)}`
    for (const [at, time] of times.entries()) {
      const value = values[at]
      // Columns hold booleans as they are or as 0 and 1.
      const isSwitch = series.type === 'boolean' && typeof value === 'number'
      found.push({ time, line, series, value: isSwitch ? value !== 0 : value })
    }
  }
  return found
}

/** Values of one time and line are one reading. */
function together(values: StoredValue[]): Message[] {
  values.sort((a, b) => a.time - b.time || (a.line < b.line ? -1 : a.line > b.line ? 1 : 0))
  const all: Message[] = []
  for (const { time, line, series, value } of values) {
    const { device, measurement, tags, field } = series
    const last = all.at(-1)
    if (last?.time === time && last.line === line) last.fields[field] = value
    else all.push({ device, measurement, tags, time, fields: { [field]: value }, line })
  }
  return all
}
