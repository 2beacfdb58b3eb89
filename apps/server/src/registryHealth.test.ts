import { RegistryUnavailable } from '@ohmstead/registry'
import { FakeClock } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Health } from './health.ts'
import { watchRegistryHealth } from './registryHealth.ts'

function watched() {
  const clock = new FakeClock(0)
  const asked: string[] = []
  let away = false
  const answer = async (what: string) => {
    asked.push(what)
    if (away) throw new RegistryUnavailable('gone')
  }
  const health = new Health(() => {})
  const registry = { ping: () => answer('ping'), refresh: () => answer('refresh') }
  const watch = watchRegistryHealth({ registry, health, clock })
  return { clock, asked, health, watch, away: (is: boolean) => void (away = is) }
}

test('a database that goes away is a trouble, and memory is read again when it is back', async () => {
  const { clock, asked, health, away } = watched()
  await clock.advance(0)
  await clock.advance(5_000)
  expect([health.ready, asked]).toEqual([true, ['ping', 'ping']])
  away(true)
  await clock.advance(5_000)
  expect(health.report()).toMatchObject([{ part: 'registry', reason: expect.stringContaining('gone') }])
  away(false)
  await clock.advance(5_000)
  expect([health.ready, asked.at(-1)]).toEqual([true, 'refresh'])
})

test('a lost connection is looked at at once, and nothing is asked after the end', async () => {
  const { clock, asked, health, watch, away } = watched()
  await clock.advance(1_000)
  away(true)
  watch.look()
  await clock.advance(0)
  expect(health.ready).toBe(false)
  watch.stop()
  const before = asked.length
  await clock.advance(60_000)
  watch.look()
  expect(asked.length).toBe(before)
})
