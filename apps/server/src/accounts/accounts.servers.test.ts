import { openRegistry, system } from '@ohmstead/registry'
import { PostgresServer, postgresFolder } from '@ohmstead/testkit'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAccounts, WrongCredentials } from './index.ts'
import type { Mail } from './mailer.ts'

const bin = postgresFolder()
if (!bin) console.warn('skipped: no PostgreSQL under /usr/lib/postgresql (apt-get install postgresql)')

const admin = { email: 'admin@example.org', password: 'hunter22' }
const password = 'correct horse battery'
const from = (cookie?: string) => ({ address: '192.0.2.1', headers: cookie ? { cookie } : {} })
const cookieOf = (setCookies: string[]) => setCookies.map(line => line.split(';')[0]).join('; ')

describe.skipIf(!bin)('accounts in PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start(bin!)
  })
  afterAll(() => server?.[Symbol.asyncDispose]())

  async function platform(url: string, mails: Mail[] = []) {
    const registry = await openRegistry({ dialect: 'postgres', url, connections: 4 })
    const mailer = { send: async (mail: Mail) => void mails.push(mail), close: () => {} }
    const accounts = await openAccounts({
      registry,
      secret: 'a secret of the tests that is long enough',
      publicUrl: () => 'http://127.0.0.1:8080',
      secureCookies: false,
      log: pino({ level: 'silent' }),
      admin,
      mailer,
    })
    const close = async () => {
      await accounts[Symbol.asyncDispose]()
      await registry.close()
    }
    return { registry, accounts, [Symbol.asyncDispose]: close }
  }

  test('sign-in, invitation, reset and sessions work over a restart', async () => {
    const url = await server.createDatabase()
    const mails: Mail[] = []
    const secretOf = (mail: Mail) => new URL(/http:\S+/.exec(mail.text)![0]).searchParams.get('token')!
    let cookie: string
    {
      await using first = await platform(url, mails)
      const { registry, accounts } = first
      await registry.sites.create(system('test'), { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
      cookie = cookieOf((await accounts.login(admin, from())).setCookies)
      await accounts.invite(system('test'), { site: 'home', email: 'kari@example.org', role: 'owner' })
      const { login } = await accounts.acceptInvitation(secretOf(mails[0]), from(), {
        name: 'Kari',
        password,
      })
      expect(login).toMatchObject({
        profile: { roles: { home: 'owner' }, emailVerified: true, twoFactor: false },
      })
    }
    await using second = await platform(url, mails)
    const { accounts, registry } = second
    expect(await accounts.session({ cookie })).toMatchObject({ email: 'admin@example.org', admin: true })
    await accounts.requestPasswordReset('kari@example.org', '192.0.2.1')
    await accounts.resetPassword(secretOf(mails[1]), `${password} staple`)
    const old = accounts.login({ email: 'kari@example.org', password }, from())
    await expect(old).rejects.toThrow(WrongCredentials)
    await accounts.login({ email: 'kari@example.org', password: `${password} staple` }, from())
    await accounts.logoutEverywhere({ cookie })
    expect(await accounts.session({ cookie })).toBeNull()
    expect(await registry.audit.verify()).toMatchObject({ ok: true })
  })

  test('while the database is away, who is signed in stays so and signing in says try again', async () => {
    await using own = await PostgresServer.start(bin!)
    await using home = await platform(await own.createDatabase())
    const { accounts } = home
    const cookie = cookieOf((await accounts.login(admin, from())).setCookies)
    const unseen = cookieOf((await accounts.login(admin, from())).setCookies)
    expect(await accounts.session({ cookie })).not.toBeNull()
    await own.stop()
    expect(await accounts.session({ cookie })).toMatchObject({ email: 'admin@example.org' })
    const unavailable = { code: 'OHM_REGISTRY_UNAVAILABLE' }
    await expect(accounts.login(admin, from())).rejects.toMatchObject(unavailable)
    await expect(accounts.session({ cookie: unseen })).rejects.toMatchObject(unavailable)
    await own.restart()
    await accounts.login(admin, from())
  })
})
