import type { Energy } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { comparedWith, dayAfter, lastQuarter, weekBefore } from './weekday.ts'

/** A day of quarter hours from midnight on, Wh each; null for what is not known. */
function day(...slots: (number | null)[]): Energy {
  const clock = (at: number) =>
    `2026-03-22T${String(Math.floor(at / 4)).padStart(2, '0')}:${String((at % 4) * 15).padStart(2, '0')}:00+01:00`
  const buckets = slots.map((importWh, at) => ({
    ...{ start: clock(at), end: clock(at + 1), importWh, exportWh: null },
    ...{ completeness: importWh === null ? 0 : 1, quality: {} },
  }))
  return { by: 'slot', timezone: 'Europe/Oslo', groups: [{ key: 'home', buckets }] }
}

test('both days count up to the same time of the clock', () => {
  expect(comparedWith(day(100, 120, 999), day(100, 100, 1, 1), 'home', '00:30')).toBeCloseTo(0.1)
  expect(comparedWith(day(50, 999), day(100), 'home', '00:15')).toBe(-0.5)
})

test.each([
  ['at midnight nothing is over', day(100), day(100), '00:00'],
  ['today is not known', day(100, null), day(100, 100), '00:30'],
  ['the other day is not known', day(100, 100), day(100, null), '00:30'],
  ['nothing was drawn then', day(100), day(0), '00:15'],
  ['the site has no meter', day(), day(), '12:00'],
])('%s: no comparison', (_what, today, other, until) => {
  expect(comparedWith(today, other, 'home', until)).toBeNull()
})

test('a week before, a day after, and the last quarter that is over', () => {
  expect(weekBefore('2026-03-03')).toBe('2026-02-24')
  expect(dayAfter('2026-02-28')).toBe('2026-03-01')
  expect(lastQuarter(Date.UTC(2026, 0, 1, 10, 44, 59))).toBe(Date.UTC(2026, 0, 1, 10, 30))
})
