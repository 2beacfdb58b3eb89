import { FakeClock } from '@ohmstead/testkit'
import pino from 'pino'
import { expect, test } from 'vitest'
import { keepRetention, retainedFrom } from './retention.ts'

const now = Date.UTC(2026, 0, 31)
const days = (...all: (number | null)[]) => all.map(retentionDays => ({ retentionDays }))

test.each([
  ['no site', days(), null],
  ['one site that keeps all', days(null), null],
  ['one that keeps all among others', days(10, null, 20), null],
  ['the longest decides', days(10, 20), Date.UTC(2026, 0, 11)],
])('%s', (_name, sites, from) => expect(retainedFrom(sites, now)).toBe(from))

test('it looks again and again, also after a failure, until it is ended', async () => {
  const clock = new FakeClock(now)
  const asked: number[] = []
  const end = keepRetention({
    sites: { all: () => days(10) as never },
    store: {
      async retain(before) {
        asked.push(before)
        throw new Error('busy')
      },
    },
    clock,
    log: pino({ level: 'silent' }),
  })
  await clock.advance(24 * 3_600_000)
  expect(asked.length).toBe(4)
  end()
  await clock.advance(24 * 3_600_000)
  expect(asked.length).toBe(4)
})
