import { FakeClock } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Penalties } from './penalties.ts'

test('each offence doubles the back-off, up to the longest', () => {
  const penalties = new Penalties({ clock: new FakeClock(), firstMs: 1000, longestMs: 10_000 })
  expect([1, 2, 3, 4, 5, 6].map(() => penalties.offend('a'))).toEqual([
    1000, 2000, 4000, 8000, 10_000, 10_000,
  ])
})

test('a key is refused until its back-off has passed, others are not', async () => {
  const clock = new FakeClock()
  const penalties = new Penalties({ clock })
  penalties.offend('a')
  expect(penalties.refuses('a')).toBe(true)
  expect(penalties.refuses('b')).toBe(false)
  expect(penalties.active).toBe(1)
  await clock.advance(1000)
  expect(penalties.refuses('a')).toBe(false)
})

test('good behaviour is rewarded, a pardon works at once', async () => {
  const clock = new FakeClock()
  const penalties = new Penalties({ clock, forgivenAfterMs: 60_000 })
  penalties.offend('a')
  penalties.offend('a')
  await clock.advance(62_001)
  expect(penalties.offend('a')).toBe(1000)
  penalties.forgive('a')
  expect(penalties.refuses('a')).toBe(false)
})

test('some offences may be free', () => {
  const penalties = new Penalties({ clock: new FakeClock(), free: 2 })
  expect([1, 2, 3, 4].map(() => penalties.offend('a'))).toEqual([0, 0, 1000, 2000])
})

test('a clock that is set back locks nobody out', () => {
  let now = 1e12
  const penalties = new Penalties({ clock: { now: () => now, after: () => () => {} } })
  penalties.offend('a')
  now -= 2 * 24 * 3600 * 1000
  expect(penalties.refuses('a')).toBe(false)
})

test('memory is bounded: the oldest entry is forgotten', () => {
  const penalties = new Penalties({ clock: new FakeClock(), most: 3 })
  for (const key of ['a', 'b', 'c', 'd']) penalties.offend(key)
  expect(['a', 'b', 'c', 'd'].map(key => penalties.refuses(key))).toEqual([false, true, true, true])
})
