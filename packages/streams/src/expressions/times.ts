import { offsetMs } from '@ohmstead/model'
import type { Value } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { instantOf } from '../time/period.ts'

const fieldNames: Record<string, string> = {
  msec: 'millisecond', millis: 'millisecond', milliseconds: 'millisecond', sec: 'second', seconds: 'second',
  min: 'minute', minutes: 'minute', hours: 'hour', days: 'day', months: 'month', years: 'year', weeks: 'week',
  dayofmonth: 'day', hourofday: 'hour', minuteofhour: 'minute', secondofminute: 'second',
  millisofsecond: 'millisecond', millisecondofsecond: 'millisecond', monthofyear: 'month', weekyear: 'week',
} // biome-ignore format: a word list

const canonical = (field: string) => fieldNames[field.toLowerCase()] ?? field.toLowerCase()

/** Parts of a local time, kept as if it were UTC. Months count from 0 and days of the week from Sunday = 1, as in Esper. */
const parts: Record<string, (date: Date) => number> = {
  millisecond: date => date.getUTCMilliseconds(),
  second: date => date.getUTCSeconds(),
  minute: date => date.getUTCMinutes(),
  hour: date => date.getUTCHours(),
  day: date => date.getUTCDate(),
  month: date => date.getUTCMonth(),
  year: date => date.getUTCFullYear(),
  week: date => weekOf(date),
  era: date => (date.getUTCFullYear() > 0 ? 1 : 0),
  dayofweek: date => date.getUTCDay() + 1,
  dayofyear: date => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1,
}

/** Weeks begin on Sunday, and the first is the one with 1 January. */
function weekOf(date: Date): number {
  const first = new Date(Date.UTC(date.getUTCFullYear(), 0, 1)).getUTCDay()
  return Math.floor((parts.dayofyear(date) - 1 + first) / 7) + 1
}

const setters: Record<string, (date: Date, value: number) => void> = {
  millisecond: (date, value) => date.setUTCMilliseconds(value),
  second: (date, value) => date.setUTCSeconds(value),
  minute: (date, value) => date.setUTCMinutes(value),
  hour: (date, value) => date.setUTCHours(value),
  day: (date, value) => date.setUTCDate(value),
  month: (date, value) => date.setUTCMonth(value),
  year: (date, value) => date.setUTCFullYear(value),
  week: (date, value) => date.setUTCDate(date.getUTCDate() + (value - weekOf(date)) * 7),
}

/** The lowest and the highest value of a field at a time. */
function rangeOf(field: string, date: Date): [number, number] {
  if (field === 'day')
    return [1, new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()]
  const ranges: Record<string, [number, number]> = {
    millisecond: [0, 999], second: [0, 59], minute: [0, 59], hour: [0, 23], month: [0, 11], week: [1, 53],
  } // biome-ignore format: a table
  return ranges[field] ?? [parts[field]?.(date) ?? 0, parts[field]?.(date) ?? 0]
}

const local = (at: number, zone: string) => new Date(at + offsetMs(at, zone))

function partOf(at: number, field: string, zone: string): Value {
  return parts[canonical(field)]?.(local(at, zone)) ?? null
}

/** Sets fields of the local time. */
function changed(at: number, change: (date: Date) => void, zone: string): number {
  const date = local(at, zone)
  change(date)
  return instantOf(date.getTime(), zone)
}

const set = (zone: string, at: number, field: string, value: number) =>
  changed(at, date => setters[canonical(field)]?.(date, value), zone)

/** Sets several fields, the largest first; what is null stays. */
function setAll(
  at: number,
  names: readonly string[],
  values: readonly (number | null)[],
  zone: string,
): number {
  const now = local(at, zone)
  const next = names.map((name, i) => values[i] ?? parts[name](now))
  if (names[0] === 'year') return changed(at, date => date.setUTCFullYear(next[0], next[1], next[2]), zone)
  return changed(at, date => date.setUTCHours(next[0], next[1], next[2], next[3]), zone)
}

const units = ['millisecond', 'second', 'minute', 'hour', 'day', 'month', 'year']

function floor(date: Date, field: string): void {
  const upTo = units.indexOf(canonical(field))
  if (upTo >= 1) date.setUTCMilliseconds(0)
  if (upTo >= 2) date.setUTCSeconds(0)
  if (upTo >= 3) date.setUTCMinutes(0)
  if (upTo >= 4) date.setUTCHours(0)
  if (upTo >= 5) date.setUTCDate(1)
  if (upTo >= 6) date.setUTCMonth(0)
}

function ceiling(date: Date, field: string): void {
  const before = date.getTime()
  floor(date, field)
  const name = canonical(field)
  if (date.getTime() < before) setters[name]?.(date, parts[name](date) + 1)
}

/** To the nearer end of the field's unit; the middle goes up. */
function half(date: Date, field: string): void {
  const [low, high] = [new Date(date), new Date(date)]
  floor(low, field)
  ceiling(high, field)
  const up = date.getTime() - low.getTime() >= high.getTime() - date.getTime()
  date.setTime((up ? high : low).getTime())
}

const rounding = (round: (date: Date, field: string) => void): TimeMethod => [
  Types.integer,
  (zone, at, field: string) => changed(at, date => round(date, field), zone),
]

export type TimeMethod = readonly [Types.Type, (zone: string, at: number, ...args: never[]) => Value]

const itself: TimeMethod = [Types.integer, (_, at) => at]

/** Methods of times, by their names in lower case; a time is in ms, and so is a bare number added to one. */
export const timeMethods: Record<string, TimeMethod> = {
  get: [Types.integer, (zone, at, field: string) => partOf(at, field, zone)],
  set: [Types.integer, (zone, at, field: string, value: number) => set(zone, at, field, value)],
  withmin: [
    Types.integer,
    (zone, at, field: string) => set(zone, at, field, rangeOf(canonical(field), local(at, zone))[0]),
  ],
  withmax: [
    Types.integer,
    (zone, at, field: string) => set(zone, at, field, rangeOf(canonical(field), local(at, zone))[1]),
  ],
  withdate: [
    Types.integer,
    (zone, at, year: number | null, month: number | null, day: number | null) =>
      setAll(at, ['year', 'month', 'day'], [year, month, day], zone),
  ],
  withtime: [
    Types.integer,
    (zone, at, ...values: (number | null)[]) =>
      setAll(at, ['hour', 'minute', 'second', 'millisecond'], values, zone),
  ],
  roundfloor: rounding(floor),
  roundceiling: rounding(ceiling),
  roundhalf: rounding(half),
  tomillisec: itself,
  todate: itself,
  tocalendar: itself,
  between: [
    Types.boolean,
    (_, at, a: number, b: number, withLow = true, withHigh = true) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      return (withLow ? at >= low : at > low) && (withHigh ? at <= high : at < high)
    },
  ],
  plus: [Types.integer, (_, at, ms: number) => at + ms],
  minus: [Types.integer, (_, at, ms: number) => at - ms],
  format: [
    Types.string,
    (zone, at, pattern?: string) =>
      pattern === undefined ? isoWithoutOffset(at, zone) : formatted(at, pattern, zone),
  ],
}
for (const name of [
  'hourOfDay', 'minuteOfHour', 'secondOfMinute', 'millisOfSecond', 'dayOfMonth', 'dayOfWeek', 'dayOfYear',
  'monthOfYear', 'era', 'year', 'hour', 'minute', 'month', 'day', 'second', 'week', 'weekyear',
]) // biome-ignore format: a word list
  timeMethods[`get${name}`.toLowerCase()] = [Types.integer, (zone, at) => partOf(at, name, zone)]

function isoWithoutOffset(at: number, zone: string): string {
  return local(at, zone).toISOString().slice(0, -1)
}

// ── texts of times ───────────────────────────────────────────────────────────────────────────

type Part = (date: Date, width: number, offset: number) => number | string

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const monthNames = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
] // biome-ignore format: a word list

const named = (name: string, width: number) => (width < 4 ? name.slice(0, 3) : name)
/** `+0100` without a colon, `+01:00` with one. */
function offsetText(offset: number, colon: string): string {
  const minutes = Math.abs(offset) / 60_000
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}${colon}${two(minutes % 60)}`
}

/** What a letter of a pattern shows of a local time, in English; a number is filled up with zeros. */
const letters: Record<string, Part> = {
  y: date => date.getUTCFullYear(),
  M: (date, width) => (width < 3 ? date.getUTCMonth() + 1 : named(monthNames[date.getUTCMonth()], width)),
  d: date => date.getUTCDate(),
  D: date => parts.dayofyear(date),
  E: (date, width) => named(days[date.getUTCDay()], width),
  u: date => date.getUTCDay() || 7,
  w: date => weekOf(date),
  a: date => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  H: date => date.getUTCHours(),
  k: date => date.getUTCHours() || 24,
  K: date => date.getUTCHours() % 12,
  h: date => date.getUTCHours() % 12 || 12,
  m: date => date.getUTCMinutes(),
  s: date => date.getUTCSeconds(),
  S: date => date.getUTCMilliseconds(),
  Z: (_, _width, offset) => offsetText(offset, ''),
  X: (_, width, offset) =>
    offset === 0 ? 'Z' : offsetText(offset, width > 2 ? ':' : '').slice(0, width < 2 ? 3 : undefined),
}

const fields = /([A-Za-z])\1*|'((?:[^']|'')*)'/g

/** `yyyy-MM-dd HH:mm:ss.SSS`, with texts in quotes. */
function formatted(at: number, pattern: string, zone: string): string {
  const date = local(at, zone)
  return pattern.replace(fields, (run: string, letter: string | undefined, text: string | undefined) => {
    if (letter === undefined) return text === '' ? "'" : text!.replaceAll("''", "'")
    const value = letters[letter]?.(date, run.length, date.getTime() - at) ?? run
    const shown = typeof value === 'number' ? String(value).padStart(run.length, '0') : value
    return letter === 'y' && run.length === 2 ? shown.slice(-2) : shown
  })
}

/** A letter of a pattern that means nothing; undefined when all do. */
const strange = (pattern: string): string | undefined =>
  [...pattern.matchAll(fields)].find(
    ([, letter]) => letter !== undefined && !Object.hasOwn(letters, letter),
  )?.[1]

const withField = ['get', 'set', 'withmin', 'withmax', 'roundfloor', 'roundceiling', 'roundhalf']

/** What is wrong with the first value of a method, where that is known while compiling. */
export function faultOfTime(name: string, first: Value): string | undefined {
  if (typeof first !== 'string') return undefined
  if (name === 'format') {
    const letter = strange(first)
    return letter === undefined
      ? undefined
      : `'${letter}' in the pattern '${first}' means nothing; texts stand in quotes`
  }
  if (!withField.includes(name)) return undefined
  const known = name.startsWith('round') ? units : name === 'get' ? Object.keys(parts) : Object.keys(setters)
  return known.includes(canonical(first)) ? undefined : `'${first}' is none of ${known.join(', ')}`
}

/** The time that a text shows, in ms; null when it does not fit the pattern. */
export function timeFrom(text: string, pattern: string, zone: string): number | null {
  if (pattern.toLowerCase() === 'iso') return isoTime(text, zone)
  const order: string[] = []
  let source = ''
  let last = 0
  for (const match of pattern.matchAll(fields)) {
    source += escaped(pattern.slice(last, match.index))
    last = match.index + match[0].length
    if (match[1] !== undefined && !'yMdHmsS'.includes(match[1])) return null
    if (match[1] === undefined) source += escaped(match[2] === '' ? "'" : match[2])
    else {
      order.push(match[1])
      source += `(\\d{1,${Math.max(match[0].length, 1)}})`
    }
  }
  const found = new RegExp(`^${source}${escaped(pattern.slice(last))}`).exec(text)
  if (!found) return null
  const value = (letter: string, otherwise: number) => {
    const place = order.indexOf(letter)
    return place < 0 ? otherwise : Number(found[place + 1])
  }
  const at = Date.UTC(
    value('y', 1970), value('M', 1) - 1, value('d', 1), value('H', 0), value('m', 0), value('s', 0), value('S', 0),
  ) // biome-ignore format: one date
  return instantOf(at, zone)
}

/** Without an offset it is local; what is left out of it is zero. */
function isoTime(text: string, zone: string): number | null {
  const hasOffset = /T.*(Z|[+-]\d{2}(:?\d{2})?)$/.test(text)
  const at = Date.parse(hasOffset ? text : text.includes('T') ? `${text}Z` : text)
  if (Number.isNaN(at)) return null
  return hasOffset ? at : instantOf(at, zone)
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
