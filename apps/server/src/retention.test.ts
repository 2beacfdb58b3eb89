import { FakeClock } from '@ohmstead/testkit'
import pino from 'pino'
import { expect, test } from 'vitest'
import { keepRetention, retainedFrom } from './retention.ts'

const now = Date.UTC(2026, 0, 31, 15, 30)

test.each([
  ['a site that is not there', undefined, null],
  ['a site that keeps all', { retentionDays: null }, null],
  ['ten whole days before today', { retentionDays: 10 }, Date.UTC(2026, 0, 21)],
])('%s', (_name, site, from) => expect(retainedFrom(site, now)).toBe(from))

function keeping(sites: { id: string; retentionDays: number | null }[], failing: string[] = []) {
  const clock = new FakeClock(now)
  const asked: string[] = []
  const end = keepRetention({
    sites: { all: () => sites },
    store: {
      async retain(before, site) {
        asked.push(`${site} ${new Date(before).toISOString().slice(0, 10)}`)
        if (failing.includes(site)) throw new Error('busy')
      },
    },
    clock,
    log: pino({ level: 'silent' }),
  })
  return { clock, asked, end }
}

test('each site keeps as long as it says, whatever the others say', async () => {
  const { clock, asked, end } = keeping([
    { id: 'short', retentionDays: 10 },
    { id: 'all', retentionDays: null },
    { id: 'long', retentionDays: 365 },
  ])
  await clock.advance(60_000)
  expect(asked).toEqual(['short 2026-01-21', 'long 2025-01-31'])
  end()
})

test('a failure with one site does not keep the others from it, and is tried again until the end', async () => {
  const sites = ['a', 'b'].map(id => ({ id, retentionDays: 10 }))
  const { clock, asked, end } = keeping(sites, ['a'])
  await clock.advance(24 * 3_600_000)
  expect(asked.map(line => line[0]).join('')).toBe('abababab')
  expect(asked.at(-1)).toBe('b 2026-01-22')
  end()
  await clock.advance(24 * 3_600_000)
  expect(asked).toHaveLength(8)
})
