import {
  type Instant,
  type Refusal,
  slug,
  type Tags,
  textFault,
  timeFault,
  type Value,
} from '@ohmstead/model'
import type { FieldMapping, Mapping } from './mapping.ts'
import { type ReadTime, timeReader } from './timeFormat.ts'

/** One row as a reading. `line` is its number in the file, from 1. */
export interface Row {
  readonly line: number
  readonly device: string
  readonly time: Instant
  readonly fields: Readonly<Record<string, Value>>
  readonly tags: Tags
}

/** A row, or a cell of one, that was not taken. */
export interface LineRefusal extends Refusal {
  readonly line: number
}

/** The cells of a row by the file's own columns. */
export type Cells = readonly unknown[]

/** Turns the rows of one file into readings. */
export class RowReader {
  readonly #mapping: Mapping
  readonly #readTime: ReadTime
  readonly #time: number
  readonly #device: number
  readonly #fields: readonly { readonly mapping: FieldMapping; readonly at: number }[]
  readonly #tags: readonly { readonly name: string; readonly at: number }[]
  readonly #width: number
  readonly #now: Instant
  #devices = new Map<string, string>()

  /**
   * @param columns names in the file's order
   * @throws InvalidInput when the mapping names a column that is not there
   */
  constructor(mapping: Mapping, columns: Columns, zone: string, now: Instant) {
    this.#mapping = mapping
    this.#readTime = timeReader(mapping.time.unit, zone, mapping.time.pattern)
    this.#time = columns.index('time', mapping.time.column)
    this.#device =
      mapping.deviceColumn === undefined ? -1 : columns.index('device-column', mapping.deviceColumn)
    this.#fields = mapping.fields.map(field => ({ mapping: field, at: columns.index('field', field.column) }))
    this.#tags = Object.entries(mapping.tagColumns).map(([name, column]) => ({
      name,
      at: columns.index('tag-column', column),
    }))
    this.#width = columns.width
    this.#now = now
  }

  /** @returns undefined for a row without a usable value; why is added to `refusals` unless it is just empty */
  read(line: number, cells: Cells, refusals: LineRefusal[]): Row | undefined {
    if (cells.length !== this.#width) {
      refusals.push({ line, field: '', reason: `expected ${this.#width} cells, got ${cells.length}` })
      return undefined
    }
    const time = this.#timeOf(line, cells[this.#time], refusals)
    const device = this.#deviceOf(line, cells, refusals)
    if (time === undefined || device === undefined) return undefined
    const fields: Record<string, Value> = {}
    let any = false
    for (const { mapping, at } of this.#fields) {
      const value = this.#valueOf(line, mapping, cells[at], refusals)
      if (value === undefined) continue
      fields[mapping.field] = value
      any = true
    }
    return any ? { line, device, time, fields, tags: this.#tagsOf(cells) } : undefined
  }

  #timeOf(line: number, cell: unknown, refusals: LineRefusal[]): Instant | undefined {
    const time = this.#readTime(cell)
    const reason = time === undefined ? 'is no time' : timeFault(time, this.#now, 600_000)
    if (reason === undefined) return time
    refusals.push({ line, field: 'time', reason })
    return undefined
  }

  #deviceOf(line: number, cells: Cells, refusals: LineRefusal[]): string | undefined {
    if (this.#device === -1) return this.#mapping.device
    const name = String(cells[this.#device] ?? '')
    let device = this.#devices.get(name)
    if (device === undefined && name !== '') this.#devices.set(name, (device = slug(name)))
    if (device === undefined) refusals.push({ line, field: 'device', reason: 'is empty' })
    return device
  }

  #valueOf(line: number, mapping: FieldMapping, cell: unknown, refusals: LineRefusal[]): Value | undefined {
    if (cell === undefined || cell === null || cell === '') return undefined
    const value =
      mapping.type === 'number'
        ? this.#numberOf(mapping, cell)
        : mapping.type === 'boolean'
          ? flagOf(cell)
          : String(cell)
    if (value !== undefined && !(typeof value === 'string' && textFault(value))) return value
    refusals.push({ line, field: `fields.${mapping.field}`, reason: `is no ${nouns[mapping.type]}` })
    return undefined
  }

  #numberOf({ factor, offset }: FieldMapping, cell: unknown): number | undefined {
    const text =
      typeof cell === 'string' ? (this.#mapping.decimal === ',' ? cell.replace(',', '.') : cell) : cell
    if (typeof text === 'string' && !numeric.test(text)) return undefined
    const value = Number(text) * factor + offset
    return Number.isFinite(value) ? value : undefined
  }

  #tagsOf(cells: Cells): Tags {
    if (this.#tags.length === 0) return this.#mapping.tags
    const tags: Record<string, string> = { ...this.#mapping.tags }
    for (const { name, at } of this.#tags) {
      const value = String(cells[at] ?? '')
      if (value !== '') tags[name] = value
    }
    return tags
  }
}

const numeric = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/
const nouns = { number: 'number', boolean: 'true or false', string: 'text' }

function flagOf(cell: unknown): boolean | undefined {
  if (typeof cell === 'boolean') return cell
  const text = String(cell).trim().toLowerCase()
  if (['true', 't', '1', 'on', 'yes'].includes(text)) return true
  return ['false', 'f', '0', 'off', 'no'].includes(text) ? false : undefined
}

/** Where a file's columns are. */
export interface Columns {
  readonly width: number
  /** @throws InvalidInput naming the flag when there is no such column */
  index(flag: string, column: string): number
}
