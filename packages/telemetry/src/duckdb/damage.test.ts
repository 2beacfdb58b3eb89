import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Batch } from '../batch.ts'
import { key, put, take } from '../conformance.ts'
import { StoreDamaged } from '../errors.ts'
import { type DuckStore, openDuckStore } from './store.ts'

const march = Date.UTC(2026, 2, 1)
const day = 86_400_000
const rows = 60_000
/** The three headers of the file, and the blocks after them. */
const headerBytes = 12_288
const blockBytes = 262_144

/** Values that do not compress, so that they have blocks of their own. */
const noise = (n: number) => Math.sin(n * 12.9898) * 43_758.5453

async function fill(store: DuckStore, from: number): Promise<void> {
  const batch = new Batch(rows)
  const series = store.resolve(key('power'), 'number')
  for (let n = 0; n < rows; n++) batch.add(series, from + n * 1000, noise(n))
  await store.append(batch)
}

/** Turns a bit in the second block of the file: of the values of the first partition. */
function flipBit(file: string, block: number): void {
  const handle = openSync(file, 'r+')
  const byte = Buffer.alloc(1)
  const offset = headerBytes + block * blockBytes + 100_000
  readSync(handle, byte, 0, 1, offset)
  byte[0] ^= 4
  writeSync(handle, byte, 0, 1, offset)
  closeSync(handle)
}

async function isReadable(store: DuckStore, from: number): Promise<boolean> {
  try {
    const points = await take(store, key('power'), { from, to: from + day })
    expect(points.slice(0, rows)).toEqual(Array.from({ length: rows }, (_, n) => [from + n * 1000, noise(n)]))
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(StoreDamaged)
    return false
  }
}

/** Two sorted days, of which exactly one cannot be read any more. */
async function damagedDay(file: string): Promise<{ damaged: number; whole: number }> {
  const blocks = (statSync(file).size - headerBytes) / blockBytes
  for (let block = 0; block < blocks; block++) {
    flipBit(file, block)
    const store = await openDuckStore({ file, background: false }).catch(() => undefined)
    if (store !== undefined) {
      await using _ = store
      const readable = [await isReadable(store, march), await isReadable(store, march + day)]
      if (readable[0] !== readable[1])
        return readable[0] ? { damaged: march + day, whole: march } : { damaged: march, whole: march + day }
    }
    flipBit(file, block)
  }
  throw new Error('no block belongs to one day alone')
}

test('a damaged block is told of once; what else is stored and what comes goes on, and is sorted', async () => {
  using folder = tempFolder()
  const file = `${folder.path}/readings.duckdb`
  const clock = { now: () => march + 3 * day, after: () => () => {} }
  {
    await using store = await openDuckStore({ file, background: false, clock })
    for (const from of [march, march + day]) await fill(store, from)
    await store.compact()
  }
  const { damaged, whole } = await damagedDay(file)

  const told: StoreDamaged[] = []
  const onDamage = (damage: StoreDamaged) => void told.push(damage)
  await using store = await openDuckStore({ file, background: false, clock, onDamage })
  expect(await isReadable(store, damaged)).toBe(false)
  expect(await isReadable(store, damaged)).toBe(false)
  expect(told.map(({ code }) => code)).toEqual(['OHM_STORE_DAMAGED'])
  expect(String(told[0].cause)).toMatch(/Corrupt database file/)

  await put(store, key('power'), [[whole + rows * 1000, 1]])
  await put(store, key('power'), [[damaged + rows * 1000, 2]])
  await store.compact()
  expect(await isReadable(store, whole)).toBe(true)
  // What belongs to the damaged day waits beside it.
  expect(await store.status()).toMatchObject({ uncompacted: 1, damagedReads: expect.any(Number) })
  const after = { from: damaged + rows * 1000, to: damaged + day }
  expect(await take(store, key('power'), after)).toEqual([[damaged + rows * 1000, 2]])
  expect(told).toHaveLength(1)
}, 60_000)
