import { openRegistry, type Principal, type Registry, system } from '@ohmstead/registry'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followRegistry } from './registryWatch.ts'

const by = system('test')
let registry: Registry
let heard: string[]
let sessions: { principal: Principal }[]
let end: () => void

beforeEach(async () => {
  registry = await openRegistry({ dialect: 'sqlite', file: ':memory:' })
  await registry.sites.create(by, { id: 'home', name: 'Home', timezone: 'UTC' })
  for (const id of ['plug', 'lamp']) await registry.devices.create(by, 'home', { id, name: id })
  heard = []
  sessions = []
  end = followRegistry({
    registry,
    broker: {
      disconnect(match) {
        const gone = sessions.filter(session => match(session as never))
        sessions = sessions.filter(session => !gone.includes(session))
        return gone.length
      },
    },
    ledger: {
      rulesChanged: async (site, device) => {
        heard.push(`rules ${site} ${device}`)
        return { slots: 0, points: 0, changed: 0 }
      },
    },
    forget: (site, device) => void heard.push(`forget ${site} ${device}`),
    sweep: () => void heard.push('sweep'),
    log: pino({ level: 'silent' }),
  })
})
afterEach(async () => {
  end()
  await registry.close()
})

test('a removed device is forgotten, and what is left of it swept', async () => {
  await registry.devices.remove(by, 'home', 'plug')
  expect(heard).toEqual(['forget home plug', 'sweep'])
})

test('a removed site too', async () => {
  await registry.sites.remove(by, 'home')
  expect(heard).toEqual(['forget home undefined', 'sweep'])
})

test('only a changed rated power has the energy judged again', async () => {
  await registry.devices.update(by, 'home', 'plug', { name: 'Kettle' })
  expect(heard).toEqual([])
  await registry.devices.update(by, 'home', 'plug', { ratedPowerW: 2000 })
  await registry.devices.update(by, 'home', 'plug', { ratedPowerW: 2000 })
  expect(heard).toEqual(['rules home plug'])
})

test('a new device has nothing to be judged again', async () => {
  await registry.devices.create(by, 'home', { id: 'new', name: 'New', ratedPowerW: 100 })
  expect(heard).toEqual([])
})

test('a revoked credential ends the sessions of its device and no others', async () => {
  const session = (device: string) => ({ principal: { kind: 'device', site: 'home', device } as Principal })
  const { id } = await registry.credentials.issue(by, 'home', 'plug')
  sessions = [session('plug'), session('lamp')]
  await registry.credentials.revoke(by, 'home', 'plug', id)
  expect(sessions).toEqual([session('lamp')])
})

test('a revoked token ends its sessions', async () => {
  const { token } = await registry.tokens.create(by, { name: 't', site: 'home', scopes: ['write'] })
  const principal: Principal = {
    kind: 'token',
    id: token.id,
    site: 'home',
    device: null,
    scopes: new Set(),
    owner: null,
  }
  sessions = [{ principal }, { principal: { ...principal, id: 'other' } }]
  await registry.tokens.revoke(by, token.id)
  expect(sessions.map(one => (one.principal as { id: string }).id)).toEqual(['other'])
})
