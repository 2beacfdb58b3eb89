import { expect, test } from 'vitest'
import { type SeriesKey, sameSeries, seriesOf, seriesText } from './seriesKey.ts'

const key = (more: Partial<SeriesKey> = {}): SeriesKey => ({
  device: 'washer',
  measurement: 'electricalMeter',
  field: 'power',
  tags: {},
  ...more,
})

test.each([
  key(),
  key({ measurement: 'a/b?c', field: 'été #1' }),
  key({ tags: { phase: '1', 'a=b': 'c&d' } }),
])('a series comes back from its text: %j', one => {
  expect(seriesOf(seriesText(one))).toEqual(one)
})

test('the order of tags does not matter, their values do', () => {
  const one = key({ tags: { a: '1', b: '2' } })
  expect(sameSeries(one, key({ tags: { b: '2', a: '1' } }))).toBe(true)
  expect(sameSeries(one, key({ tags: { a: '1', b: '3' } }))).toBe(false)
})

test.each(['', 'a/b', 'a/b/c/d', '//', '%E0%A4/b/c'])('%j names no series', text => {
  expect(seriesOf(text)).toBeUndefined()
})
