import { expect, test } from 'vitest'
import { holds, pieces } from './series.ts'
import { sparkPath } from './sparkPath.ts'

const minute = 60_000
const points = (minutes: number[], values = minutes.map(() => 1)) => ({
  times: minutes.map(at => at * minute),
  values,
})
const every = (step: number, from: number, to: number) =>
  Array.from({ length: Math.round((to - from) / step) }, (_, at) => from + at * step)

test('a point holds for three times the usual distance around it', () => {
  expect(holds(points(every(5, 0, 50)), minute)).toEqual(Array(10).fill(15 * minute))
  expect(holds(points(every(0.1, 0, 1)), minute)).toEqual(Array(10).fill(3 * minute))
  expect(holds(points([0]), minute)).toEqual([3 * minute])
})

test('a line is cut at its gaps', () => {
  expect(pieces(points([0, 1, 2, 9, 10, 30]), minute)).toEqual([
    [0, 3],
    [3, 5],
    [5, 6],
  ])
  expect(pieces(points([]), minute)).toEqual([])
})

test('a device that spoke seldom and then often has no gap in between', () => {
  const mixed = points([...every(5, 0, 60), ...every(1, 60, 120)])
  expect(pieces(mixed, minute)).toEqual([[0, mixed.times.length]])
  const back = points([...every(1, 0, 60), ...every(5, 60, 120)])
  expect(pieces(back, minute)).toEqual([[0, back.times.length]])
})

test('and a gap among the seldom ones stays one', () => {
  const seldom = every(5, 0, 100).filter(at => at < 40 || at >= 70)
  expect(pieces(points([...seldom, ...every(1, 100, 160)]), minute)).toEqual([
    [0, 8],
    [8, 14 + 60],
  ])
})

const box = { from: 0, to: 10 * minute, leastMs: minute, width: 100, height: 20 }

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
