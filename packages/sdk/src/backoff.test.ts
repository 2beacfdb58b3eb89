import { expect, test } from 'vitest'
import { waitMs } from './backoff.ts'

test('waits double from the first to the most, in the upper half', () => {
  const lowest = { firstMs: 500, mostMs: 15_000, random: () => 0 }
  const highest = { ...lowest, random: () => 1 }
  const attempts = [1, 2, 3, 6, 60]
  expect(attempts.map(attempt => waitMs(attempt, highest))).toEqual([500, 1000, 2000, 15_000, 15_000])
  expect(attempts.map(attempt => waitMs(attempt, lowest))).toEqual([250, 500, 1000, 7500, 7500])
})
