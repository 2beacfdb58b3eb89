import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock, until } from '@ohmstead/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Batch } from '../batch.ts'
import { key, put, take } from '../conformance.ts'
import { QueryTooLarge, StoreUnavailable } from '../errors.ts'
import { type DuckStore, openDuckStore } from './store.ts'

const start = Date.UTC(2026, 2, 1)
const day = 86_400_000
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ohmstead-upkeep-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

async function fill(store: DuckStore, from: number, count: number, seriesCount = 10): Promise<void> {
  const batch = new Batch(count)
  for (let i = from; i < from + count; i++) {
    batch.add(
      store.resolve(key(`f${i % seriesCount}`), 'number'),
      start + Math.floor(i / seriesCount) * 1000,
      i,
    )
  }
  await store.append(batch)
}

test('what is not yet compacted is known after a restart, and whoever wants to hear of it is awaited', async () => {
  const heard: string[] = []
  const options = { dir, background: false }
  const first = await openDuckStore(options)
  await put(first, key('power'), [
    [start + 5, 1],
    [start, 2],
  ])
  await first.close()
  await using store = await openDuckStore({
    ...options,
    beforeCompact: async () => {
      heard.push(`${(await store.recentRanges()).length} not compacted`)
    },
  })
  const ranges = await store.recentRanges()
  expect(ranges).toEqual([{ series: store.find(key('power')), from: start, to: start + 6 }])
  await store.compact()
  expect(heard).toEqual(['1 not compacted'])
  expect(await store.recentRanges()).toEqual([])
})

test('when whoever is awaited fails, nothing is compacted and nothing lost', async () => {
  let isWell = false
  const beforeCompact = async () => {
    if (!isWell) throw new Error('not now')
  }
  await using store = await openDuckStore({ dir, background: false, beforeCompact })
  await put(store, key('power'), [[start, 1]])
  await expect(store.compact()).rejects.toThrow('not now')
  expect(await store.status()).toMatchObject({ uncompacted: 1, compaction: { running: false } })
  isWell = true
  await store.compact()
  expect(await store.status()).toMatchObject({ uncompacted: 0, values: 1 })
})

test('a cancelled compaction leaves everything as it was', async () => {
  await using store = await openDuckStore({ dir, background: false })
  await fill(store, 0, 1000)
  await store.compact(AbortSignal.abort())
  expect(await store.status()).toMatchObject({ uncompacted: 1000 })
  await store.compact()
  expect(await store.status()).toMatchObject({ uncompacted: 0, values: 1000 })
})

test('appends, queries, compaction and removal at the same time all see a whole store', async () => {
  await using store = await openDuckStore({ dir, segmentRows: 3000, recentBytes: 80_000 })
  const series = () => store.select({ fields: ['f3'] })
  let isDone = false
  const reading = (async () => {
    let last = 0
    while (!isDone) {
      let count = 0
      for await (const { times } of store.raw(series(), { from: 0, to: 8.64e15 })) count += times.length
      expect(count).toBeGreaterThanOrEqual(last)
      const [latest] = await store.latest(series())
      if (latest !== undefined) expect(Number(latest.value)).toBeGreaterThanOrEqual((count - 1) * 10)
      last = count
      // What is in memory is answered at once; the others want their turn too.
      await new Promise(resolve => setImmediate(resolve))
    }
  })()
  for (let from = 0; from < 30_000; from += 500) {
    await fill(store, from, 500)
    if (from === 15_000) await store.remove(store.select({ fields: ['f7'] }))
  }
  isDone = true
  await reading
  await store.compact()
  const points = await take(store, key('f3'))
  expect(points.map(([, value]) => value)).toEqual(Array.from({ length: 3000 }, (_, i) => i * 10 + 3))
  // Removed half-way, and begun anew since.
  expect(await take(store, key('f7'))).toHaveLength(3000 - 1550)
}, 60_000)

test('a query is cancelled between chunks', async () => {
  await using store = await openDuckStore({ dir, background: false })
  await fill(store, 0, 300_000, 2)
  await store.compact()
  const enough = new AbortController()
  const reading = (async () => {
    for await (const _ of store.raw(store.select({}), { from: 0, to: 8.64e15 }, { signal: enough.signal })) {
      enough.abort(new Error('enough'))
    }
  })()
  await expect(reading).rejects.toThrow('enough')
})

test('while batches come fast nothing is sorted, and soon after they stop it is', async () => {
  const clock = new FakeClock(start)
  await using store = await openDuckStore({ dir, clock, segmentRows: 50_000 })
  for (let n = 0; n < 4; n++) await fill(store, n * 60_000, 60_000)
  const series = store.select({})
  for (let n = 0; n < 3; n++) {
    await clock.advance(100)
    expect(await store.latest(series)).toHaveLength(10)
  }
  expect(await store.status()).toMatchObject({ uncompacted: 240_000 })
  await until('it is sorted', async () => {
    await clock.advance(300)
    return (await store.status()).uncompacted === 0
  })
}, 60_000)

test('a compacted file is little larger than what is in it', async () => {
  // Sorted every day: each time the days before have left holes.
  let now = start
  const clock = { now: () => now, after: () => () => {} }
  await using store = await openDuckStore({ dir, background: false, clock })
  for (let n = 0; n < 20; n++) {
    const batch = new Batch(60_000)
    for (let i = 0; i < 60_000; i++)
      batch.add(store.resolve(key(`f${i % 6}`), 'number'), now + Math.floor(i / 6) * 8000, Math.sin(n + i))
    await store.append(batch)
    now += day
    await store.compact()
  }
  now += 60 * day
  await store.compact()
  const { bytes, values } = await store.status()
  expect(values).toBe(1_200_000)
  // Sines do not compress: 8 bytes, and as much again for the month that was written last.
  expect(bytes / values).toBeLessThan(13)
}, 120_000)

test('queries that would wait in too long a queue are refused, the others answered', async () => {
  await using store = await openDuckStore({ dir, background: false, readers: 1, queue: 2 })
  await fill(store, 0, 50_000, 2)
  await store.compact()
  const all = { from: 0, to: 8.64e15 }
  const asked = Array.from({ length: 10 }, () => Array.fromAsync(store.raw(store.select({}), all)))
  const answers = await Promise.allSettled(asked)
  const refused = answers.filter(answer => answer.status === 'rejected')
  expect(refused).toHaveLength(7)
  expect(refused.every(({ reason }) => reason instanceof StoreUnavailable)).toBe(true)
})

test('a query that takes too long is stopped', async () => {
  const clock = {
    now: () => Date.now(),
    after(_: number, run: () => void) {
      const timer = setTimeout(run, 1)
      return () => clearTimeout(timer)
    },
  }
  await using store = await openDuckStore({ dir, background: false, clock })
  for (let from = 0; from < 600_000; from += 300_000) await fill(store, from, 300_000, 1)
  await store.compact()
  const reading = Array.fromAsync(store.raw(store.select({}), { from: 0, to: 8.64e15 }))
  await expect(reading).rejects.toThrow(QueryTooLarge)
  expect(await store.latest(store.select({}))).toHaveLength(1)
}, 30_000)

test('below the reserve of free space batches are refused, and queries answered', async () => {
  const first = await openDuckStore({ dir, background: false })
  await put(first, key('power'), [[start, 1]])
  await first.close()
  await using store = await openDuckStore({ dir, background: false, reserveBytes: Number.MAX_SAFE_INTEGER })
  await expect(put(store, key('power'), [[start + day, 2]])).rejects.toThrow(StoreUnavailable)
  expect(await take(store, key('power'))).toEqual([[start, 1]])
})

test('after closing everything is refused, and closing again is harmless', async () => {
  const store = await openDuckStore({ dir })
  await store.close()
  await store.close()
  await expect(put(store, key('power'), [[start, 1]])).rejects.toThrow(StoreUnavailable)
  await expect(store.latest([])).rejects.toThrow(StoreUnavailable)
})
