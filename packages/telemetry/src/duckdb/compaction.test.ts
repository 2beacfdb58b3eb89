import { deviceId, siteId } from '@ohmstead/model'
import { tempFolder } from '@ohmstead/testkit'
import { afterEach, expect, test, vi } from 'vitest'
import { Batch } from '../batch.ts'
import { StoreUnavailable } from '../errors.ts'
import { Engine } from './engine.ts'
import { type DuckStore, openDuckStore } from './store.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const key = { site: siteId('home'), device: deviceId('plug'), measurement: 'test', field: 'power', tags: {} }
const start = Date.UTC(2026, 0, 1)

async function values(store: DuckStore): Promise<number[]> {
  const found: number[] = []
  const series = store.find(key)
  if (series === undefined) return found
  for await (const points of store.raw([series], { from: 0, to: 8e15 }))
    found.push(...(points.values as Float64Array))
  return found
}

/** Makes the connection end right after partitions got their names, as a close at that moment does. */
function loseTheAnswerOfTheSwap(): void {
  const maintaining = Engine.prototype.maintaining
  let isLost = false
  vi.spyOn(Engine.prototype, 'maintaining').mockImplementation(async function (this: Engine, work) {
    const result = await maintaining.call(this, work)
    const named = await maintaining.call(this, db => db.runAndReadAll('SELECT count(*) FROM partitions'))
    if (isLost || Number((named as { getRows(): unknown[][] }).getRows()[0][0]) === 0) return result as never
    isLost = true
    throw new Error('connection was closed')
  })
}

test('a swap that happened though its answer was lost keeps its readings', async () => {
  using folder = tempFolder()
  const expected = Array.from({ length: 100 }, (_, at) => at)
  {
    await using store = await openDuckStore({ dir: folder.path, background: false, reserveBytes: 0 })
    const batch = new Batch()
    for (const at of expected) batch.add(store.resolve(key, 'number'), start + at * 1000, at)
    await store.append(batch)
    loseTheAnswerOfTheSwap()
    await expect(store.compact()).rejects.toThrow('connection was closed')
    vi.restoreAllMocks()
    expect(await values(store)).toEqual(expected)
  }
  await using again = await openDuckStore({ dir: folder.path, background: false, reserveBytes: 0 })
  expect(await values(again)).toEqual(expected)
})

test('a database that was opened again in the middle of a compaction keeps its readings', async () => {
  using folder = tempFolder()
  const expected = Array.from({ length: 100 }, (_, at) => at)
  // The batch cannot be written, the database becomes invalid, and the next who needs it opens it again.
  const beforeCompact = async () => {
    vi.spyOn(Engine.prototype, 'writing').mockRejectedValueOnce(new Error('database has been invalidated'))
    const batch = new Batch()
    batch.add(store.resolve(key, 'number'), start - 1000, 0)
    await expect(store.append(batch)).rejects.toThrow(StoreUnavailable)
    expect(await values(store)).toEqual(expected)
  }
  await using store = await openDuckStore({
    dir: folder.path,
    background: false,
    reserveBytes: 0,
    beforeCompact,
  })
  const batch = new Batch()
  for (const at of expected) batch.add(store.resolve(key, 'number'), start + at * 1000, at)
  await store.append(batch)
  await expect(store.compact()).rejects.toThrow(StoreUnavailable)
  expect(await values(store)).toEqual(expected)
})
