import { type By, calendarBuckets, isoLocal } from '@ohmstead/model'
import type { EnergyBucket } from '@ohmstead/sdk'
import { describe, expect, test } from 'vitest'
import { gapOf, hatchingOf, isEdited, qualityShares } from './certainty.ts'
import { changeOf, counterparts } from './compare.ts'
import { comparedWith, oddHours, type Period, periodOf, sizesOf, step, usualSize } from './period.ts'
import type { Span } from './search.ts'
import { completenessOf, fewer, inOrder, type Segment, segmentsOf, totalOf } from './segments.ts'

const oslo = 'Europe/Oslo'
const at = (text: string) => Date.parse(text)
const bucketsOf = ({ start, end }: Period, by: By) => calendarBuckets({ from: start, to: end }, by, oslo)
const said = ({ start, end }: { start: number; end: number }, zone = oslo) =>
  `${isoLocal(start, zone)} – ${isoLocal(end, zone)}`
const period = (span: Span, time: string, zone = oslo): Period =>
  periodOf({ span, at: at(time), from: '', to: '' }, zone)

describe('a period follows the clocks of the site', () => {
  test.each([
    ['hour', '2026-11-17T14:00:00+01:00 – 2026-11-17T15:00:00+01:00'],
    ['day', '2026-11-17T00:00:00+01:00 – 2026-11-18T00:00:00+01:00'],
    ['week', '2026-11-16T00:00:00+01:00 – 2026-11-23T00:00:00+01:00'],
    ['month', '2026-11-01T00:00:00+01:00 – 2026-12-01T00:00:00+01:00'],
    ['year', '2026-01-01T00:00:00+01:00 – 2027-01-01T00:00:00+01:00'],
    ['years', '2022-01-01T00:00:00+01:00 – 2027-01-01T00:00:00+01:00'],
  ] as const)('%s', (span, expected) => {
    expect(said(period(span, '2026-11-17T13:20:00Z'))).toBe(expected)
  })

  test('dates that the reader chose are both included, in either order', () => {
    const wanted = { span: 'custom', at: 0, from: '2026-03-30', to: '2026-03-28' } as const
    expect(said(periodOf(wanted, oslo))).toBe('2026-03-28T00:00:00+01:00 – 2026-03-31T00:00:00+02:00')
  })

  test('days when clocks change have 23 and 25 hours and say so', () => {
    const spring = period('day', '2026-03-29T10:00:00Z')
    const autumn = period('day', '2026-10-25T10:00:00Z')
    expect([spring, autumn].map(day => oddHours(day, 'day'))).toEqual([23, 25])
    expect(oddHours(period('day', '2026-11-17T10:00:00Z'), 'day')).toBeNull()
    expect(oddHours(period('week', '2026-10-25T10:00:00Z'), 'week')).toBeNull()
  })
})

describe('stepping', () => {
  test('there and back is the same, over changes of the clocks, leap days and year ends', () => {
    for (const zone of [oslo, 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Kathmandu'])
      for (const span of ['hour', 'day', 'week', 'month', 'year', 'years'] as const)
        for (const time of [
          '2026-03-28T23:30:00Z',
          '2026-10-25T00:30:00Z',
          '2028-02-29T12:00:00Z',
          '2018-11-04T05:00:00Z',
        ]) {
          const here = period(span, time, zone)
          const after = step(here, 1, zone)
          expect(after.start, `${span} after ${time} in ${zone}`).toBe(here.end)
          expect(step(after, -1, zone)).toEqual(here)
        }
  })

  test('a custom range moves by its own number of days, whatever their length', () => {
    const here = periodOf({ span: 'custom', at: 0, from: '2026-03-27', to: '2026-03-29' }, oslo)
    expect(said(step(here, 1, oslo))).toBe('2026-03-30T00:00:00+02:00 – 2026-04-02T00:00:00+02:00')
    expect(step(step(here, 1, oslo), -1, oslo)).toEqual(here)
  })
})

describe('comparing', () => {
  test.each([
    ['day', 'previous', '2026-11-16T00:00:00+01:00 – 2026-11-17T00:00:00+01:00'],
    ['day', 'weekday', '2026-11-10T00:00:00+01:00 – 2026-11-11T00:00:00+01:00'],
    ['day', 'year', '2025-11-17T00:00:00+01:00 – 2025-11-18T00:00:00+01:00'],
    ['week', 'year', '2025-11-17T00:00:00+01:00 – 2025-11-24T00:00:00+01:00'],
    ['month', 'weekday', '2026-09-27T00:00:00+02:00 – 2026-10-27T00:00:00+01:00'],
    ['month', 'year', '2025-11-01T00:00:00+01:00 – 2025-12-01T00:00:00+01:00'],
    ['hour', 'weekday', '2026-11-10T14:00:00+01:00 – 2026-11-10T15:00:00+01:00'],
  ] as const)('%s with %s', (span, comparison, expected) => {
    expect(said(comparedWith(period(span, '2026-11-17T13:20:00Z'), comparison, oslo)!)).toBe(expected)
  })

  test('the same weekday of a week is the week before: it is not offered twice', () => {
    expect(comparedWith(period('week', '2026-11-17T13:20:00Z'), 'weekday', oslo)).toBeNull()
  })

  test('a leap day is compared with the 28th', () => {
    const leap = comparedWith(period('day', '2028-02-29T12:00:00Z'), 'year', oslo)!
    expect(said(leap)).toBe('2027-02-28T00:00:00+01:00 – 2027-03-01T00:00:00+01:00')
  })

  const hours = (time: string) => bucketsOf(period('day', time), 'hour')
  const pairs = (now: string, earlier: string) =>
    counterparts(hours(now), hours(earlier), 'hour', oslo).map(
      other => other && isoLocal(other.start, oslo).slice(11),
    )

  test('on a day of 25 hours the evening meets the evening, and the second two o’clock nothing', () => {
    const met = pairs('2026-10-25T12:00:00Z', '2026-10-24T12:00:00Z')
    expect(met).toHaveLength(25)
    expect(met.slice(1, 5)).toEqual(['01:00:00+02:00', '02:00:00+02:00', null, '03:00:00+02:00'])
    expect(met.at(-1)).toBe('23:00:00+02:00')
  })

  test('on a day of 23 hours the hour that was not is passed over', () => {
    const met = pairs('2026-03-29T12:00:00Z', '2026-03-28T12:00:00Z')
    expect(met).toHaveLength(23)
    expect(met.slice(1, 3)).toEqual(['01:00:00+01:00', '03:00:00+01:00'])
  })

  test('an unfinished week is held against as much of the other', () => {
    const pairs = [
      { end: 1, now: 10, earlier: 8 },
      { end: 2, now: null, earlier: 8 },
      { end: 3, now: 1, earlier: 8 },
    ]
    expect(changeOf(pairs, 2)).toEqual({ now: 10, earlier: 8, share: 0.25 })
    expect(changeOf(pairs, 0)).toBeNull()
    expect(changeOf([{ end: 1, now: 3, earlier: 0 }], 2)!.share).toBeNull()
  })
})

test('bars are neither one nor thousands', () => {
  for (const span of ['hour', 'day', 'week', 'month', 'year', 'years'] as const)
    for (const by of sizesOf(period(span, '2026-11-17T13:20:00Z'), oslo)) {
      const bars = bucketsOf(period(span, '2026-11-17T13:20:00Z'), by).length
      expect(bars, `${span} by ${by}`).toBeGreaterThan(1)
      expect(bars, `${span} by ${by}`).toBeLessThanOrEqual(750)
    }
  for (const [from, to] of [
    ['2026-11-17', '2026-11-17'],
    ['2020-01-01', '2026-11-17'],
  ] as const) {
    const custom = periodOf({ span: 'custom', at: 0, from, to }, oslo)
    expect(sizesOf(custom, oslo)).toContain(usualSize(custom, oslo))
  }
})

const bucket = (importWh: number | null, more: Partial<EnergyBucket> = {}): EnergyBucket => ({
  start: '2026-11-17T00:00:00+01:00',
  end: '2026-11-18T00:00:00+01:00',
  importWh,
  exportWh: null,
  completeness: importWh === null ? 0 : 1,
  quality: importWh === null ? { missing: 1 } : { measured: 1 },
  ...more,
})
const group = (key: string, ...buckets: EnergyBucket[]) => ({ key, buckets })

describe('segments', () => {
  const parents: Record<string, string> = { fridge: 'mains', solar: 'mains', heater: 'board', board: 'mains' }
  const tree = {
    parentOf: (id: string) => parents[id] ?? null,
    placeOf: (id: string) => (id === 'fridge' ? 'kitchen' : ''),
  }
  const solar = bucket(0, { exportWh: 4000 })
  const mains = bucket(5000, { exportWh: 3000 })
  const meters = [
    group('mains', mains),
    group('fridge', bucket(1000)),
    group('solar', solar),
    group('heater', bucket(3500)),
  ]
  const find = (all: Segment[], key: string) => all.find(one => one.key === key)!

  test('add up to what came from the grid and the sun; a rest is named and nothing counts twice', () => {
    const segments = segmentsOf(meters, 'device', tree)
    const rest = find(segments, 'mains')
    expect(rest.kind).toBe('untracked')
    // 5000 in − 3000 out + 4000 of the sun − 1000 − 3500
    expect(rest.buckets[0]).toMatchObject({ importWh: 1500, exportWh: 0 })
    const used = segments.reduce((sum, one) => sum + (totalOf(one, 'importWh') ?? 0), 0)
    const fedIn = segments.reduce((sum, one) => sum + (totalOf(one, 'exportWh') ?? 0), 0)
    expect(used - fedIn).toBe(5000 - 3000)
  })

  test('a board without energy of its own passes its meters on to the one above', () => {
    expect(
      segmentsOf(meters, 'device', tree)
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(['fridge', 'heater', 'mains', 'solar'])
  })

  test('by place the rest stays a segment of its own', () => {
    const segments = segmentsOf(meters, 'place', tree)
    expect(segments.map(({ key, kind }) => `${kind} ${key}`).toSorted()).toEqual([
      'place ',
      'place kitchen',
      'untracked mains',
    ])
  })

  test('what nobody measured cannot be less than nothing: it fed in', () => {
    const rest = find(
      segmentsOf([group('mains', bucket(100)), group('fridge', bucket(130))], 'device', tree),
      'mains',
    )
    expect(rest.buckets[0]).toMatchObject({ importWh: 0, exportWh: 30 })
  })

  test('the rest of an unknown whole is unknown; an unknown part makes the rest incomplete', () => {
    const unknown = find(
      segmentsOf([group('mains', bucket(null)), group('fridge', bucket(1))], 'device', tree),
      'mains',
    )
    expect(unknown.buckets[0]!.importWh).toBeNull()
    const partly = find(
      segmentsOf([group('mains', bucket(9)), group('fridge', bucket(null))], 'device', tree),
      'mains',
    )
    expect(partly.buckets[0]).toMatchObject({ importWh: 9, completeness: 0, quality: { missing: 1 } })
  })

  test('a rest is estimated as far as any of its parts', () => {
    const estimated = bucket(1, { quality: { measured: 0.7, estimated: 0.3 } })
    const rest = find(
      segmentsOf([group('mains', bucket(9)), group('fridge', estimated)], 'device', tree),
      'mains',
    )
    expect(rest.buckets[0]!.quality).toMatchObject({ measured: 0.7, estimated: 0.3 })
  })

  test('meters in a circle end nowhere and stay for themselves', () => {
    const circle = { parentOf: (id: string) => (id === 'a' ? 'b' : 'a'), placeOf: () => '' }
    expect(() => segmentsOf([group('a', bucket(1)), group('b', bucket(1))], 'device', circle)).not.toThrow()
  })

  test('the largest come first, the rest last, and many small ones become one that says how many', () => {
    const all = [...'abcdefghij'].map((key, at) => group(key, bucket(at + 1)))
    const ordered = inOrder(
      segmentsOf([group('mains', bucket(90)), ...all], 'device', {
        ...tree,
        parentOf: id => (id === 'mains' ? null : 'mains'),
      }),
    )
    const { segments, others } = fewer(ordered, 8)
    expect(segments.map(({ key, kind }) => (kind === 'meter' ? key : kind))).toEqual([
      ...'jihgfed',
      'others',
      'untracked',
    ])
    expect(others).toBe(3)
    expect(totalOf(segments[7]!, 'importWh')).toBe(1 + 2 + 3)
    expect(segments.reduce((sum, one) => sum + totalOf(one, 'importWh')!, 0)).toBe(90)
  })
})

describe('what is known', () => {
  test('bars are hatched by how much of them was not measured', () => {
    const of = (quality: EnergyBucket['quality'], completeness = 1) =>
      hatchingOf(bucket(1, { quality, completeness }))
    expect(of({ measured: 1 })).toBe('none')
    expect(of({ measured: 0.97, estimated: 0.03 })).toBe('some')
    expect(of({ measured: 0.4, interpolated: 0.3, estimated: 0.3 })).toBe('most')
    expect(of({ measured: 0.1, estimated: 0.1, missing: 0.8 }, 0.2)).toBe('most')
    expect(of({ missing: 1 }, 0)).toBe('none')
    expect(of({ edited: 1 })).toBe('none')
  })

  test('a blank bar has a reason', () => {
    expect(gapOf(bucket(null), 10, 5)).toBe('ahead')
    expect(gapOf(bucket(null), 0, 5)).toBe('unknown')
    expect(gapOf(bucket(1, { completeness: 0.5 }), 0, 5)).toBe('partly')
    expect(gapOf(bucket(0), 0, 5)).toBeNull()
  })

  test('shares are told in one order, and an edit is seen', () => {
    const edited = bucket(1, { quality: { measured: 0.5, missing: 0.1, edited: 0.25, interpolated: 0.15 } })
    expect(qualityShares(edited).map(({ name }) => name)).toEqual(['interpolated', 'edited', 'missing'])
    expect(isEdited(edited)).toBe(true)
    expect(isEdited(bucket(1))).toBe(false)
  })

  test('completeness weighs by the time that has been', () => {
    const start = at('2026-11-17T00:00:00Z')
    const hour = 3_600_000
    const part = (from: number, to: number, completeness: number) => ({
      start: new Date(start + from * hour).toISOString(),
      end: new Date(start + to * hour).toISOString(),
      completeness,
    })
    const parts = [part(0, 2, 1), part(2, 4, 0), part(4, 6, 0)]
    expect(completenessOf(parts, start + 3 * hour)).toBeCloseTo(2 / 3, 9)
    expect(completenessOf(parts, start - 1)).toBeNull()
  })
})
