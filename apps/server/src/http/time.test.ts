import { expect, test } from 'vitest'
import { instant, isoDuration, parseDuration, timeRange } from './time.ts'

const now = Date.UTC(2026, 5, 1, 12)
const at = { zone: 'Europe/Oslo', now }
const hour = 3_600_000

test.each([
  ['24h', 24 * hour],
  ['15m', 900_000],
  ['1.5h', 5_400_000],
  ['90s', 90_000],
  ['250ms', 250],
  ['7d', 168 * hour],
  ['2w', 336 * hour],
  ['PT15M', 900_000],
  ['P1DT12H', 36 * hour],
  ['P1W', 168 * hour],
  ['PT0.5S', 500],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', 'P', 'PT', 'h', '5', '-5m', '5 m', 'P1M', 'PT5', '1y'])('%j is no duration', text => {
  expect(parseDuration(text)).toBeUndefined()
})

test.each([
  [900_000, 'PT15M'],
  [3_600_000, 'PT1H'],
  [86_400_000, 'PT24H'],
  [1500, 'PT1.5S'],
  [5_430_000, 'PT1H30M30S'],
])('%d ms is %s', (ms, text) => {
  expect(isoDuration(ms)).toBe(text)
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  ['now', now],
  ['-24h', now - 24 * hour],
  ['+1h', now + hour],
  ['-PT15M', now - 900_000],
  [String(now), now],
  ['2026-06-01T12:00:00Z', now],
  ['2026-06-01T14:00:00+02:00', now],
  ['2026-06-01T14:00', now],
  ['2026-06-01', Date.UTC(2026, 4, 31, 22)],
])('%s is a time', (text, expected) => {
  expect(instant(text, 'from', at)).toBe(expected)
})

test.each(['', 'yesterday', '-', '-h', '2026-13-01', '12', '-24y'])(
  '%j is refused by the name of its field',
  text => {
    expect(() => instant(text, 'from', at)).toThrow(expect.objectContaining({ field: 'from' }))
  },
)

test('a range is the last day when nobody says, and runs forward', () => {
  expect(timeRange({}, at)).toEqual({ from: now - 24 * hour, to: now })
  expect(timeRange({ to: '-1h' }, at)).toEqual({ from: now - 25 * hour, to: now - hour })
  expect(() => timeRange({ from: 'now', to: '-1h' }, at)).toThrow('from: lies after to')
})
