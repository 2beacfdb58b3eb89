import { catalogue, type FieldInfo, type MeasurementInfo } from './catalogue.ts'
import type { Instant } from './clock.ts'
import { type DeviceId, isId, type SiteId } from './ids.ts'
import { nameFault, textFault } from './names.ts'
import { timeExpected, tryParseTime } from './parseTime.ts'
import type { Reading, Tags, Value } from './reading.ts'
import { unitInfo } from './units.ts'

export const readingLimits = {
  fields: 256,
  tags: 64,
  tagLength: 256,
  /** Of a text value, UTF-8. */
  textBytes: 4096,
  earliest: Date.UTC(2000, 0, 1),
  /** How far a device's clock may be ahead of ours. */
  futureMs: 600_000,
  /** How far ahead a forecast or price may lie. */
  forecastMs: 366 * 86_400_000,
} as const

/** What was refused and why; `field` is a path into the reading: `time`, `fields.power`. Empty: the reading itself. */
export interface Refusal {
  readonly field: string
  readonly reason: string
}

/** Whose reading it is, and what its time is measured by. */
export interface ReadingContext {
  readonly site: SiteId
  readonly device: DeviceId
  /** The site's, for times without an offset. */
  readonly zone: string
  readonly now: Instant
  /** How far ahead of `now` a reading may be; readingLimits.futureMs unless given. */
  readonly futureMs?: number
}

/**
 * The good part of what was sent, and what was not good. A bad field costs that field only; `reading` is undefined when
 * no field is left, or when its measurement, time or tags are bad.
 */
export interface ReadResult {
  readonly reading: Reading | undefined
  readonly refusals: readonly Refusal[]
}

/**
 * A reading from parsed JSON: `{measurement, time?, fields, tags?}`; other keys are not looked at. Written by hand, as
 * every reading of every device passes here. Takes over `input`'s `fields` and `tags` as they are when nothing is wrong
 * with them; never throws.
 */
export function readReading(input: unknown, context: ReadingContext): ReadResult {
  const refusals: Refusal[] = []
  return { reading: read(input, context, refusals), refusals }
}

function read(input: unknown, context: ReadingContext, refusals: Refusal[]): Reading | undefined {
  if (!isRecord(input)) return refuse(refusals, '', `expected a reading, got ${kindOf(input)}`)
  const measurement = readMeasurement(input.measurement, refusals)
  if (measurement === undefined) return undefined
  const info = catalogue[measurement]
  const time = readTime(input.time, info, context, refusals)
  const tags = readTags(input.tags, refusals)
  if (time === undefined || tags === undefined) return undefined
  const fields = readFields(input.fields, info, refusals)
  if (fields === undefined) return undefined
  return { site: context.site, device: context.device, measurement, time, fields, tags }
}

/** Whose reading an item says it is, for routes that do not say it themselves. */
export function readTarget(input: unknown): { site: SiteId; device: DeviceId } | Refusal {
  if (!isRecord(input)) return { field: '', reason: `expected a reading, got ${kindOf(input)}` }
  if (!isId(input.site)) return { field: 'site', reason: `expected a site's id, got ${kindOf(input.site)}` }
  if (!isId(input.device)) {
    return { field: 'device', reason: `expected a device's id, got ${kindOf(input.device)}` }
  }
  return { site: input.site as SiteId, device: input.device as DeviceId }
}

function refuse(refusals: Refusal[], field: string, reason: string): undefined {
  refusals.push({ field, reason })
}

function readMeasurement(measurement: unknown, refusals: Refusal[]): string | undefined {
  if (typeof measurement !== 'string') {
    return refuse(refusals, 'measurement', `expected a name, got ${kindOf(measurement)}`)
  }
  const fault = nameFault(measurement)
  return fault === undefined ? measurement : refuse(refusals, 'measurement', fault)
}

function readTime(
  time: unknown,
  info: MeasurementInfo | undefined,
  context: ReadingContext,
  refusals: Refusal[],
): Instant | undefined {
  if (time === undefined) return context.now
  if (typeof time !== 'string' && typeof time !== 'number') {
    return refuse(refusals, 'time', `${timeExpected}, got ${kindOf(time)}`)
  }
  const aheadMs = info?.ahead ? readingLimits.forecastMs : (context.futureMs ?? readingLimits.futureMs)
  const at = tryParseTime(time, context.zone)
  if (at === undefined) {
    const scale = scaleFault(Number(time), context.now + aheadMs)
    return refuse(refusals, 'time', scale ?? `${timeExpected}, got ${kindOf(time)}`)
  }
  const fault = timeFault(at, context.now, aheadMs)
  return fault === undefined ? at : refuse(refusals, 'time', fault)
}

/** Why a reading cannot be of this time; undefined when it can. `aheadMs`: how far it may lie in the future. */
export function timeFault(at: Instant, now: Instant, aheadMs: number): string | undefined {
  const latest = now + aheadMs
  if (at >= readingLimits.earliest && at <= latest) return undefined
  const scale = scaleFault(at, latest)
  if (scale !== undefined) return scale
  if (at < readingLimits.earliest) return `${new Date(at).toISOString()} is before the year 2000`
  return `${new Date(at).toISOString()} is more than ${Math.round(aheadMs / 60_000)} minutes in the future`
}

/** Names the unit in which a number would be a likely time. */
function scaleFault(value: number, latest: Instant): string | undefined {
  for (const [unit, toMs] of scales) {
    const meant = value * toMs
    if (meant >= readingLimits.earliest && meant <= latest) {
      return `${value} looks like ${unit}; expected milliseconds since 1970`
    }
  }
  return undefined
}

const scales = [
  ['seconds', 1e3],
  ['microseconds', 1e-3],
  ['nanoseconds', 1e-6],
] as const

const noTags: Tags = Object.freeze({})

function readTags(input: unknown, refusals: Refusal[]): Tags | undefined {
  if (input === undefined) return noTags
  if (!isRecord(input)) return refuse(refusals, 'tags', `expected an object of texts, got ${kindOf(input)}`)
  let count = 0
  let asTheyAre = true
  for (const name in input) {
    const fault = nameFault(name) ?? tagFault(input[name])
    if (fault !== undefined) return refuse(refusals, path('tags', name), fault)
    if (++count > readingLimits.tags) return refuse(refusals, 'tags', `more than ${readingLimits.tags}`)
    if (typeof input[name] !== 'string' || input[name] === '') asTheyAre = false
  }
  return asTheyAre ? (input as Tags) : textsOf(input)
}

/** Numbers and switches are taken for their text, as InfluxDB's clients do. */
function tagFault(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return undefined
  if (typeof value !== 'string') return `expected a text, got ${kindOf(value)}`
  if (value.length > readingLimits.tagLength) return `longer than ${readingLimits.tagLength} characters`
  return textFault(value)
}

/** An empty tag says nothing and is left out. */
function textsOf(input: Readonly<Record<string, unknown>>): Tags {
  const tags: Record<string, string> = {}
  for (const name in input) {
    const text = String(input[name])
    if (text !== '') tags[name] = text
  }
  return tags
}

type Fields = Readonly<Record<string, Value>>

function readFields(
  input: unknown,
  info: MeasurementInfo | undefined,
  refusals: Refusal[],
): Fields | undefined {
  if (!isRecord(input)) return refuse(refusals, 'fields', `expected an object, got ${kindOf(input)}`)
  let count = 0
  let bad = false
  for (const name in input) {
    if (++count > readingLimits.fields) return refuse(refusals, 'fields', `more than ${readingLimits.fields}`)
    const fault = nameFault(name) ?? valueFault(input[name], info?.fields[name])
    if (fault === undefined) continue
    bad = true
    refuse(refusals, path('fields', name), fault)
  }
  if (count === 0) return refuse(refusals, 'fields', 'expected at least one')
  return bad ? goodOf(input as Fields, info) : (input as Fields)
}

function goodOf(input: Fields, info: MeasurementInfo | undefined): Fields | undefined {
  const good: Record<string, Value> = {}
  let any = false
  for (const name in input) {
    if ((nameFault(name) ?? valueFault(input[name], info?.fields[name])) !== undefined) continue
    good[name] = input[name]!
    any = true
  }
  return any ? good : undefined
}

/** Why this cannot be a field's value; undefined when it can. Without `info` any finite number, text or switch can. */
export function valueFault(value: unknown, info: FieldInfo | undefined): string | undefined {
  const type = typeof value
  if (type !== 'number' && type !== 'boolean' && type !== 'string') {
    return `expected ${info ? wanted(info) : 'a number, text or switch'}, got ${kindOf(value)}`
  }
  if (type === 'number' && !Number.isFinite(value)) return `${value} is not a number that can be kept`
  if (info !== undefined) return type === info.type ? rangeFault(value as Value, info) : mismatch(value, info)
  return type === 'string' ? textValueFault(value as string) : undefined
}

function rangeFault(value: Value, info: FieldInfo): string | undefined {
  if (typeof value === 'string') return textValueFault(value)
  if (typeof value === 'boolean') return undefined
  if ((info.min === undefined || value >= info.min) && (info.max === undefined || value <= info.max)) {
    return undefined
  }
  const symbol = unitInfo(info.unit)?.symbol ?? info.unit
  return `implausible: ${value} ${symbol} is not between ${info.min} and ${info.max}`.replace('  ', ' ')
}

function textValueFault(text: string): string | undefined {
  if (!fitsBytes(text, readingLimits.textBytes)) return `a text longer than ${readingLimits.textBytes} bytes`
  if (text.includes('\0')) return 'contains NUL'
  return text.isWellFormed() ? undefined : 'is not valid Unicode'
}

/** A UTF-16 unit is at most three bytes of UTF-8. */
function fitsBytes(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes || (text.length <= bytes && utf8.encode(text).length <= bytes)
}

const utf8 = new TextEncoder()

function mismatch(value: unknown, info: FieldInfo): string {
  return `expected ${wanted(info)}, got ${kindOf(value)}`
}

function wanted({ type, unit }: FieldInfo): string {
  if (type === 'boolean') return 'true or false'
  if (type === 'string') return 'a text'
  const symbol = unitInfo(unit)?.symbol
  return symbol ? `a number (${symbol})` : 'a number'
}

function path(part: 'fields' | 'tags', name: string): string {
  return `${part}.${JSON.stringify(shown(name)).slice(1, -1)}`
}

/** What something is, for the sender to read: short, and on one line. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return `the text ${JSON.stringify(shown(value))}`
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return 'an object'
}

function shown(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return short.toWellFormed()
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
