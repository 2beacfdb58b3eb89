import { FakeClock } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Availability } from './availability.ts'

test('it probes until the store commits again, then lets everybody go', async () => {
  const clock = new FakeClock()
  let failures = 3
  let probes = 0
  const availability = new Availability(clock, async () => {
    probes++
    if (failures-- > 0) throw new Error('full')
  })
  await availability.recovered()
  await clock.advance(10_000)
  expect(probes).toBe(0)

  availability.lost()
  availability.lost()
  let waited = false
  const waiting = availability.recovered().then(() => (waited = true))
  await clock.advance(3000)
  expect([probes, waited, availability.down]).toEqual([3, false, true])
  await clock.advance(1000)
  await waiting
  expect([probes, availability.down]).toEqual([4, false])
  await clock.advance(10_000)
  expect(probes).toBe(4)
})

test('an ordinary commit that succeeds ends the outage without a probe', async () => {
  const clock = new FakeClock()
  let probes = 0
  const availability = new Availability(clock, async () => void probes++)
  availability.lost()
  availability.back()
  await clock.advance(10_000)
  expect([probes, availability.down]).toEqual([0, false])
})
