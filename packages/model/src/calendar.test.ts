import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bucket, type By, bucketStart, calendarBuckets, isoLocal, offsetMs } from './calendar.ts'
import { InvalidInput } from './errors.ts'
import { slotMs } from './slot.ts'
import { isZone } from './zone.ts'

const zones = [
  'Europe/Oslo',
  'Europe/Paris',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Noronha',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Africa/Cairo',
  'UTC',
]
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const at = (iso: string) => Date.parse(iso)
const hours = (buckets: Bucket[]) => buckets.map(({ start, end }) => (end - start) / hourMs)
const iso = (buckets: Bucket[], zone: string) => buckets.map(({ start }) => isoLocal(start, zone))

/** Local time by Intl: an oracle that shares no code with the calendar. */
function oracle(zone: string): (at: number) => { day: string; minute: number } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  return at => {
    const [day, clock] = format.format(at).split(', ') as [string, string]
    return { day, minute: Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5)) }
  }
}

function expectTiles(buckets: Bucket[], from: number, to: number) {
  expect(buckets[0]!.start).toBeLessThanOrEqual(from)
  expect(buckets[0]!.end).toBeGreaterThan(from)
  expect(buckets.at(-1)!.start).toBeLessThan(to)
  expect(buckets.at(-1)!.end).toBeGreaterThanOrEqual(to)
  for (const [i, { start, end }] of buckets.entries()) {
    if (!(end > start)) expect(end).toBeGreaterThan(start)
    if (i > 0 && start !== buckets[i - 1]!.end) expect(start).toBe(buckets[i - 1]!.end)
  }
}

describe('days', () => {
  const year = (zone: string, y: number) =>
    hours(calendarBuckets({ from: at(`${y}-01-02T00:00Z`), to: at(`${y}-12-30T00:00Z`) }, 'day', zone))
  const unusual = (zone: string, y: number) => year(zone, y).filter(length => length !== 24)

  test.each([
    ['Europe/Oslo', 2026, [23, 25]],
    ['Europe/Paris', 2024, [23, 25]],
    ['America/New_York', 2026, [23, 25]],
    ['America/St_Johns', 2026, [23, 25]],
    ['America/St_Johns', 2005, [23, 25]],
    ['Australia/Lord_Howe', 2026, [24.5, 23.5]],
    ['America/Sao_Paulo', 2018, [25, 23]],
    ['Africa/Casablanca', 2020, [25, 23]],
    ['Africa/Casablanca', 2018, [23, 25, 23]],
    ['Asia/Kolkata', 2026, []],
    ['Asia/Kathmandu', 2026, []],
    ['UTC', 2026, []],
  ] as const)('%s %d has days of unusual length %j', (zone, y, expected) => {
    expect(unusual(zone, y)).toEqual(expected)
  })

  test('begin at local midnight, on both sides of a change of the clocks', () => {
    const days = calendarBuckets(
      { from: at('2026-03-28T12:00Z'), to: at('2026-03-30T12:00Z') },
      'day',
      'Europe/Oslo',
    )
    expect(iso(days, 'Europe/Oslo')).toEqual([
      '2026-03-28T00:00:00+01:00',
      '2026-03-29T00:00:00+01:00',
      '2026-03-30T00:00:00+02:00',
    ])
    expect(hours(days)).toEqual([24, 23, 24])
  })

  test('begin at the end of the gap where midnight is skipped', () => {
    const day = calendarBuckets(
      { from: at('2018-11-04T12:00Z'), to: at('2018-11-04T13:00Z') },
      'day',
      'America/Sao_Paulo',
    )
    expect(iso(day, 'America/Sao_Paulo')).toEqual(['2018-11-04T01:00:00-02:00'])
    expect(hours(day)).toEqual([23])
  })

  test('Samoa had no 30 December 2011', () => {
    const days = calendarBuckets(
      { from: at('2011-12-29T12:00Z'), to: at('2012-01-01T00:00Z') },
      'day',
      'Pacific/Apia',
    )
    expect(iso(days, 'Pacific/Apia').map(text => text.slice(0, 10))).toEqual([
      '2011-12-29',
      '2011-12-31',
      '2012-01-01',
    ])
    expect(hours(days)).toEqual([24, 24, 24])
  })

  test.each(zones)('of 2000–2037 in %s are the days that Intl shows', zone => {
    const local = oracle(zone)
    const days = calendarBuckets({ from: at('2000-01-01T00:00Z'), to: at('2037-12-31T00:00Z') }, 'day', zone)
    expectTiles(days, at('2000-01-01T00:00Z'), at('2037-12-31T00:00Z'))
    for (const { start, end } of days) {
      const first = local(start).day
      // The last minute before the end is the same date, but where clocks went back over midnight.
      if (local(end - 1).day !== first || local(start - 60_000).day === first || local(end).day === first)
        expect([zone, new Date(start).toISOString(), local(end - 1).day]).toEqual([zone, '', first])
    }
    expect(new Set(days.map(({ start }) => local(start).day)).size).toBe(days.length)
  })

  test('of every zone on Earth begin on a slot', { timeout: 30_000 }, () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const days = calendarBuckets(
        { from: at('2026-01-01T00:00Z'), to: at('2027-01-01T00:00Z') },
        'day',
        zone,
      )
      const odd = days.filter(({ start }) => start % slotMs !== 0)
      expect(odd, zone).toEqual([])
    }
  })
})

describe('hours', () => {
  const hoursOf = (day: string, zone: string) => {
    const [bucket] = calendarBuckets({ from: at(day), to: at(day) + 1 }, 'day', zone)
    return calendarBuckets({ from: bucket!.start, to: bucket!.end }, 'hour', zone)
  }

  test('are 23 and 25 on the days the clocks change', () => {
    expect(hoursOf('2026-03-29T12:00Z', 'Europe/Oslo')).toHaveLength(23)
    const autumn = hoursOf('2026-10-25T12:00Z', 'Europe/Oslo')
    expect(autumn).toHaveLength(25)
    expect(iso(autumn, 'Europe/Oslo').slice(1, 5)).toEqual([
      '2026-10-25T01:00:00+02:00',
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T03:00:00+01:00',
    ])
  })

  test('begin at :30 UTC in India and at :15 in Nepal', () => {
    const range = { from: at('2026-05-01T00:00Z'), to: at('2026-05-01T01:00Z') }
    expect(calendarBuckets(range, 'hour', 'Asia/Kolkata').map(b => b.start)).toEqual([
      at('2026-04-30T23:30Z'),
      at('2026-05-01T00:30Z'),
    ])
    expect(calendarBuckets(range, 'hour', 'Asia/Kathmandu')[0]!.start).toBe(at('2026-04-30T23:15Z'))
  })

  test('are cut where Lord Howe moves its clocks by half an hour', () => {
    const autumn = hoursOf('2026-04-05T04:00Z', 'Australia/Lord_Howe')
    expect(iso(autumn, 'Australia/Lord_Howe').slice(1, 4)).toEqual([
      '2026-04-05T01:00:00+11:00',
      '2026-04-05T01:30:00+10:30',
      '2026-04-05T02:00:00+10:30',
    ])
    const spring = hoursOf('2026-10-04T04:00Z', 'Australia/Lord_Howe')
    expect(iso(spring, 'Australia/Lord_Howe').slice(1, 4)).toEqual([
      '2026-10-04T01:00:00+10:30',
      '2026-10-04T02:30:00+11:00',
      '2026-10-04T03:00:00+11:00',
    ])
  })

  test.each(zones)('of November 2008 to 2010 in %s show one clock hour each', zone => {
    const local = oracle(zone)
    const from = at('2008-11-01T00:00Z')
    const to = at('2010-02-01T00:00Z')
    const buckets = calendarBuckets({ from, to }, 'hour', zone)
    expectTiles(buckets, from, to)
    for (const { start, end } of buckets) {
      const first = local(start)
      const last = local(end - 60_000)
      const whole = Math.floor(first.minute / 60) === Math.floor(last.minute / 60) && first.day === last.day
      if (!whole || end - start > hourMs) expect([zone, new Date(start).toISOString()]).toEqual([])
    }
  })
})

describe('weeks, months, years', () => {
  test('a week begins on Monday', () => {
    const weeks = calendarBuckets(
      { from: at('2026-01-01T12:00Z'), to: at('2026-01-12T12:00Z') },
      'week',
      'Europe/Oslo',
    )
    expect(iso(weeks, 'Europe/Oslo').map(text => text.slice(0, 10))).toEqual([
      '2025-12-29',
      '2026-01-05',
      '2026-01-12',
    ])
  })

  test('the week of a change of the clocks has 167 hours', () => {
    const range = { from: at('2026-03-25T00:00Z'), to: at('2026-03-25T00:01Z') }
    expect(hours(calendarBuckets(range, 'week', 'Europe/Oslo'))).toEqual([167])
  })

  test('months follow each other over the year and February leaps', () => {
    const months = calendarBuckets(
      { from: at('2023-12-15T00:00Z'), to: at('2024-03-15T00:00Z') },
      'month',
      'UTC',
    )
    expect(months.map(({ start, end }) => (end - start) / dayMs)).toEqual([31, 31, 29, 31])
  })

  test('a year of Oslo begins at 23:00 UTC', () => {
    const [year] = calendarBuckets(
      { from: at('2026-06-01T00:00Z'), to: at('2026-06-02T00:00Z') },
      'year',
      'Europe/Oslo',
    )
    expect(year).toEqual({ start: at('2025-12-31T23:00Z'), end: at('2026-12-31T23:00Z') })
  })
})

describe('any range', () => {
  const by = fc.constantFrom<By>('slot', 'hour', 'day', 'week', 'month', 'year')
  const time = fc.integer({ min: at('1995-01-01T00:00Z'), max: at('2040-01-01T00:00Z') })
  const length = fc.integer({ min: 1, max: 40 * dayMs })

  test('is tiled without gap or overlap', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), by, time, length, (zone, by, from, length) => {
        expectTiles(calendarBuckets({ from, to: from + length }, by, zone), from, from + length)
      }),
      { numRuns: 250 },
    )
  })

  test('has buckets that do not depend on where the range begins', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), by, time, (zone, by, from) => {
        for (const bucket of calendarBuckets({ from, to: from + 3 * dayMs }, by, zone)) {
          const middle = Math.floor((bucket.start + bucket.end) / 2)
          expect(calendarBuckets({ from: middle, to: middle + 1 }, by, zone)).toEqual([bucket])
          expect(bucketStart(bucket.start, by, zone)).toBe(bucket.start)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('that is empty has no buckets', () => {
    expect(calendarBuckets({ from: 5, to: 5 }, 'day', 'UTC')).toEqual([])
    expect(calendarBuckets({ from: 5, to: 4 }, 'slot', 'UTC')).toEqual([])
  })

  test('that cannot be answered is refused', () => {
    expect(() => calendarBuckets({ from: NaN, to: 4 }, 'slot', 'UTC')).toThrow(InvalidInput)
    expect(() => calendarBuckets({ from: 0, to: Infinity }, 'slot', 'UTC')).toThrow(InvalidInput)
    expect(() => calendarBuckets({ from: 0, to: at('2100-01-01T00:00Z') }, 'slot', 'UTC')).toThrow('slot')
    expect(() => calendarBuckets({ from: 0, to: 1 }, 'day', 'Europe/Olso')).toThrow(InvalidInput)
  })
})

describe('zones', () => {
  test.each(zones)('%s is one', zone => expect(isZone(zone)).toBe(true))
  test.each(['', '+01:00', 'europe/oslo', 'Europe/Olso', 'Europe/Oslo ', '../etc', 'Z', 'constructor'])(
    '%j is none',
    name => expect(isZone(name)).toBe(false),
  )
  test('every zone that Intl lists is one', () => {
    expect(Intl.supportedValuesOf('timeZone').filter(zone => !isZone(zone))).toEqual([])
  })
})

describe('local time with offset', () => {
  test.each([
    ['2026-03-28T23:00:00Z', 'Europe/Oslo', '2026-03-29T00:00:00+01:00'],
    ['2026-03-29T01:00:00Z', 'Europe/Oslo', '2026-03-29T03:00:00+02:00'],
    ['2026-10-25T00:30:00Z', 'Europe/Oslo', '2026-10-25T02:30:00+02:00'],
    ['2026-10-25T01:30:00Z', 'Europe/Oslo', '2026-10-25T02:30:00+01:00'],
    ['2026-01-01T00:00:00Z', 'Asia/Kathmandu', '2026-01-01T05:45:00+05:45'],
    ['2026-01-01T00:00:00Z', 'America/St_Johns', '2025-12-31T20:30:00-03:30'],
    ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01T00:00:00+00:00'],
    ['2026-01-01T00:00:00.120Z', 'UTC', '2026-01-01T00:00:00.120+00:00'],
  ])('%s in %s is %s', (instant, zone, text) => expect(isoLocal(at(instant), zone)).toBe(text))

  test('names the same instant', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at('1995-01-01T00:00Z'), max: at('2040-01-01T00:00Z') }),
        (zone, instant) => {
          expect(Date.parse(isoLocal(instant, zone))).toBe(instant)
          const local = oracle(zone)(instant)
          expect(isoLocal(instant, zone).slice(0, 10)).toBe(local.day)
          expect(Math.abs(offsetMs(instant, zone)) % 60_000).toBe(0)
        },
      ),
      { numRuns: 250 },
    )
  })
})
