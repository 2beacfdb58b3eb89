import { inspect } from 'node:util'
import { FakeClock, PostgresServer, postgresFolder, TcpProxy } from '@ohmstead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inspectRegistry, openRegistry, RegistryUnavailable, system } from '../src/index.ts'
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

  test('a server that has gone silent is not waited for, and asked anew when it speaks again', async () => {
    const url = new URL(await server.createDatabase())
    await using proxy = await TcpProxy.start(Number(url.port))
    url.port = String(proxy.port)
    await using registry = await openRegistry({ dialect: 'postgres', url: url.href, silentMs: 500 })
    await registry.sites.create(by, home)
    proxy.swallow()
    await expect(registry.ping()).rejects.toThrow(RegistryUnavailable)
    await expect(registry.sites.update(by, 'home', { name: 'X' })).rejects.toThrow(RegistryUnavailable)
    proxy.heal()
    await registry.ping()
    expect(await registry.sites.update(by, 'home', { name: 'Back' })).toMatchObject({ name: 'Back' })
  })

  test.each([
    ['no such database', (url: URL) => void (url.pathname = '/nowhere'), 'database "nowhere" does not exist'],
    ['no such user', (url: URL) => void (url.username = 'nobody'), 'role "nobody" does not exist'],
    ['nobody listens', (url: URL) => void (url.port = '1'), 'ECONNREFUSED'],
  ])('%s: said in words, and never with the password', async (_name, spoil, words) => {
    const url = new URL(await server.createDatabase())
    url.password = 'top-secret'
    spoil(url)
    const opening = openRegistry({ dialect: 'postgres', url: url.href })
    const error = await opening.then(
      () => expect.unreachable(),
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(RegistryUnavailable)
    expect(String(error)).toContain(words)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('top-secret')
  })

  test('looking at it changes nothing: version, and whether the audit is whole', async () => {
    const url = await server.createDatabase()
    const location = { dialect: 'postgres', url } as const
    expect(await inspectRegistry(location)).toMatchObject({ version: 0, audit: null })
    expect(await server.psql(nameOf(url), '\\dt')).toBe('')
    {
      await using registry = await openRegistry(location)
      await registry.sites.create(by, home)
    }
    const seen = await inspectRegistry(location)
    expect(seen).toMatchObject({ version: seen.newest, audit: { ok: true, entries: 1 } })
    await server.psql(
      nameOf(url),
      "set session_replication_role = replica; update audit set what = 'sites/other'",
    )
    expect(await inspectRegistry(location)).toMatchObject({ audit: { ok: false, seq: 1 } })
  })
})
