import { expect, test } from 'vitest'
import { newestOf, valueAt, withGaps } from './gaps.ts'

const minute = 60_000
const points = (minutes: number[]) => ({ times: minutes.map(at => at * minute), values: minutes })

test('a line is cut behind each piece', () => {
  const { times, values } = withGaps(points([0, 1, 2, 30, 31]), minute)
  expect(values).toEqual([0, 1, 2, null, 30, 31, null])
  expect(times[3]).toBe(2 * minute + 1)
})

test('a line without gaps stays as it is', () => {
  const whole = points([0, 1, 2])
  expect(withGaps(whole, minute)).toBe(whole)
  expect(withGaps(points([]), minute).times).toEqual([])
})

test('a value stands until the next one, and not in a gap', () => {
  const line = withGaps(points([0, 1, 2, 30, 31]), minute)
  expect(valueAt(line, 1.5 * minute)).toEqual({ time: minute, value: 1 })
  expect(valueAt(line, 10 * minute)).toBeNull()
  expect(valueAt(line, 30 * minute)).toEqual({ time: 30 * minute, value: 30 })
  expect(valueAt(line, -1)).toBeNull()
})

test('the newest point is one also when the line is cut behind it', () => {
  expect(newestOf(withGaps(points([0, 1, 2, 30, 31]), minute))).toEqual({ time: 31 * minute, value: 31 })
  expect(newestOf(withGaps(points([]), minute))).toBeNull()
})
