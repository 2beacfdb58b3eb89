import type { DuckDBConnection } from '@duckdb/node-api'
import type { Series } from '@ohmstead/model'
import { StoreNotOpened } from '../errors.ts'
import type { SeriesBook } from '../query/seriesBook.ts'
import { Catalog } from './catalog.ts'
import { readColumns, readTexts } from './columns.ts'
import { chunksOf, doubles, integers, runAll } from './engine.ts'
import { faultOf } from './faults.ts'
import { type Extent, extentsOf, Partition } from './partition.ts'
import { dropTable, formatVersion, int, partitionTables, schema, segmentTables } from './schema.ts'
import { type Reach, Segment } from './segment.ts'

/** What the store keeps in memory beside the series. */
export interface Loaded {
  readonly partitions: Partition[]
  readonly segments: Segment[]
  /** Site ('*' is every site) → instant before which all is forgotten. */
  readonly floors: Map<string, number>
  /** The highest id that a table has, also one that has no name in the catalogue and could not be dropped. */
  readonly lastId: number
}

/**
 * Makes the tables in a new file and checks an old one.
 * @throws StoreNotOpened when a newer version, or something else, wrote the file
 */
export async function prepare(connection: DuckDBConnection, file: string): Promise<void> {
  const tables = await tableNames(connection)
  if (tables.length === 0) {
    await runAll(connection, ['BEGIN', ...schema, 'COMMIT', 'CHECKPOINT'])
    return
  }
  if (!tables.includes('meta')) throw new StoreNotOpened(`'${file}' is not a readings store`)
  const rows = await connection.runAndReadAll("SELECT value FROM meta WHERE key = 'format'")
  const found = Number(rows.getRows()[0]?.[0])
  if (found !== formatVersion) {
    const advice =
      found > formatVersion
        ? 'a newer version of Ohmstead wrote it; use that version'
        : 'its format is not known'
    throw new StoreNotOpened(`'${file}' has format ${found}, this version reads ${formatVersion}: ${advice}`)
  }
}

async function tableNames(connection: DuckDBConnection): Promise<string[]> {
  const rows = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()')
  return rows.getRows().map(([name]) => String(name))
}

/** Reads everything but the points of partitions; of the segments as many points as fit in `recentBytes`. */
export async function load(
  connection: DuckDBConnection,
  book: SeriesBook,
  recentBytes: number,
): Promise<Loaded> {
  await loadSeries(connection, book)
  const partitions = await loadPartitions(connection)
  const segments = await loadSegments(connection, recentBytes)
  await dropLeftOvers(connection, partitions, segments)
  const lastId = await highestId(connection)
  return { partitions, segments, floors: await loadFloors(connection), lastId }
}

async function loadSeries(connection: DuckDBConnection, book: SeriesBook): Promise<void> {
  const rows = await connection.runAndReadAll(
    'SELECT id, site, device, measurement, field, tags, type FROM series ORDER BY id',
  )
  const stored = new Set<number>()
  for (const [id, site, device, measurement, field, tags, type] of rows.getRows()) {
    stored.add(Number(id))
    const names = { site, device, measurement, field, type } as unknown as Omit<Series, 'id' | 'tags'>
    book.load(Object.freeze({ id: Number(id), ...names, tags: Object.freeze(JSON.parse(String(tags))) }))
  }
  book.refresh(stored)
}

async function loadFloors(connection: DuckDBConnection): Promise<Map<string, number>> {
  const rows = await connection.runAndReadAll('SELECT site, before::DOUBLE FROM floors')
  return new Map(rows.getRows().map(([site, before]) => [String(site), Number(before)]))
}

async function loadPartitions(connection: DuckDBConnection): Promise<Partition[]> {
  const extents = await loadExtents(connection)
  const rows = await connection.runAndReadAll('SELECT id, start::DOUBLE, stop::DOUBLE FROM partitions')
  return rows.getRows().map(([id, start, stop]) => {
    return new Partition(Number(id), Number(start), Number(stop), extentsOf(extents.get(Number(id)) ?? []))
  })
}

export async function loadExtents(connection: DuckDBConnection, partition?: number) {
  const only = partition === undefined ? '' : ` WHERE partition = ${int(partition)}`
  const sql = `SELECT partition, series, rows::DOUBLE, first::DOUBLE, last::DOUBLE, tail, cell_ms::DOUBLE FROM extents${only}`
  const found = new Map<number, (Extent & { series: number })[]>()
  for await (const chunk of chunksOf(await connection.stream(sql))) {
    const [partitions, series] = [integers(chunk, 0), integers(chunk, 1)]
    const [rows, first, last, tail, cellMs] = [2, 3, 4, 5, 6].map(column => doubles(chunk, column))
    for (let i = 0; i < partitions.length; i++) {
      const extent = {
        series: series[i],
        rows: rows[i],
        first: first[i],
        last: last[i],
        tail: tail[i],
        cellMs: cellMs[i],
      }
      const known = found.get(partitions[i])
      if (known === undefined) found.set(partitions[i], [extent])
      else known.push(extent)
    }
  }
  return found
}

/** The newest segments come into memory, those before them only as what they reach. */
async function loadSegments(connection: DuckDBConnection, recentBytes: number): Promise<Segment[]> {
  const rows = await connection.runAndReadAll(
    'SELECT id, rank, opened_at::DOUBLE FROM segments ORDER BY rank DESC',
  )
  const segments: Segment[] = []
  let room = recentBytes
  for (const [id, rank, openedAt] of rows.getRows()) {
    const segment = new Segment(Number(id), Number(rank), Number(openedAt))
    // The newest takes the appends, and so is in memory whatever it holds.
    room -= await loadSegment(connection, segment, segments.length === 0 ? Number.POSITIVE_INFINITY : room)
    segments.push(segment)
  }
  return segments.reverse()
}

/**
 * Brings a segment into memory when its values fit in `room` bytes, else only what it reaches.
 * @returns what its values take, bytes
 */
export async function loadSegment(
  connection: DuckDBConnection,
  segment: Segment,
  room: number,
): Promise<number> {
  const size = await sizeOf(connection, segment.id)
  if (size.bytes <= room) await loadPoints(connection, segment)
  else segment.spillTo(await loadReaches(connection, segment.id), size)
  return size.bytes
}

/** As Segment counts them; a UTF-16 unit is never more than the bytes of UTF-8 it comes from. */
async function sizeOf(connection: DuckDBConnection, id: number): Promise<{ rows: number; bytes: number }> {
  const [numbers, texts] = segmentTables(id)
  const found = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, 0::DOUBLE FROM ${numbers} UNION ALL` +
      ` SELECT count(*)::DOUBLE, coalesce(sum(strlen(value)), 0)::DOUBLE FROM ${texts}`,
  )
  const [[numberRows], [textRows, length]] = found.getRows().map(row => row.map(Number))
  return { rows: numberRows + textRows, bytes: 16 * numberRows + 32 * textRows + 2 * length }
}

async function loadPoints(connection: DuckDBConnection, segment: Segment): Promise<void> {
  const [numbers, texts] = segmentTables(segment.id)
  const found = await readColumns(connection, `SELECT series, time::DOUBLE, value FROM ${numbers}`, 2)
  for (const [id, [times, values]] of found) {
    for (let i = 0; i < times.length; i++) segment.add(id, times[i], values[i])
  }
  const foundTexts = await readTexts(connection, `SELECT series, time::DOUBLE, value FROM ${texts}`)
  for (const [id, { times, values }] of foundTexts) {
    for (let i = 0; i < times.length; i++) segment.add(id, times[i], values[i])
  }
}

async function loadReaches(connection: DuckDBConnection, id: number): Promise<Map<number, Reach>> {
  // Of the values of a series only one is held at a time: they may be long.
  const select = (table: string, bytes: string) =>
    `SELECT series, count(*)::DOUBLE, min(time)::DOUBLE, max(time)::DOUBLE, arg_max(value, row(time, rowid)),` +
    ` (${bytes})::DOUBLE FROM ${table} GROUP BY series`
  const reaches = new Map<number, Reach>()
  const [numbers, texts] = segmentTables(id)
  for (const sql of [
    select(numbers, '16 * count(*)'),
    select(texts, '32 * count(*) + 2 * sum(strlen(value))'),
  ]) {
    const rows = await connection.runAndReadAll(sql)
    for (const [series, count, first, last, tail, bytes] of rows.getRows()) {
      const reach = {
        rows: Number(count),
        first: Number(first),
        last: Number(last),
        tail: tail as number | string,
        bytes: Number(bytes),
      }
      reaches.set(Number(series), reach)
    }
  }
  return reaches
}

const numbered = /^[ntpxr]_(\d+)$/

async function highestId(connection: DuckDBConnection): Promise<number> {
  const names = await tableNames(connection)
  return Math.max(0, ...names.map(name => Number(numbered.exec(name)?.[1] ?? 0)))
}

/** Tables that an interrupted compaction left behind. */
async function dropLeftOvers(
  connection: DuckDBConnection,
  partitions: Partition[],
  segments: Segment[],
): Promise<void> {
  const named = new Set([
    ...partitions.flatMap(({ id }) => partitionTables(id)),
    ...segments.flatMap(({ id }) => segmentTables(id)),
  ])
  const names = await tableNames(connection)
  const leftOver = names.filter(name => numbered.test(name) && !named.has(name))
  if (leftOver.length === 0) return
  try {
    await runAll(connection, ['DELETE FROM extents WHERE partition NOT IN (SELECT id FROM partitions)'])
    await runAll(connection, [...leftOver.map(dropTable), 'CHECKPOINT'])
  } catch (error) {
    // A full disk, say, must not keep anybody from reading: they are harmless, and the next start tries again.
    if (faultOf(error) !== 'failed') throw error
  }
}

export const catalogOf = ({ partitions, segments }: Loaded): Catalog => new Catalog(partitions, segments)
