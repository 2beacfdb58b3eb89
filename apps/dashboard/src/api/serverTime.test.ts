import { expect, test } from 'vitest'
import { ServerTime } from './serverTime.ts'

const noon = Date.UTC(2026, 10, 21, 12)
const header = (at: number) => new Date(at).toUTCString()

test('ages follow the clock of the server when that of the reader is wrong', () => {
  const time = new ServerTime()
  time.observe(header(noon), noon + 3_600_000)
  expect(time.now(noon + 3_600_000)).toBe(noon + 500)
})

test('seconds that are only rounding change nothing', () => {
  const time = new ServerTime()
  time.observe(header(noon), noon + 2400)
  expect(time.now(noon)).toBe(noon)
})

test('an answer without a date says nothing', () => {
  const time = new ServerTime()
  time.observe(header(noon), noon + 60_000)
  time.observe(null, noon)
  time.observe('yesterday', noon)
  expect(time.now(noon + 60_000)).toBe(noon + 500)
})
