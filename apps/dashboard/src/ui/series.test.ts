import { expect, test } from 'vitest'
import { gapOf, pieces } from './series.ts'
import { sparkPath } from './sparkPath.ts'

const minute = 60_000
const points = (minutes: number[], values = minutes.map(() => 1)) => ({
  times: minutes.map(at => at * minute),
  values,
})

test('a gap is three times the usual distance', () => {
  expect(gapOf(points([0, 5, 10, 15, 40, 45]), minute)).toBe(15 * minute)
  expect(gapOf(points([0, 1]), minute)).toBe(3 * minute)
})

test('a line is cut at its gaps', () => {
  expect(pieces(points([0, 1, 2, 9, 10, 30]), 3 * minute)).toEqual([
    [0, 3],
    [3, 5],
    [5, 6],
  ])
  expect(pieces(points([]), minute)).toEqual([])
})

const box = { from: 0, to: 10 * minute, gapMs: 3 * minute, width: 100, height: 20 }

test('zero is always in the picture: above lies what is drawn, below what feeds in', () => {
  expect(sparkPath(points([0, 1], [10, 5]), box).zero).toBe(19)
  expect(sparkPath(points([0, 1], [-10, -5]), box).zero).toBe(1)
  expect(sparkPath(points([0, 1], [-10, 10]), box).zero).toBe(10)
})

test('a line of zeros lies on the ground', () => {
  expect(sparkPath(points([0, 2], [0, 0]), box)).toMatchObject({ zero: 19, line: 'M0 19L20 19' })
})

test('a gap parts the line, and a lonely point is a dash', () => {
  expect(sparkPath(points([0, 1, 10], [1, 1, 1]), box).line).toBe('M0 1L10 1M100 1L101 1')
})
