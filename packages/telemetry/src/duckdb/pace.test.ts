import { FakeClock } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

test('many values a second are busy, until they have stopped for some seconds', async () => {
  const clock = new FakeClock(0)
  const pace = new Pace(clock)
  expect(pace.isBusy).toBe(false)
  for (let n = 0; n < 50; n++) {
    pace.note(50_000)
    await clock.advance(50)
  }
  expect(pace.isBusy).toBe(true)
  await clock.advance(3000)
  expect(pace.isBusy).toBe(false)
})

test('a few values a second never are', async () => {
  const clock = new FakeClock(0)
  const pace = new Pace(clock)
  for (let n = 0; n < 500; n++) {
    pace.note(1000)
    await clock.advance(10)
  }
  expect(pace.isBusy).toBe(false)
})
