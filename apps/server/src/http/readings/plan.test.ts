import { deviceId, type Series, siteId } from '@ohmstead/model'
import { expect, test } from 'vitest'
import { headOf, inOrder, naturalAggregate, planOf } from './plan.ts'

const zone = 'Europe/Oslo'
const day = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) }
const one = { zone, series: 1 }

test('raw when nobody asks for less', () => {
  expect(planOf({}, day, one)).toEqual({ plan: { kind: 'raw' }, resolution: 'raw' })
})

test('points ask for a shape, an aggregate for buckets', () => {
  expect(planOf({ points: 300 }, day, one)).toEqual({
    plan: { kind: 'shape', points: 300 },
    resolution: 'auto',
  })
  expect(planOf({ resolution: 'auto' }, day, one).plan).toEqual({ kind: 'shape', points: 1000 })
  const { plan, resolution } = planOf({ aggregate: 'max', points: 100 }, day, one)
  expect(plan).toEqual({ kind: 'buckets', buckets: { everyMs: 900_000 }, aggregate: 'max' })
  expect(resolution).toBe('PT15M')
})

test.each([
  ['900', 900_000, 'PT15M'],
  ['PT15M', 900_000, 'PT15M'],
  ['15m', 900_000, 'PT15M'],
  ['0.5', 500, 'PT0.5S'],
])('resolution %s is buckets of %d ms', (resolution, everyMs, name) => {
  expect(planOf({ resolution }, day, one)).toEqual({
    plan: { kind: 'buckets', buckets: { everyMs }, aggregate: undefined },
    resolution: name,
  })
})

test('a calendar step is the site’s: the day that loses an hour has 23', () => {
  const range = { from: Date.UTC(2026, 2, 27, 23), to: Date.UTC(2026, 2, 29, 22) }
  const { plan, resolution } = planOf({ resolution: 'day' }, range, one)
  const hours = 3_600_000
  expect(resolution).toBe('day')
  expect(plan).toMatchObject({
    buckets: { edges: [range.from, range.from + 24 * hours, range.from + 47 * hours] },
  })
})

test.each(['often', '', 'PT', '0', '-5', '1e9x'])('resolution %j is refused by name', resolution => {
  expect(() => planOf({ resolution }, day, one)).toThrow(expect.objectContaining({ field: 'resolution' }))
})

test('too many buckets are refused', () => {
  expect(() => planOf({ resolution: '1' }, day, { zone, series: 100 })).toThrow(
    expect.objectContaining({ code: 'OHM_QUERY_TOO_LARGE' }),
  )
})

test('a long range of an automatic step is whole weeks', () => {
  const range = { from: 0, to: 100 * 365 * 86_400_000 }
  expect(planOf({ aggregate: 'mean', points: 100 }, range, one).resolution).toBe('PT8904H')
})

const series = (measurement: string, field: string, device = 'a'): Series => ({
  id: 1,
  type: 'number',
  site: siteId('home'),
  device: deviceId(device),
  measurement,
  field,
  tags: {},
})

test('each field has its own way to become one value', () => {
  expect(naturalAggregate(series('electricalMeter', 'power'))).toBe('mean')
  expect(naturalAggregate(series('electricalMeter', 'energyImport'))).toBe('last')
  expect(naturalAggregate(series('unheardOf', 'x'))).toBe('mean')
  expect(naturalAggregate(series('constructor', 'toString'))).toBe('mean')
})

test('units are the catalogue’s; a count has none', () => {
  expect(headOf(series('electricalMeter', 'power'), 'raw')).toMatchObject({ unit: 'W', resolution: 'raw' })
  expect(headOf(series('electricalMeter', 'power'), 'day', 'count').unit).toBe('1')
  expect(headOf(series('unheardOf', 'x'), 'raw').unit).toBeNull()
})

test('answers are ordered by device, measurement and field', () => {
  const mixed = [series('m', 'b', 'b'), series('m', 'a', 'b'), series('z', 'z', 'a')]
  expect(inOrder(mixed)).toEqual([mixed[2], mixed[1], mixed[0]])
})
