import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
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

/** Makes the answer to one piece of work of the store's own fail, though it was done, when `isIt` says so. */
function loseAnswer(kind: 'writing' | 'maintaining', count: string, isIt: (count: number) => boolean): void {
  const original = Engine.prototype[kind]
  let isLost = false
  vi.spyOn(Engine.prototype, kind).mockImplementation(async function (this: Engine, work) {
    const result = await original.call(this, work)
    if (isLost) return result as never
    const found = await original.call(this, db => db.runAndReadAll(count))
    if (!isIt(Number((found as { getRows(): unknown[][] }).getRows()[0][0]))) return result as never
    isLost = true
    throw new Error('IO Error: nobody knows')
  })
}

async function append(store: DuckStore, times: readonly number[]): Promise<void> {
  const batch = new Batch()
  for (const at of times) batch.add(store.resolve(key, 'number'), start + at * 1000, at)
  await store.append(batch)
}

const quiet = { background: false, reserveBytes: 0 }
const hundred = Array.from({ length: 100 }, (_, at) => at)

test('a swap that happened though nobody can say so is not done twice', async () => {
  using folder = tempFolder()
  {
    await using store = await openDuckStore({ dir: folder.path, ...quiet })
    await append(store, hundred)
    loseAnswer('maintaining', 'SELECT count(*) FROM partitions', named => named > 0)
    await expect(store.compact()).rejects.toThrow('nobody knows')
    await append(store, [100])
    await store.compact()
    expect(await values(store)).toEqual([...hundred, 100])
  }
  await using again = await openDuckStore({ dir: folder.path, ...quiet })
  expect(await values(again)).toEqual([...hundred, 100])
})

test('a new segment that came to be though nobody can say so is the one that goes on', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'readings.duckdb')
  {
    await using store = await openDuckStore({ file, ...quiet })
    await append(store, hundred)
    loseAnswer('writing', 'SELECT count(*) FROM segments', segments => segments > 1)
    await expect(store.compact()).rejects.toThrow('nobody knows')
    await append(store, [100])
  }
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  const rows = await connection.runAndReadAll('SELECT count(*) - count(DISTINCT rank) FROM segments')
  expect(rows.getRows()).toEqual([[0n]])
  const newest = 'SELECT id FROM segments ORDER BY rank DESC LIMIT 1'
  const [[id]] = (await connection.runAndReadAll(newest)).getRows()
  const count = await connection.runAndReadAll(`SELECT count(*) FROM n_${Number(id)}`)
  expect(count.getRows()).toEqual([[1n]])
  connection.closeSync()
  instance.closeSync()
})

test('a series that was removed though nobody can say so begins anew with its next value', async () => {
  using folder = tempFolder()
  {
    await using store = await openDuckStore({ dir: folder.path, ...quiet })
    await append(store, hundred)
    loseAnswer('maintaining', 'SELECT count(*) FROM series', series => series === 0)
    await expect(store.remove(store.select({}))).rejects.toThrow('nothing is known to be removed')
    await append(store, [100])
    expect(await values(store)).toEqual([100])
  }
  await using again = await openDuckStore({ dir: folder.path, ...quiet })
  expect(await values(again)).toEqual([100])
})

test('a swap whose connection ended at that moment keeps its readings', async () => {
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
