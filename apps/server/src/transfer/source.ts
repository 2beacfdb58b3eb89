import type { Instant } from '@ohmstead/model'
import { InvalidInput } from '@ohmstead/model'
import { columnsOf } from './columns.ts'
import { guessDelimiter, isOpen, splitRow } from './csv.ts'
import { readLines } from './lines.ts'
import type { Mapping } from './mapping.ts'
import { openParquet } from './parquet.ts'
import { type LineRefusal, type Row, RowReader } from './rows.ts'

export const formats = ['csv', 'parquet', 'lines'] as const
export type Format = (typeof formats)[number]

/** By the file's name; CSV when it says nothing else. */
export function formatOf(file: string): Format {
  const name = file.toLowerCase().replace(/\.(gz|zst)$/, '')
  if (name.endsWith('.parquet') || name.endsWith('.pq')) return 'parquet'
  return /\.(lp|line|influx)$/.test(name) ? 'lines' : 'csv'
}

/** Some rows of a file, in its order. */
export interface RowChunk {
  readonly rows: Row[]
  readonly refusals: LineRefusal[]
  /** Lines looked at, without the header. */
  readonly looked: number
  /** The last line that this chunk covers, from 1. */
  readonly last: number
  /** Share of the file, 0–1. */
  readonly done: number
}

export interface RowOptions {
  readonly mapping: Mapping
  /** For times without an offset. */
  readonly zone: string
  readonly now: Instant
  readonly signal?: AbortSignal
  /** Lines up to here were taken care of before. */
  readonly after?: number
}

/** @throws InvalidInput when the file cannot be read or has not the mapped columns */
export function readRows(
  file: string,
  format: Exclude<Format, 'lines'>,
  options: RowOptions,
): AsyncGenerator<RowChunk> {
  if (options.mapping.fields.length === 0)
    throw new InvalidInput('field', 'which columns are to be stored? --field power=COLUMN')
  return format === 'csv' ? csvRows(file, options) : parquetRows(file, options)
}

async function* csvRows(file: string, options: RowOptions): AsyncGenerator<RowChunk> {
  const { mapping, signal, after = 0 } = options
  let reader: RowReader | undefined
  let delimiter = mapping.delimiter
  let open = ''
  let openedAt = 0
  for await (const { lines, first, done } of readLines(file, signal)) {
    const rows: Row[] = []
    const refusals: LineRefusal[] = []
    let looked = 0
    for (const [index, text] of lines.entries()) {
      const line = open === '' ? first + index : openedAt
      const row = open === '' ? text : `${open}\n${text}`
      if (row.includes('"') && isOpen(row) && row.length < 100_000) {
        open = row
        openedAt = line
        continue
      }
      open = ''
      if (row === '') continue
      if (!reader) {
        delimiter ??= guessDelimiter(row)
        const cells = splitRow(row, delimiter)
        reader = new RowReader(
          mapping,
          columnsOf(mapping.header ? cells : cells.length),
          options.zone,
          options.now,
        )
        if (mapping.header) continue
      }
      if (line <= after) continue
      looked++
      const read = reader.read(line, splitRow(row, delimiter!), refusals)
      if (read) rows.push(read)
    }
    yield { rows, refusals, looked, last: first + lines.length - 1, done }
  }
  if (open !== '')
    yield {
      rows: [],
      refusals: [{ line: openedAt, field: '', reason: 'a quote is never closed' }],
      looked: 1,
      last: openedAt,
      done: 1,
    }
}

/** Few enough rows at a time that their objects stay small beside the file's own pages. */
const parquetStep = 50_000

async function* parquetRows(file: string, options: RowOptions): AsyncGenerator<RowChunk> {
  const table = await openParquet(file)
  const reader = new RowReader(options.mapping, columnsOf(table.columns), options.zone, options.now)
  for (let from = options.after ?? 0; from < table.rows; ) {
    options.signal?.throwIfAborted()
    const to = Math.min(from + parquetStep, table.groups.find(end => end > from) ?? table.rows)
    const rows: Row[] = []
    const refusals: LineRefusal[] = []
    for (const [index, cells] of (await table.read(from, to)).entries()) {
      const row = reader.read(from + index + 1, cells, refusals)
      if (row) rows.push(row)
    }
    yield { rows, refusals, looked: to - from, last: to, done: to / table.rows }
    from = to
  }
}
