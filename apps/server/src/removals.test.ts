import { openRegistry, type Registry, system } from '@ohmstead/registry'
import { FakeClock } from '@ohmstead/testkit'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Removals } from './removals.ts'

const by = system('test')
const plug = { id: 'plug', name: 'Plug' }
let registry: Registry
let clock: FakeClock
let removals: Removals
let done: string[]
let failing: Error | null

beforeEach(async () => {
  registry = await openRegistry({ dialect: 'sqlite', file: ':memory:' })
  clock = new FakeClock()
  done = []
  failing = null
  await registry.sites.create(by, { id: 'home', name: 'Home', timezone: 'UTC' })
  await registry.devices.create(by, 'home', plug)
  removals = new Removals({
    registry,
    store: {
      select: filter => [filter as never],
      async remove([filter]) {
        if (failing) throw failing
        done.push(`store ${JSON.stringify(filter)}`)
      },
    },
    ledger: { remove: async (site, device) => void done.push(`ledger ${site} ${device}`) },
    forget: (site, device) => void done.push(`alerts ${site} ${device}`),
    taken: async () => void done.push('taken in'),
    clock,
    log: pino({ level: 'silent' }),
  })
})
afterEach(async () => {
  await removals.close()
  await registry.close()
})

test('a removed device takes its readings and its energy with it, those on their way too; then its id is free', async () => {
  await registry.devices.remove(by, 'home', 'plug')
  removals.sweep()
  await removals.settled(1000)
  expect(done).toEqual([
    'taken in',
    'store {"site":"home","devices":["plug"]}',
    'ledger home plug',
    'alerts home plug',
  ])
  await registry.devices.create(by, 'home', plug)
})

test('a removed site takes everything with it', async () => {
  await registry.sites.remove(by, 'home')
  removals.sweep()
  await removals.settled(1000)
  expect(done).toEqual([
    'taken in',
    'store {"site":"home"}',
    'ledger home undefined',
    'alerts home undefined',
  ])
})

test('a failed deletion is tried again until it succeeds, and the id is not used anew before', async () => {
  failing = new Error('disk full')
  await registry.devices.remove(by, 'home', 'plug')
  removals.sweep()
  await removals.settled(1000)
  await clock.advance(120_000)
  await expect(registry.devices.create(by, 'home', plug)).rejects.toMatchObject({ code: 'OHM_CONFLICT' })
  failing = null
  await clock.advance(30_000)
  await removals.settled(1000)
  expect(done).toContain('ledger home plug')
  await registry.devices.create(by, 'home', plug)
})

test('what is removed during a deletion is deleted too', async () => {
  await registry.devices.create(by, 'home', { id: 'lamp', name: 'Lamp' })
  await registry.devices.remove(by, 'home', 'plug')
  removals.sweep()
  await registry.devices.remove(by, 'home', 'lamp')
  removals.sweep()
  await removals.settled(1000)
  expect(done.filter(one => one.startsWith('ledger'))).toEqual(['ledger home plug', 'ledger home lamp'])
})

test('nobody waits longer than they want to', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  using stuck = new DisposableStack()
  stuck.defer(resolve)
  const slow = new Removals({
    registry: { removals: { pending: () => promise.then(() => []), done: async () => {} } },
    store: { select: () => [], remove: async () => {} },
    ledger: { remove: async () => {} },
    forget() {},
    taken: async () => {},
    clock,
    log: pino({ level: 'silent' }),
  })
  slow.sweep()
  const waited = slow.settled(5000)
  await clock.advance(5000)
  await waited
})
