import fc from 'fast-check'
import { expect, test } from 'vitest'
import { between, isRising, merge, ordered, type Run } from './run.ts'

const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.double({ noNaN: true })), {
  maxLength: 60,
})

function runOf(points: readonly (readonly [number, number])[]): Run {
  return ordered(
    Float64Array.from(points, ([time]) => time),
    Float64Array.from(points, ([, value]) => value),
  )
}

function inOrder(map: Map<number, number>): [number, number][] {
  return [...map].sort(([a], [b]) => a - b)
}

const pairs = (run: Run) => Array.from(run.times, (time, i) => [time, run.values[i]])

test('arrivals become one point a time, the last to arrive winning', () => {
  fc.assert(
    fc.property(arrivals, points => {
      const run = runOf(points)
      expect(isRising(run.times)).toBe(true)
      expect(pairs(run)).toEqual(inOrder(new Map(points)))
    }),
  )
})

test('merging two runs equals arriving one after the other', () => {
  fc.assert(
    fc.property(arrivals, arrivals, (older, newer) => {
      expect(pairs(merge(runOf(older), runOf(newer)))).toEqual(inOrder(new Map([...older, ...newer])))
    }),
  )
})

test('a range holds its start and not its end', () => {
  const run = runOf([1, 2, 3, 4].map(time => [time, time * 10]))
  expect(pairs(between(run, 2, 4))).toEqual([
    [2, 20],
    [3, 30],
  ])
  expect(pairs(between(run, 5, 9))).toEqual([])
})

test('texts order and merge as numbers do', () => {
  const older: Run = ordered(Float64Array.of(3, 1, 3), ['c', 'a', 'C'])
  const newer: Run = { times: Float64Array.of(1, 2), values: ['A', 'B'] }
  expect(merge(older, newer)).toEqual({ times: Float64Array.of(1, 2, 3), values: ['A', 'B', 'C'] })
})
