import { expect, test } from 'vitest'
import { liveness } from './liveness.ts'

const second = 1000
const minute = 60 * second
const now = 1_000 * minute
const state = (
  ageMs: number | null,
  cadenceMs: number | null,
  more: { enabled?: boolean; connected?: boolean | null } = {},
) =>
  liveness(
    {
      heardAt: ageMs === null ? null : now - ageMs,
      intervals: cadenceMs === null ? [] : [cadenceMs],
      connected: more.connected ?? null,
    },
    { enabled: more.enabled ?? true, now },
  )

test.each([
  ['a meter of 1 s', second, 15 * second, 3 * minute],
  ['a plug of 30 s', 30 * second, 90 * second, 5 * minute],
  ['a meter of 15 min', 15 * minute, 45 * minute, 150 * minute],
  ['one whose cadence is not known', null, 2 * minute, 15 * minute],
])('%s is late after three of its intervals, silent after ten', (_, cadence, lateAfter, silentAfter) => {
  expect(state(lateAfter, cadence)).toBe('live')
  expect(state(lateAfter + 1, cadence)).toBe('late')
  expect(state(silentAfter, cadence)).toBe('late')
  expect(state(silentAfter + 1, cadence)).toBe('silent')
})

test('a broken connection confirms silence early, but never contradicts a fresh reading', () => {
  expect(state(5 * second, second, { connected: false })).toBe('live')
  expect(state(20 * second, second, { connected: false })).toBe('silent')
  expect(state(20 * second, second, { connected: true })).toBe('late')
})

test('off is off, and what was never heard is new', () => {
  expect(state(second, second, { enabled: false })).toBe('off')
  expect(state(null, null)).toBe('new')
  expect(state(null, null, { enabled: false })).toBe('off')
})

test('a reading from the future is live', () => {
  expect(state(-minute, second)).toBe('live')
})
