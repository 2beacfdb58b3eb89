import { expect, test } from 'vitest'
import { aligned } from './aligned.ts'
import { withGaps } from './gaps.ts'

const minute = 60_000
const line = (minutes: number[]) =>
  withGaps({ times: minutes.map(at => at * minute), values: minutes }, minute)

test('a gap of one line stays one where another line has points', () => {
  const [times, , cut] = aligned([line([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), line([0, 1, 2, 9, 10])])
  const inGap = [...times].flatMap((at, index) => (at > 2 * minute && at < 9 * minute ? [cut![index]] : []))
  expect(inGap.length).toBeGreaterThan(5)
  expect(new Set(inGap)).toEqual(new Set([null]))
})

test('where only others have a point a line goes on', () => {
  const [times, , rare] = aligned([line([0, 1, 2, 3, 4]), line([0, 2, 4])])
  expect(times).toHaveLength(5)
  expect(rare).toEqual([0, undefined, 2, undefined, 4])
})

test('one line needs no alignment, and none is an empty table', () => {
  const one = line([0, 1, 2])
  expect(aligned([one])).toEqual([one.times, one.values])
  expect(aligned([])).toEqual([[]])
})
