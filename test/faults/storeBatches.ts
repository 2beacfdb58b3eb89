import { deviceId, siteId } from '@ohmstead/model'
import { Batch, type ReadingStore } from '@ohmstead/telemetry'

const seriesCount = 10
const rowsPerSeries = 40
const stepMs = 60_000
const base = Date.UTC(2026, 0, 1)

/** Batch `n`: ten series with forty minutes each; every fifth repeats an earlier one as well, as late messages do. */
export function batchOf(store: ReadingStore, n: number): Batch {
  const batch = new Batch(seriesCount * rowsPerSeries)
  if (n % 5 === 0 && n >= 7) fill(batch, store, n - 7)
  fill(batch, store, n)
  return batch
}

function fill(batch: Batch, store: ReadingStore, n: number): void {
  for (const one of seriesOf(store))
    for (let row = 0; row < rowsPerSeries; row++)
      batch.add(one, base + (n * rowsPerSeries + row) * stepMs, n * 1000 + row)
}

function seriesOf(store: ReadingStore) {
  const at = { site: siteId('home'), device: deviceId('meter'), measurement: 'electricalMeter', tags: {} }
  return Array.from({ length: seriesCount }, (_, k) => store.resolve({ ...at, field: `f${k}` }, 'number'))
}

/** What is wrong with a store that acknowledged all batches below `acknowledged`; nothing, when it is well. */
export async function faultsOf(store: ReadingStore, acknowledged: number): Promise<string[]> {
  const faults: string[] = []
  const rows = new Map<number, number>()
  for await (const { times, values } of store.raw(store.select({}), { from: base, to: base * 2 }))
    for (let at = 0; at < times.length; at++) {
      const index = (times[at] - base) / stepMs
      const n = Math.floor(index / rowsPerSeries)
      rows.set(n, (rows.get(n) ?? 0) + 1)
      if (values[at] !== n * 1000 + (index % rowsPerSeries)) faults.push(`batch ${n} holds ${values[at]}`)
    }
  const whole = seriesCount * rowsPerSeries
  for (let n = 0; n < acknowledged; n++) if (!rows.has(n)) faults.push(`batch ${n} is lost`)
  for (const [n, count] of rows) if (count !== whole) faults.push(`batch ${n} has ${count} of ${whole} rows`)
  return faults
}
