import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { key, put, take } from '../conformance.ts'
import { StoreNotOpened } from '../errors.ts'
import { openDuckStore } from './store.ts'

let dir: string
let file: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ohmstead-open-'))
  file = join(dir, 'readings.duckdb')
})
afterEach(() => rmSync(dir, { recursive: true }))

const hash = () => createHash('sha256').update(readFileSync(file)).digest('hex')

async function sql(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

test('a store that is open is not opened again, and is not harmed by the attempt', async () => {
  await using store = await openDuckStore({ file })
  await expect(openDuckStore({ file })).rejects.toThrow(StoreNotOpened)
  await put(store, key('power'), [[1, 2]])
  expect(await take(store, key('power'))).toEqual([[1, 2]])
})

test('a store of a newer version is refused in words, and left as it is', async () => {
  await (await openDuckStore({ file })).close()
  await sql("UPDATE meta SET value = '99' WHERE key = 'format'")
  const before = hash()
  await expect(openDuckStore({ file })).rejects.toThrow(/format 99.*newer version/)
  expect(hash()).toBe(before)
})

test('a database of something else is refused, and left as it is', async () => {
  await sql('CREATE TABLE stranger (x INTEGER)')
  const before = hash()
  await expect(openDuckStore({ file })).rejects.toThrow(/not a readings store/)
  expect(hash()).toBe(before)
})

test('a file that is no database is refused', async () => {
  writeFileSync(file, 'x'.repeat(10_000))
  await expect(openDuckStore({ file })).rejects.toThrow(StoreNotOpened)
})

test('a folder that cannot be made is refused', async () => {
  writeFileSync(file, '')
  await expect(openDuckStore({ dir: join(file, 'below') })).rejects.toThrow(StoreNotOpened)
})

test('left-overs of an interrupted compaction are gone after the next start', async () => {
  await (await openDuckStore({ file })).close()
  await sql(
    'CREATE TABLE p_77 (series INTEGER, time BIGINT, value DOUBLE)',
    'INSERT INTO extents VALUES (77, 1, 1, 0, 0, 0, false)',
  )
  await using store = await openDuckStore({ file })
  await put(store, key('power'), [[1, 2]])
  await store.compact()
  expect(await take(store, key('power'))).toEqual([[1, 2]])
  await store.close()
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  const tables = await connection.runAndReadAll(
    "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'p_77'",
  )
  expect(tables.getRows()).toEqual([[0n]])
  connection.closeSync()
  instance.closeSync()
})

test('the database can neither read files nor be told to', async () => {
  await using store = await openDuckStore({ file })
  const hostile = key("x' UNION SELECT * FROM read_csv('/etc/passwd') --")
  await put(store, hostile, [[1, 2]])
  expect(await take(store, hostile)).toEqual([[1, 2]])
})

test('tables left behind that cannot be dropped are in nobody’s way', async () => {
  {
    await using store = await openDuckStore({ file, background: false })
    await put(store, key('power'), [[1, 2]])
  }
  const left = Array.from({ length: 20 }, (_, id) => `n_${id + 1}`)
  for (const name of left) {
    await sql(
      `CREATE TABLE IF NOT EXISTS ${name} (x INTEGER PRIMARY KEY)`,
      `CREATE TABLE IF NOT EXISTS holds_${name} (x INTEGER REFERENCES ${name} (x))`,
    ).catch(() => {})
  }
  await using store = await openDuckStore({ file, background: false })
  await put(store, key('power'), [[2, 3]])
  await store.compact()
  await put(store, key('power'), [[3, 4]])
  await store.compact()
  expect(await take(store, key('power'))).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
  ])
})

test('a file of an earlier DuckDB is read again after a kill', async () => {
  await sql('CHECKPOINT')
  const after = join(dir, 'after.duckdb')
  {
    await using store = await openDuckStore({ file, background: false })
    await put(store, key('power'), [[1, 2]])
    await store.compact()
    await put(store, key('power'), [[2, 3]])
    // As a kill at this moment would leave it.
    for (const end of ['', '.wal']) copyFileSync(`${file}${end}`, `${after}${end}`)
  }
  await using store = await openDuckStore({ file: after, background: false })
  expect(await take(store, key('power'))).toEqual([
    [1, 2],
    [2, 3],
  ])
})

describe('a file whose making was cut short', () => {
  beforeEach(async () => {
    await (await openDuckStore({ file })).close()
  })

  test.each([0, 16, 4096, 8192, 12_287])('at byte %i is made anew: nothing was in it', async size => {
    truncateSync(file, size)
    await using store = await openDuckStore({ file })
    await put(store, key('power'), [[1, 2]])
    expect(await take(store, key('power'))).toEqual([[1, 2]])
  })

  test.each([
    ['has a log', () => writeFileSync(`${file}.wal`, 'something')],
    ['is no database', () => writeFileSync(file, 'notes of somebody')],
    ['has its headers', () => truncateSync(file, 12_288)],
  ])('is refused and left as it is when it %s', async (_what, change) => {
    truncateSync(file, 8192)
    change()
    const before = hash()
    await expect(openDuckStore({ file })).rejects.toThrow(StoreNotOpened)
    expect(hash()).toBe(before)
  })
})
