import { basename } from 'node:path'
import {
  convert,
  deviceId,
  fieldInfo,
  InvalidInput,
  isZone,
  nameFault,
  siteId,
  slug,
  type Tags,
  textFault,
  unitInfo,
  type ValueType,
} from '@ohmstead/model'
import { type TimeUnit, timeUnits } from './timeFormat.ts'

export interface FieldMapping {
  readonly field: string
  readonly column: string
  readonly type: ValueType
  /** Stored value = cell × factor + offset. */
  readonly factor: number
  readonly offset: number
}

/** How the columns of a file become readings. */
export interface Mapping {
  readonly site: string
  /** The device of every row, unless a column names it. */
  readonly device: string
  readonly deviceColumn: string | undefined
  readonly measurement: string
  readonly time: {
    readonly column: string
    readonly unit: TimeUnit
    readonly pattern: string | undefined
    readonly zone: string | undefined
  }
  readonly fields: readonly FieldMapping[]
  readonly tags: Tags
  /** Tag → column. */
  readonly tagColumns: Readonly<Record<string, string>>
  readonly delimiter: string | undefined
  readonly header: boolean
  readonly decimal: '.' | ','
}

/** Flags that say how a file is read; the same names in a YAML file. */
export const mappingOptions = {
  site: { type: 'string' },
  device: { type: 'string' },
  'device-column': { type: 'string' },
  measurement: { type: 'string' },
  time: { type: 'string' },
  'time-unit': { type: 'string' },
  'time-format': { type: 'string' },
  zone: { type: 'string' },
  field: { type: 'string', multiple: true },
  tag: { type: 'string', multiple: true },
  'tag-column': { type: 'string', multiple: true },
  delimiter: { type: 'string' },
  decimal: { type: 'string' },
  'no-header': { type: 'boolean' },
  map: { type: 'string' },
} as const

export type MappingValues = Readonly<Record<string, unknown>>

/** @throws InvalidInput naming the flag */
export function mappingOf(values: MappingValues, file: string): Mapping {
  const text = (name: string): string | undefined => {
    const value = values[name]
    if (value === undefined || value === '') return undefined
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw new InvalidInput(name, 'expected a text')
  }
  const measurement = text('measurement') ?? 'electricalMeter'
  check('measurement', nameFault(measurement))
  const site = text('site')
  if (site === undefined) throw new InvalidInput('site', 'which site do the readings belong to?')
  const unit = text('time-unit') ?? 'iso'
  if (!(timeUnits as readonly string[]).includes(unit))
    throw new InvalidInput('time-unit', `expected one of ${timeUnits.join(', ')}`)
  const zone = text('zone')
  if (zone !== undefined && !isZone(zone)) throw new InvalidInput('zone', `there is no time zone '${zone}'`)
  const decimal = text('decimal') ?? '.'
  if (decimal !== '.' && decimal !== ',') throw new InvalidInput('decimal', "expected '.' or ','")
  const delimiter = text('delimiter')
  return {
    site: siteId(site),
    device: deviceId(text('device') ?? deviceOf(file)),
    deviceColumn: text('device-column'),
    measurement,
    time: { column: text('time') ?? 'time', unit: unit as TimeUnit, pattern: text('time-format'), zone },
    fields: pairs(values, 'field').map(([field, source]) => fieldMapping(measurement, field, source)),
    tags: Object.fromEntries(pairs(values, 'tag').map(([name, value]) => [tagName(name), tagValue(value)])),
    tagColumns: Object.fromEntries(
      pairs(values, 'tag-column').map(([name, column]) => [tagName(name), column]),
    ),
    delimiter: delimiter === '\\t' || delimiter === 'tab' ? '\t' : delimiter,
    header: values['no-header'] !== true,
    decimal,
  }
}

/** `dishwasher_B7E6FA.csv.gz` → `dishwasher-b7e6fa` */
export const deviceOf = (file: string) =>
  slug(basename(file).replace(/(\.(csv|tsv|txt|lp|line|parquet|gz|zst))+$/i, ''))

/** `name=value` pairs of a repeated flag, or the entries of a map in YAML. */
function pairs(values: MappingValues, name: string): [string, string][] {
  const given = values[name]
  if (given === undefined) return []
  if (typeof given === 'object' && given !== null && !Array.isArray(given))
    return Object.entries(given).map(([key, value]) => [key, String(value)])
  const list: unknown[] = Array.isArray(given) ? given : [given]
  return list.map(item => {
    const text = String(item)
    const equals = text.indexOf('=')
    if (equals < 1) throw new InvalidInput(name, `expected name=value, got '${text}'`)
    return [text.slice(0, equals), text.slice(equals + 1)]
  })
}

const words: Record<string, ValueType> = { text: 'string', flag: 'boolean', number: 'number' }

/** `power=p1s_w`, `energyImport=reading:kW.h`, `mode=status:text` */
function fieldMapping(measurement: string, field: string, source: string): FieldMapping {
  check('field', nameFault(field))
  const info = fieldInfo(measurement, field)
  const colon = source.lastIndexOf(':')
  const suffix = colon > 0 ? source.slice(colon + 1) : ''
  const word = words[suffix]
  const unit = word === undefined ? unitCode(suffix) : undefined
  const known = word !== undefined || unit !== undefined
  const column = known ? source.slice(0, colon) : source
  if (column === '') throw new InvalidInput('field', `which column is ${field}?`)
  const type = word ?? info?.type ?? 'number'
  if (unit === undefined || info === undefined || info.unit === '')
    return { field, column, type, factor: 1, offset: 0 }
  const offset = convert(0, unit, info.unit)
  return { field, column, type, factor: convert(1, unit, info.unit) - offset, offset }
}

/** UCUM codes, and what people write for the commonest of them. */
function unitCode(text: string): string | undefined {
  const plain: Record<string, string> = { kWh: 'kW.h', Wh: 'W.h', MWh: 'MW.h', C: 'Cel', F: '[degF]' }
  const code = plain[text] ?? text
  return text !== '' && unitInfo(code) ? code : undefined
}

function tagName(name: string): string {
  check('tag', nameFault(name))
  return name
}

function tagValue(value: string): string {
  check('tag', textFault(value))
  return value
}

function check(flag: string, fault: string | undefined): void {
  if (fault !== undefined) throw new InvalidInput(flag, fault)
}
