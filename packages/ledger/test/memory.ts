import type { DeviceId, Instant, Points, Series, SiteId } from '@ohmstead/model'
import { FakeClock } from '@ohmstead/testkit'
import {
  Ledger,
  type LedgerOptions,
  type MeterDirectory,
  type MeterFacts,
  type Range,
  type ReadingSource,
} from '../src/index.ts'

interface Column {
  times: Float64Array
  values: Float64Array
}

/** Readings in memory: last write wins, in whatever order they come. */
export class MemoryReadings implements ReadingSource {
  readonly #columns = new Map<number, Column>()
  /** Calls of `window` so far. */
  asked = 0
  /** Points given so far. */
  given = 0
  failing: Error | null = null

  put(series: Series, rows: readonly (readonly [Instant, number])[]): void {
    const old = this.#columns.get(series.id)
    const byTime = new Map<Instant, number>()
    for (const [i, time] of old?.times.entries() ?? []) byTime.set(time, old!.values[i]!)
    for (const [time, value] of rows) byTime.set(time, value)
    const times = Float64Array.from(byTime.keys()).sort()
    this.set(
      series,
      times,
      times.map(time => byTime.get(time)!),
    )
  }

  /** Takes whole columns as they are: oldest first, each time once. */
  set(series: Series, times: Float64Array, values: Float64Array): void {
    this.#columns.set(series.id, { times, values })
  }

  async window(
    series: Series,
    { from, to }: Range,
    around: { before: number; after: number },
  ): Promise<Points> {
    this.asked++
    if (this.failing) throw this.failing
    const { times, values } = this.#columns.get(series.id) ?? {
      times: new Float64Array(0),
      values: new Float64Array(0),
    }
    const begin = Math.max(0, bound(times, from) - around.before)
    const end = Math.min(times.length, bound(times, to) + around.after)
    this.given += Math.max(0, end - begin)
    return { times: times.slice(begin, end), values: values.slice(begin, end) }
  }
}

function bound(times: Float64Array, at: Instant): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < at) low = middle + 1
    else high = middle
  }
  return low
}

/** Devices in memory. */
export class MemoryDirectory implements MeterDirectory {
  readonly facts = new Map<string, MeterFacts>()
  readonly #series: Series[] = []
  timezone = 'Europe/Oslo'
  keptFrom: Instant | null = null

  add(device: string, facts: MeterFacts = {}): void {
    this.facts.set(device, facts)
  }

  /** The series with this key, made when new. */
  seriesOf(
    device: string,
    field: string,
    tags: Record<string, string> = {},
    measurement = 'electricalMeter',
  ): Series {
    const same = (one: Series) =>
      one.device === device &&
      one.field === field &&
      one.measurement === measurement &&
      JSON.stringify(one.tags) === JSON.stringify(tags)
    const found = this.#series.find(same)
    if (found) return found
    const series: Series = {
      id: this.#series.length + 1,
      site: 'home' as SiteId,
      device: device as DeviceId,
      measurement,
      field,
      tags,
      type: 'number',
    }
    this.#series.push(series)
    if (!this.facts.has(device)) this.add(device)
    return series
  }

  series(_site: string, device: string): Series[] {
    return this.#series.filter(one => one.device === device)
  }

  device(_site: string, device: string): MeterFacts | undefined {
    return this.facts.get(device)
  }

  devices(): string[] {
    return [...this.facts.keys()]
  }

  readingsFrom(): Instant | null {
    return this.keptFrom
  }

  zone(): string {
    return this.timezone
  }
}

/** A ledger with everything around it in memory, at `now`. */
export async function memoryLedger(now: Instant, more: Partial<LedgerOptions> = {}) {
  const clock = new FakeClock(now)
  const readings = new MemoryReadings()
  const directory = new MemoryDirectory()
  const ledger = await Ledger.open({ file: ':memory:', source: readings, directory, clock, ...more })
  return {
    clock,
    readings,
    directory,
    ledger,
    /** Stores readings and waits until they are in the slots. */
    async store(series: Series, rows: readonly (readonly [Instant, number])[]): Promise<void> {
      readings.put(series, rows)
      const times = rows.map(([time]) => time)
      if (times.length > 0) ledger.touch('home', series.device, Math.min(...times), Math.max(...times))
      await ledger.settled()
    },
    [Symbol.asyncDispose]: () => ledger.close(),
  }
}
