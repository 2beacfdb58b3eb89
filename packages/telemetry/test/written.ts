import { deviceId, type Series, type SeriesKey, siteId } from '@ohmstead/model'
import { Batch, type ReadingStore } from '../src/index.ts'

const start = Date.UTC(2026, 0, 1)
const seriesCount = 8
const rows = 240
const always = { from: 0, to: 8.64e15 }

const keyOf = (field: string): SeriesKey => ({
  site: siteId('home'),
  device: deviceId('writer'),
  measurement: 'test',
  field,
  tags: {},
})

const fields = [...Array(seriesCount).keys()].map(i => `f${i}`)

/** Row i of batch n: its own time, months apart from its neighbours. */
const timeOf = (n: number, i: number) => start + (i % 6) * 40 * 86_400_000 + n * 1000 + Math.floor(i / 48)

/**
 * Batch n: 240 numbers of its own, one text, and a correction of the first number of batch n − 1, so that a lost, a
 * torn, a doubled and a reordered batch all show.
 */
export function batchOf(store: ReadingStore, n: number): Batch {
  const batch = new Batch(rows + 2)
  for (let i = 0; i < rows; i++) {
    batch.add(store.resolve(keyOf(fields[i % seriesCount]), 'number'), timeOf(n, i), n * 1000 + i)
  }
  batch.add(store.resolve(keyOf('text'), 'string'), timeOf(n, 0), `batch ${n}`)
  if (n > 0) batch.add(store.resolve(keyOf(fields[0]), 'number'), timeOf(n - 1, 0), -n)
  return batch
}

/** The number of the newest batch of which anything is there; −1 when there is none. */
export async function lastWritten(store: ReadingStore): Promise<number> {
  const series = store.find(keyOf('text'))
  const [latest] = series === undefined ? [] : await store.latest([series])
  return latest === undefined ? -1 : Number(String(latest.value).split(' ')[1])
}

/**
 * Checks that exactly the batches 0…n are there, whole, each value once, corrections in force.
 * @returns n, and every fault in words
 */
export async function checkWritten(store: ReadingStore): Promise<{ last: number; faults: string[] }> {
  const last = await lastWritten(store)
  const faults: string[] = []
  for (const [index, field] of fields.entries()) {
    const expected = expectedOf(index, last)
    const series = store.find(keyOf(field))
    const found = series === undefined ? new Map<number, unknown>() : await pointsOf(store, series, faults)
    for (const [time, value] of expected) {
      if (found.get(time) !== value)
        faults.push(`${field} at ${time}: expected ${value}, found ${found.get(time)}`)
    }
    if (found.size > expected.size) faults.push(`${field}: ${found.size - expected.size} points too many`)
  }
  return { last, faults }
}

function expectedOf(index: number, last: number): Map<number, number> {
  const expected = new Map<number, number>()
  for (let n = 0; n <= last; n++) {
    for (let i = index; i < rows; i += seriesCount) expected.set(timeOf(n, i), n * 1000 + i)
    if (index === 0 && n > 0) expected.set(timeOf(n - 1, 0), -n)
  }
  return expected
}

async function pointsOf(
  store: ReadingStore,
  series: Series,
  faults: string[],
): Promise<Map<number, unknown>> {
  const found = new Map<number, unknown>()
  for await (const { times, values } of store.raw([series], always)) {
    times.forEach((time, i) => {
      if (found.has(time)) faults.push(`${series.field} at ${time}: twice`)
      found.set(time, values[i])
    })
  }
  return found
}
