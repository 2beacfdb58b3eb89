import { tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Batch } from '../batch.ts'
import { key, take } from '../conformance.ts'
import { type DuckStore, openDuckStore } from './store.ts'

const start = Date.UTC(2026, 2, 1)
const length = 4000
const rows = 10
const batches = 300
const fields = ['t0', 't1', 't2']
const segmentBytes = 1_000_000
const recentBytes = 3_000_000
/** One segment above the limit, and the batch that filled it; what the last look at it missed. */
const mostBytes = recentBytes + 6 * segmentBytes

const textOf = (n: number) => String(n).padStart(length, 'x')

/** 8 kB of memory a text, 72 MB of them in all. */
async function fill(store: DuckStore, most: number): Promise<void> {
  for (let n = 0; n < batches; n++) {
    const batch = new Batch(rows * fields.length)
    for (let row = 0; row < rows; row++)
      for (const field of fields)
        batch.add(store.resolve(key(field), 'string'), start + n * rows + row, textOf(n * rows + row))
    await store.append(batch)
    expect(store.recentBytes).toBeLessThan(most)
  }
}

async function expectWhole(store: DuckStore): Promise<void> {
  for (const field of fields) {
    const found = await take(store, key(field))
    expect(found.map(([time]) => time - start)).toEqual(Array.from({ length: rows * batches }, (_, n) => n))
    expect(found.every(([time, value]) => value === textOf(time - start))).toBe(true)
  }
  const latest = await store.latest(store.select({}))
  expect(latest.map(({ value }) => value)).toEqual(fields.map(() => textOf(rows * batches - 1)))
}

test('long texts stay within the memory they may have: as they come, after a restart and when sorted', async () => {
  using folder = tempFolder()
  // The database's own memory is far less than the texts: they are sorted part by part.
  const options = { dir: folder.path, segmentBytes, recentBytes, memoryMb: 64, reserveBytes: 0 }
  {
    await using store = await openDuckStore(options)
    await fill(store, mostBytes)
    await expectWhole(store)
  }
  await using store = await openDuckStore({ ...options, background: false })
  expect(store.recentBytes).toBeLessThan(mostBytes)
  await expectWhole(store)
  await store.compact()
  expect(await store.status()).toMatchObject({ uncompacted: 0, values: rows * batches * fields.length })
  expect(store.recentBytes).toBe(0)
  await expectWhole(store)
}, 120_000)

test('a reader of long texts gets them in parts that fit in memory', async () => {
  using folder = tempFolder()
  await using store = await openDuckStore({ dir: folder.path, background: false, reserveBytes: 0 })
  await fill(store, Number.POSITIVE_INFINITY)
  await store.compact()
  let most = 0
  for await (const { values } of store.raw(store.select({}), { from: 0, to: 8e15 }))
    most = Math.max(most, values.length)
  expect(most).toBeLessThan(rows * batches)
}, 120_000)
