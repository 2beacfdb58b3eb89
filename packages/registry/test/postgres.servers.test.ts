import { FakeClock, PostgresServer, postgresFolder } from '@ohmstead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRegistry, RegistryUnavailable, system } from '../src/index.ts'
import { type Database, registryConformance } from './conformance.ts'

const bin = postgresFolder()
if (!bin) console.warn('skipped: no PostgreSQL under /usr/lib/postgresql (apt-get install postgresql)')

const by = system('test')
const home = { id: 'home', name: 'Home', timezone: 'Europe/Oslo' }

describe.skipIf(!bin)('with a real server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start(bin!)
  })
  afterAll(() => server?.[Symbol.asyncDispose]())

  const nameOf = (url: string) => new URL(url).pathname.slice(1)

  registryConformance('a registry in PostgreSQL', async (): Promise<Database> => {
    const url = await server.createDatabase()
    return {
      location: { dialect: 'postgres', url, connections: 4 },
      tamper: async sql => {
        await server.psql(nameOf(url), `set session_replication_role = replica; ${sql}`)
      },
      dump: () => server.dump(nameOf(url)),
      [Symbol.asyncDispose]: async () => {},
    }
  })

  test('the audit table itself refuses to be rewritten', async () => {
    const url = await server.createDatabase()
    await using registry = await openRegistry({ dialect: 'postgres', url })
    await registry.sites.create(by, home)
    for (const sql of ['delete from audit', "update audit set who_id = 'x'", 'truncate audit'])
      await expect(server.psql(nameOf(url), sql)).rejects.toThrow('append-only')
  })

  test('two processes share it: one chain, no double, and each sees the other after a refresh', async () => {
    const url = await server.createDatabase()
    const opening = [1, 2].map(() => openRegistry({ dialect: 'postgres', url, connections: 3 }))
    const [one, two] = await Promise.all(opening)
    await using _one = one
    await using _two = two
    await one.sites.create(by, home)
    const makes = Array.from({ length: 20 }, (_, at) =>
      [one, two].map(registry => registry.devices.createOnFirstSight(by, 'home', `d${at % 10}`)),
    )
    await Promise.all(makes.flat())
    await two.refresh()
    expect(two.devices.all('home')).toEqual(
      one.devices.all('home').toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    )
    expect(await one.audit.verify()).toEqual({ ok: true, entries: 11 })
  })

  test('while the server is away: what is known stays known, changes are refused, and it comes back by itself', async () => {
    await using own = await PostgresServer.start(bin!)
    const clock = new FakeClock()
    const lost: Error[] = []
    const url = await own.createDatabase()
    await using registry = await openRegistry(
      { dialect: 'postgres', url },
      { clock, onLost: error => lost.push(error) },
    )
    await registry.sites.create(by, home)
    await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
    const { username, password } = await registry.credentials.issue(by, 'home', 'plug')
    const device = await registry.authenticate.mqtt(username, password)

    await own.stop()
    await clock.advance(10 * 60_000)
    expect(registry.devices.known('home', 'plug')).toBeDefined()
    expect(await registry.authenticate.mqtt(username, password)).toEqual(device)
    await expect(registry.sites.update(by, 'home', { name: 'X' })).rejects.toThrow(RegistryUnavailable)
    await expect(registry.ping()).rejects.toThrow(RegistryUnavailable)
    expect(registry.sites.known('home')?.name).toBe('Home')

    await own.restart()
    await registry.ping()
    await registry.sites.update(by, 'home', { name: 'Back' })
    expect(await registry.audit.verify()).toMatchObject({ ok: true })
    expect(lost.length).toBeGreaterThan(0)
  })
})
