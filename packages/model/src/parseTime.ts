import type { Instant } from './clock.ts'
import { InvalidInput } from './errors.ts'
import { zoneOf } from './zone.ts'

const maxInstant = 8.64e15
const minuteMs = 60_000
const earliestLocal = Date.UTC(1900, 0, 1)
const latestLocal = Date.UTC(2200, 0, 1)

/**
 * An instant from what a person or a device writes.
 * - ISO 8601 with `Z` or an offset: `2026-01-01T12:00:00.25+01:00`. A space may stand for the `T`, seconds may be left out,
 *   decimals beyond milliseconds are cut, a leap second is the second after it. Basic format: `20260101T120000Z`.
 * - The same without an offset: local time of `zone`, as Python's `datetime.isoformat()` writes it. Shown twice by a change
 *   of the clocks: the earlier. Skipped by one: as long after the change. A date alone is local midnight. Years 1900 to 2200.
 * - Epoch milliseconds, a number or 10 to 16 digits.
 * @throws InvalidInput `time`
 */
export function parseTime(text: string | number, zone: string): Instant {
  const at = tryParseTime(text, zone)
  if (at !== undefined) return at
  throw new InvalidInput('time', timeExpected)
}

export const timeExpected = 'expected ISO 8601 such as 2026-01-01T12:00:00Z, or epoch milliseconds'

/** As parseTime, with undefined for what is not a time: exceptions cost too much where readings pour in. */
export function tryParseTime(text: string | number, zone: string): Instant | undefined {
  const at = typeof text === 'number' ? Math.floor(text) : parseText(text, zone)
  return Math.abs(at) <= maxInstant ? at : undefined
}

/** NaN is "not a time" from here down: it passes through arithmetic. */
function parseText(text: string, zone: string): number {
  if (text.length > 40) return NaN
  if (text.charCodeAt(4) === hyphen) return parseExtended(text, zone)
  if (/^-?\d{10,16}$/.test(text)) return Number(text)
  const basic = /^(\d{4})(\d\d)(\d\d)(?:[Tt ](\d\d)(\d\d)(?:(\d\d)([.,]\d+)?)?(.*))?$/.exec(text)
  if (!basic) return NaN
  const [, year, month, day, hour, minute, second = '00', decimals = '', offset = ''] = basic
  if (hour === undefined) return parseExtended(`${year}-${month}-${day}`, zone)
  return parseExtended(`${year}-${month}-${day}T${hour}:${minute}:${second}${decimals}${offset}`, zone)
}

const hyphen = 0x2d
const plus = 0x2b
const colon = 0x3a
const dot = 0x2e
const comma = 0x2c
const space = 0x20
const letterT = 0x74
const letterZ = 0x7a

/** `YYYY-MM-DD[THH:MM[:SS[.decimals]][offset]]`, by character codes. */
function parseExtended(text: string, zone: string): number {
  const length = text.length
  if (text.charCodeAt(7) !== hyphen) return NaN
  const date = dateMs(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2))
  if (length === 10) return local(date, zone)
  const separator = text.charCodeAt(10)
  if ((separator !== space && (separator | 0x20) !== letterT) || text.charCodeAt(13) !== colon) return NaN
  let ms = date + timeMs(digits(text, 11, 2), digits(text, 14, 2))
  let at = 16
  if (text.charCodeAt(at) === colon) {
    const second = digits(text, 17, 2)
    // A leap second has no instant of its own.
    if (!(second <= 60)) return NaN
    ms += second * 1000
    at = 19
    const mark = text.charCodeAt(at)
    if (mark === dot || mark === comma) {
      const end = digitsEnd(text, at + 1)
      if (end === at + 1) return NaN
      ms += milliseconds(text, at + 1, end)
      at = end
    }
  }
  if (at === length) return local(ms, zone)
  return ms - offsetMinutes(text, at) * minuteMs
}

function local(ms: number, zone: string): number {
  // A zone's table is made year by year: no stranger's time makes it endless.
  return ms >= earliestLocal && ms <= latestLocal ? zoneOf(zone).resolve(ms).at : NaN
}

/** The offset from `at` to the end of the text: `Z`, `+01`, `+0100`, `+01:00`, a space before it. */
function offsetMinutes(text: string, at: number): number {
  if (text.charCodeAt(at) === space) at++
  const sign = text.charCodeAt(at)
  const rest = text.length - at - 1
  if ((sign | 0x20) === letterZ) return rest === 0 ? 0 : NaN
  if (sign !== plus && sign !== hyphen) return NaN
  const withColon = text.charCodeAt(at + 3) === colon
  if (rest !== 2 && rest !== (withColon ? 5 : 4)) return NaN
  const hours = digits(text, at + 1, 2)
  const minutes = rest === 2 ? 0 : digits(text, at + (withColon ? 4 : 3), 2)
  if (!(hours <= 18 && minutes <= 59)) return NaN
  return sign === hyphen ? -(hours * 60 + minutes) : hours * 60 + minutes
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function dateMs(year: number, month: number, day: number): number {
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1)) return NaN
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (!(day <= monthDays[month - 1]! + (leapDay ? 1 : 0))) return NaN
  return Date.UTC(year, month - 1, day)
}

function timeMs(hour: number, minute: number): number {
  return hour <= 23 && minute <= 59 ? (hour * 60 + minute) * minuteMs : NaN
}

/** `count` digits as a number; NaN when one is not a digit. */
function digits(text: string, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return NaN
    value = value * 10 + digit
  }
  return value
}

function digitsEnd(text: string, at: number): number {
  while (text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++
  return at
}

function milliseconds(text: string, from: number, to: number): number {
  let value = 0
  for (let i = 0; i < 3; i++) value = value * 10 + (from + i < to ? text.charCodeAt(from + i) - 48 : 0)
  return value
}
