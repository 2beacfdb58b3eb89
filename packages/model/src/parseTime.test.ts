import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { InvalidInput } from './errors.ts'
import { parseTime, tryParseTime } from './parseTime.ts'

/** UTF-16 units of every kind, lone surrogates among them. */
const anyText = (maxLength = 10) =>
  fc.array(fc.nat(0xffff), { maxLength }).map(units => String.fromCharCode(...units))

describe('a time is read', () => {
  test.each([
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00Z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01 00:00:00Z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01t00:00:00z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T01:00:00+0100', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T01:00:00+01', '2026-01-01T00:00:00.000Z'],
    ['2025-12-31T20:30:00-03:30', '2026-01-01T00:00:00.000Z'],
    ['2023-10-27 14:05:09 +0200', '2023-10-27T12:05:09.000Z'],
    ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.500Z'],
    ['2026-01-01T00:00:00,25Z', '2026-01-01T00:00:00.250Z'],
    ['2026-01-01T00:00:00.123456Z', '2026-01-01T00:00:00.123Z'],
    ['2026-01-01T00:00:00.999999999Z', '2026-01-01T00:00:00.999Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['20260101T000000Z', '2026-01-01T00:00:00.000Z'],
    ['20260101T0130+0130', '2026-01-01T00:00:00.000Z'],
    ['1767225600000', '2026-01-01T00:00:00.000Z'],
    // Without an offset: the site's local time, here Oslo's.
    ['2023-05-23T14:05:09.123456', '2023-05-23T12:05:09.123Z'],
    ['2023-01-23T14:05:09', '2023-01-23T13:05:09.000Z'],
    ['2023-01-23T14:05', '2023-01-23T13:05:00.000Z'],
    ['2023-01-23', '2023-01-22T23:00:00.000Z'],
    ['20230123', '2023-01-22T23:00:00.000Z'],
    ['20230123T140509', '2023-01-23T13:05:09.000Z'],
    // 02:30 happens twice: the earlier. It does not happen: half an hour after the gap begins.
    ['2024-10-27T02:30:00', '2024-10-27T00:30:00.000Z'],
    ['2024-10-27T03:00:00', '2024-10-27T02:00:00.000Z'],
    ['2024-03-31T02:30:00', '2024-03-31T01:30:00.000Z'],
    ['2024-03-31T02:00:00', '2024-03-31T01:00:00.000Z'],
    ['2024-03-31T03:00:00', '2024-03-31T01:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(new Date(parseTime(text, 'Europe/Oslo')).toISOString()).toBe(expected)
  })

  test.each([
    ['2011-12-30T12:00:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z'],
    ['2026-04-05T01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
    ['2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
    ['2010-11-07T00:00:30', 'America/St_Johns', '2010-11-07T02:30:30.000Z'],
    ['2026-05-01T05:45:00', 'Asia/Kathmandu', '2026-05-01T00:00:00.000Z'],
  ])('%s in %s', (text, zone, expected) => {
    expect(new Date(parseTime(text, zone)).toISOString()).toBe(expected)
  })

  test('epoch milliseconds, cut to whole ones', () => {
    expect(parseTime(1_767_225_600_000, 'UTC')).toBe(1_767_225_600_000)
    expect(parseTime(1_767_225_600_000.7, 'UTC')).toBe(1_767_225_600_000)
    expect(parseTime(-1, 'UTC')).toBe(-1)
  })
})

test.each([
  '',
  'now',
  '2026',
  '2026-01',
  '2026-1-1',
  '2026-02-29',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T12:60:00Z',
  '2026-01-01T12:00:61Z',
  '2026-01-01T12:00:00.Z',
  '2026-01-01T12:00:00+25:00',
  '2026-01-01T12:00:00+1',
  '2026-01-01T12:00:00+01:0',
  '2026-01-01T12:00:00+01:00x',
  '2026-01-01T12:00:00Z[Europe/Oslo]',
  '2026-01-01T12:00:00ZZ',
  '2026-01-01\0' + '12:00:00Z',
  '2026-01-01x12:00:00Z',
  '2026/01/01 12:00:00',
  '01.02.2026',
  '-2026-01-01T12:00:00Z',
  '0026-01-01',
  '9999-01-01T00:00:00',
  '２０２６-01-01T12:00:00Z',
  ' 2026-01-01T12:00:00Z',
  '99999999999999999',
  '1e12',
  NaN,
  Infinity,
  -Infinity,
  1e300,
])('%j is not a time', value => {
  expect(() => parseTime(value, 'Europe/Oslo')).toThrow(InvalidInput)
  expect(tryParseTime(value, 'Europe/Oslo')).toBeUndefined()
})

const zones = [
  'Europe/Oslo',
  'Europe/Paris',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'America/New_York',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Africa/Casablanca',
  'UTC',
]
const from = Date.UTC(1995, 0, 1)
const to = Date.UTC(2040, 0, 1)

test('local times are what Temporal makes of them', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: from, max: to }), (zone, ms) => {
      const text = new Date(ms).toISOString().slice(0, -1)
      const expected = Temporal.PlainDateTime.from(text).toZonedDateTime(zone, {
        disambiguation: 'compatible',
      })
      expect(parseTime(text, zone)).toBe(expected.epochMilliseconds)
    }),
    { numRuns: 1500 },
  )
})

test.each(zones)('around every change of the clocks in %s, too', zone => {
  let change = Temporal.Instant.fromEpochMilliseconds(from)
    .toZonedDateTimeISO(zone)
    .getTimeZoneTransition('next')
  while (change && change.epochMilliseconds < to) {
    for (const minutes of [-1500, -90, -60, -31, -30, -29, -1, 0, 1, 29, 30, 31, 59, 60, 61, 90, 1500]) {
      const local = change.toPlainDateTime().add({ minutes })
      const expected = local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
      if (parseTime(local.toString(), zone) !== expected) expect([zone, local.toString()]).toEqual([])
    }
    change = change.getTimeZoneTransition('next')
  }
})

test('instants written by Date come back, whatever their offset', () => {
  fc.assert(
    fc.property(fc.integer({ min: -5e12, max: 2e13 }), fc.integer({ min: -840, max: 840 }), (ms, minutes) => {
      const year = new Date(ms + minutes * 60_000).getUTCFullYear()
      fc.pre(year >= 100 && year <= 9999)
      const sign = minutes < 0 ? '-' : '+'
      const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
      const offset = `${sign}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`
      expect(parseTime(new Date(ms + minutes * 60_000).toISOString().slice(0, -1) + offset, 'UTC')).toBe(ms)
    }),
  )
})

test('no text makes it throw anything else', () => {
  const near = fc
    .tuple(fc.constant('2026-01-01T12:00:00.123+01:00'), fc.nat(28), anyText(2))
    .map(([text, at, part]) => text.slice(0, at) + part + text.slice(at + part.length))
  fc.assert(
    fc.property(fc.oneof(near, fc.string(), anyText()), text => {
      const at = tryParseTime(text, 'Europe/Oslo')
      expect(at === undefined || Number.isInteger(at)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
