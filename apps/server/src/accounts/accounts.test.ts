import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRegistry, type Registry, system, TooManyAttempts } from '@ohmstead/registry'
import { FakeClock, tempFolder } from '@ohmstead/testkit'
import { CompiledQuery } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type Accounts,
  type AccountsOptions,
  type From,
  LinkExpired,
  type Login,
  MailNotConfigured,
  openAccounts,
  WrongCredentials,
} from './index.ts'
import type { Mail } from './mailer.ts'
import { quickHashes } from './quickHashes.ts'

const admin = { email: 'Admin@example.org', password: 'hunter22' }
const password = 'correct horse battery'
const by = system('test')

let folder: ReturnType<typeof tempFolder>
let clock: FakeClock
let registry: Registry
let accounts: Accounts
let mails: Mail[]

const mailer = { send: async (mail: Mail) => void mails.push(mail), close: () => {} }

async function open(options: Partial<AccountsOptions> = {}): Promise<void> {
  registry = await openRegistry({ dialect: 'sqlite', file: join(folder.path, 'registry.db') }, { clock })
  accounts = await openAccounts({
    registry,
    secret: 'a secret of the tests that is long enough',
    publicUrl: () => 'http://127.0.0.1:8080',
    secureCookies: false,
    log: pino({ level: 'silent' }),
    clock,
    admin,
    hashes: quickHashes,
    ...options,
  })
}

async function close(): Promise<void> {
  await accounts[Symbol.asyncDispose]()
  await registry.close()
}

beforeEach(() => {
  folder = tempFolder()
  clock = new FakeClock()
  mails = []
})

afterEach(async () => {
  await close()
  folder[Symbol.dispose]()
})

const from = (cookie?: string, address = '192.0.2.1'): From => ({
  address,
  headers: cookie ? { cookie } : {},
})
const cookieOf = (setCookies: string[]) => setCookies.map(line => line.split(';')[0]).join('; ')
const cookieAfter = (login: Login | null) => cookieOf(login!.setCookies)

async function signIn(email = admin.email, secret = admin.password): Promise<string> {
  return cookieAfter(await accounts.login({ email, password: secret }, from()))
}

async function invited(email: string, role: 'owner' | 'operator' | 'viewer' = 'viewer') {
  const { link } = await accounts.invite(by, { site: 'home', email, role })
  return tokenOf(link!)
}

const tokenOf = (link: string) => new URL(/https?:\/\/\S+/.exec(link)![0]).searchParams.get('token')!

async function member(email = 'kari@example.org'): Promise<string> {
  const secret = await invited(email)
  const { login } = await accounts.acceptInvitation(secret, from(), { name: 'Kari', password })
  return cookieAfter(login)
}

const createHome = () => registry.sites.create(by, { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })

describe('the first run', () => {
  test('takes the operator’s account, which is then no longer looked at', async () => {
    await open()
    expect(accounts.setupLink()).toBeNull()
    expect(await accounts.session({ cookie: await signIn() })).toMatchObject({
      email: 'admin@example.org',
      admin: true,
    })
    await close()
    await open({ admin: { email: 'other@example.org', password: 'another-password' } })
    await signIn()
    await expect(signIn('other@example.org', 'another-password')).rejects.toThrow(WrongCredentials)
  })

  test.each([
    [{ email: 'a@example.org' }, 'admin.password'],
    [{ password: 'long-enough' }, 'admin.email'],
    [{ email: 'a@example.org', password: 'seven77' }, 'admin.password'],
  ])('refuses %j', async (given, field) => {
    await open()
    await close()
    folder[Symbol.dispose]()
    folder = tempFolder()
    await expect(open({ admin: given })).rejects.toMatchObject({ code: 'OHM_INVALID_INPUT', field })
    expect(await registry.people.count()).toBe(0)
  })

  test('without one makes a link that works once', async () => {
    await open({ admin: {} })
    const link = accounts.setupLink()!
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8080\/setup\?token=[\w-]{32}$/)
    const person = { email: 'me@example.org', name: 'Me', username: 'Me', password }
    await expect(accounts.setUp('wrong', person, from())).rejects.toThrow(LinkExpired)
    const weak = accounts.setUp(tokenOf(link), { ...person, password: 'short' }, from())
    await expect(weak).rejects.toMatchObject({ field: 'password' })
    expect(accounts.setupLink()).toBe(link)
    const login = await accounts.setUp(tokenOf(link), person, from())
    expect(login).toMatchObject({ kind: 'signed-in', profile: { admin: true, username: 'me' } })
    expect(accounts.setupLink()).toBeNull()
    await expect(accounts.setUp(tokenOf(link), person, from())).rejects.toThrow(LinkExpired)
    await close()
    await open({ admin: {} })
    expect(accounts.setupLink()).toBeNull()
  })

  test('the link of an earlier start is worth nothing after a restart', async () => {
    await open({ admin: {} })
    const first = tokenOf(accounts.setupLink()!)
    await close()
    await open({ admin: {} })
    expect(tokenOf(accounts.setupLink()!)).not.toBe(first)
    const person = { email: 'me@example.org', name: 'Me', password }
    await expect(accounts.setUp(first, person, from())).rejects.toThrow(LinkExpired)
  })

  test('of two who use the link at once one gets the account', async () => {
    await open({ admin: {} })
    const token = tokenOf(accounts.setupLink()!)
    const uses = ['a@example.org', 'b@example.org'].map(email =>
      accounts.setUp(token, { email, name: 'X', password }, from()),
    )
    expect((await Promise.allSettled(uses)).map(use => use.status)).toEqual(['fulfilled', 'rejected'])
    expect(await registry.people.count()).toBe(1)
  })
})

describe('signing in', () => {
  test('gives a cookie that scripts cannot read and other sites cannot use', async () => {
    await open()
    const { setCookies } = await accounts.login({ email: admin.email, password: admin.password }, from())
    expect(setCookies).toHaveLength(1)
    expect(setCookies[0]).toMatch(/^ohmstead\.session_token=/)
    expect(setCookies[0]).toMatch(/; HttpOnly; SameSite=Lax$/)
    expect(setCookies[0]).not.toMatch(/Secure/)
  })

  test('over https the cookie goes over https only', async () => {
    await open({ secureCookies: true })
    const { setCookies } = await accounts.login({ email: admin.email, password: admin.password }, from())
    expect(setCookies[0]).toMatch(/^__Secure-ohmstead\.session_token=.*; Secure/)
    expect(await accounts.session({ cookie: cookieOf(setCookies) })).toMatchObject({ admin: true })
  })

  test('takes e-mail or user name in either field, whatever their letters', async () => {
    await open({ admin: {} })
    const person = { email: 'me@example.org', name: 'Me', username: 'myself', password }
    await accounts.setUp(tokenOf(accounts.setupLink()!), person, from())
    for (const name of [
      { email: 'ME@example.org ' },
      { username: 'Myself' },
      { username: 'me@example.org' },
      { email: 'myself' },
    ])
      expect(await accounts.login({ ...name, password }, from())).toMatchObject({ kind: 'signed-in' })
  })

  test('refuses all else with one answer', async () => {
    await open()
    for (const [email, secret] of [
      [admin.email, 'wrong'],
      [admin.email, ''],
      ['nobody@example.org', admin.password],
      ['nobody', admin.password],
      ["' or 1=1 --", admin.password],
    ]) {
      const login = accounts.login({ email, password: secret }, from())
      await expect(login).rejects.toThrow(new WrongCredentials())
    }
    await expect(accounts.login({ password: 'x' }, from())).rejects.toMatchObject({ field: 'email' })
  })

  test('survives a restart', async () => {
    await open()
    const cookie = await signIn()
    await close()
    await open()
    expect(await accounts.session({ cookie })).toMatchObject({ email: 'admin@example.org' })
  })

  test('ends with the key: another secret, no sessions', async () => {
    await open()
    const cookie = await signIn()
    await close()
    await open({ secret: 'another secret that is also long enough' })
    expect(await accounts.session({ cookie })).toBeNull()
  })

  test('makes a new session each time and ends the one the browser had', async () => {
    await open()
    const first = await signIn()
    const second = cookieAfter(
      await accounts.login({ email: admin.email, password: admin.password }, from(first)),
    )
    expect(second).not.toBe(first)
    expect(await accounts.session({ cookie: first })).toBeNull()
    expect(await accounts.session({ cookie: second })).not.toBeNull()
  })

  test('ends after two weeks, used or not', async () => {
    await open()
    const cookie = await signIn()
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      vi.setSystemTime(Date.now() + 13 * 86_400_000)
      await clock.advance(13 * 86_400_000)
      expect(await accounts.session({ cookie })).not.toBeNull()
      vi.setSystemTime(Date.now() + 86_400_000)
      await clock.advance(86_400_000)
      expect(await accounts.session({ cookie })).toBeNull()
    } finally {
      vi.useRealTimers()
    }
  })

  test('cookies that were made up or changed open nothing', async () => {
    await open()
    const cookie = await signIn()
    const [token] = cookie.split('.').slice(0, 2)
    for (const made of [
      '',
      'ohmstead.session_token=',
      'ohmstead.session_token=x',
      `${token}.`,
      cookie.replace(/.(%3D)?$/, 'A'),
      cookie.replace('=', '=A'),
      decodeURIComponent(cookie).split('.').slice(0, 2).join('.'),
    ])
      expect(await accounts.session({ cookie: made })).toBeNull()
    expect(await accounts.session({})).toBeNull()
  })

  test('logout ends this session, everywhere ends all', async () => {
    await open()
    const [one, two, three] = [await signIn(), await signIn(), await signIn()]
    const cleared = await accounts.logout({ cookie: one })
    expect(cleared[0]).toMatch(/^ohmstead\.session_token=; Max-Age=0/)
    expect(await accounts.session({ cookie: one })).toBeNull()
    expect(await accounts.session({ cookie: two })).not.toBeNull()
    await accounts.logoutEverywhere({ cookie: two })
    expect(await accounts.session({ cookie: two })).toBeNull()
    expect(await accounts.session({ cookie: three })).toBeNull()
    expect(await accounts.logout({})).toEqual([])
  })

  test('a disabled person is out at once and does not come in again', async () => {
    await open()
    await createHome()
    const cookie = await member()
    const { id } = (await accounts.session({ cookie }))!
    await registry.people.update(by, id, { disabled: true })
    expect(await accounts.session({ cookie })).toBeNull()
    await expect(signIn('kari@example.org', password)).rejects.toThrow(WrongCredentials)
    await registry.people.update(by, id, { disabled: false })
    await signIn('kari@example.org', password)
  })

  test('roles are the present ones', async () => {
    await open()
    await createHome()
    const cookie = await member()
    const person = (await accounts.session({ cookie }))!
    expect(person.roles).toEqual(new Map([['home', 'viewer']]))
    await registry.members.set(by, 'home', person.id, 'owner')
    expect((await accounts.session({ cookie }))?.roles).toEqual(new Map([['home', 'owner']]))
    expect(await accounts.profile({ cookie })).toMatchObject({
      name: 'Kari',
      roles: { home: 'owner' },
      twoFactor: false,
    })
  })
})

describe('guessing', () => {
  const guess = (address: string, email = admin.email) =>
    accounts.login({ email, password: 'wrong' }, from(undefined, address))
  const right = (address: string) => accounts.login({ ...admin }, from(undefined, address))

  test('is held back after five, for that person and address only', async () => {
    await open()
    for (let tries = 0; tries < 5; tries++) await expect(guess('192.0.2.9')).rejects.toThrow(WrongCredentials)
    await expect(guess('192.0.2.9')).rejects.toMatchObject({
      code: 'OHM_TOO_MANY_ATTEMPTS',
      retryAfterMs: 30_000,
    })
    await expect(guess('192.0.2.9', 'other@example.org')).rejects.toThrow(WrongCredentials)
    await right('192.0.2.1')
    await clock.advance(30_000)
    await right('192.0.2.9')
  })

  test('ten at one moment are not ten guesses', async () => {
    await open()
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => guess('192.0.2.9')))
    const throttled = results.filter(
      result => result.status === 'rejected' && result.reason instanceof TooManyAttempts,
    )
    expect(throttled).toHaveLength(5)
  })

  test('from many addresses is held back too, and does not lock the person out of where they come from', async () => {
    await open()
    await right('192.0.2.1')
    const addresses = Array.from({ length: 100 }, (_, at) => `198.51.100.${at}`)
    for (const address of addresses)
      await guess(address).catch(error => expect(error).toBeInstanceOf(WrongCredentials))
    await expect(guess('203.0.113.5')).rejects.toThrow(TooManyAttempts)
    await right('192.0.2.1')
  }, 30_000)

  test('an IPv6 customer is one address', async () => {
    await open()
    for (let tries = 0; tries < 5; tries++) await guess(`2001:db8::${tries}`).catch(() => {})
    await expect(guess('2001:db8::ffff')).rejects.toThrow(TooManyAttempts)
  })
})

describe('passwords', () => {
  test('are changed by who knows the present one; other sessions end', async () => {
    await open()
    const [mine, other] = [await signIn(), await signIn()]
    const change = (current: string, next: string) => accounts.changePassword({ current, next }, from(mine))
    await expect(change('wrong', password)).rejects.toThrow(WrongCredentials)
    await expect(change(admin.password, 'short')).rejects.toMatchObject({ field: 'password' })
    await expect(
      accounts.changePassword({ current: admin.password, next: password }, from()),
    ).rejects.toThrow()
    await change(admin.password, password)
    expect(await accounts.session({ cookie: mine })).not.toBeNull()
    expect(await accounts.session({ cookie: other })).toBeNull()
    await expect(signIn()).rejects.toThrow(WrongCredentials)
    await signIn(admin.email, password)
  })

  test('are reset by a mailed link, once, within an hour; all sessions end', async () => {
    await open({ mailer })
    const cookie = await signIn()
    await accounts.requestPasswordReset('ADMIN@example.org', '192.0.2.1')
    expect(mails).toMatchObject([{ to: 'admin@example.org', subject: 'Choose a new password' }])
    expect(mails[0].text).toContain('http://127.0.0.1:8080/reset-password?token=')
    const token = tokenOf(mails[0].text)
    await expect(accounts.resetPassword(token, 'short')).rejects.toMatchObject({ field: 'password' })
    await expect(accounts.resetPassword('made-up', password)).rejects.toThrow(LinkExpired)
    await accounts.resetPassword(token, password)
    await expect(accounts.resetPassword(token, password)).rejects.toThrow(LinkExpired)
    expect(await accounts.session({ cookie })).toBeNull()
    await signIn(admin.email, password)
  })

  test('a reset link ends after an hour', async () => {
    await open({ mailer })
    await accounts.requestPasswordReset(admin.email, '192.0.2.1')
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      vi.setSystemTime(Date.now() + 3_601_000)
      await expect(accounts.resetPassword(tokenOf(mails[0].text), password)).rejects.toThrow(LinkExpired)
    } finally {
      vi.useRealTimers()
    }
  })

  test('asking for a reset tells nothing about who has an account, and is bounded', async () => {
    await open({ mailer })
    await accounts.requestPasswordReset('nobody@example.org', '192.0.2.1')
    expect(mails).toEqual([])
    for (let asked = 0; asked < 5; asked++)
      await accounts.requestPasswordReset(admin.email, `192.0.2.${asked + 2}`)
    await expect(accounts.requestPasswordReset(admin.email, '192.0.2.9')).rejects.toThrow(TooManyAttempts)
    expect(mails).toHaveLength(5)
  })

  test('without a mail server there is no reset by mail', async () => {
    await open()
    await expect(accounts.requestPasswordReset(admin.email, 'x')).rejects.toThrow(MailNotConfigured)
    await expect(accounts.requestMailConfirmation({})).rejects.toThrow(MailNotConfigured)
  })

  test('an address is confirmed by a mailed link', async () => {
    await open({ mailer })
    const cookie = await signIn()
    expect(await accounts.profile({ cookie })).toMatchObject({ emailVerified: false })
    await accounts.requestMailConfirmation({ cookie })
    await expect(accounts.confirmMail('made-up')).rejects.toThrow(LinkExpired)
    await accounts.confirmMail(tokenOf(mails[0].text))
    expect(await accounts.profile({ cookie })).toMatchObject({ emailVerified: true })
  })
})

describe('invitations', () => {
  beforeEach(async () => {
    await open()
    await createHome()
  })

  test('bring somebody new in with name and password', async () => {
    const secret = await invited('Kari@example.org', 'operator')
    const view = {
      site: 'home',
      siteName: 'Home',
      email: 'kari@example.org',
      role: 'operator',
      account: false,
    }
    expect(await accounts.invitation(secret)).toEqual(view)
    const weak = accounts.acceptInvitation(secret, from(), { name: 'Kari', password: 'aaaaaaaaaaaa' })
    await expect(weak).rejects.toMatchObject({ field: 'password' })
    await expect(accounts.acceptInvitation(secret, from())).rejects.toMatchObject({ field: 'password' })
    const { member, login } = await accounts.acceptInvitation(secret, from(), { name: 'Kari', password })
    expect(member).toMatchObject({ site: 'home', role: 'operator', email: 'kari@example.org' })
    expect(login).toMatchObject({ kind: 'signed-in', profile: { admin: false, roles: { home: 'operator' } } })
    await expect(accounts.invitation(secret)).rejects.toThrow(LinkExpired)
    await expect(accounts.acceptInvitation(secret, from(), { name: 'X', password })).rejects.toThrow(
      LinkExpired,
    )
  })

  test('to somebody with an account ask them to be signed in; the password stays theirs', async () => {
    const secret = await invited(admin.email)
    expect(await accounts.invitation(secret)).toMatchObject({ account: true })
    const stranger = { name: 'X', password }
    await expect(accounts.acceptInvitation(secret, from(), stranger)).rejects.toThrow(WrongCredentials)
    const kari = await member()
    await expect(accounts.acceptInvitation(secret, from(kari))).rejects.toThrow(WrongCredentials)
    const { member: joined, login } = await accounts.acceptInvitation(secret, from(await signIn()))
    expect(joined).toMatchObject({ email: 'admin@example.org', role: 'viewer' })
    expect(login).toBeNull()
  })

  test('with a mail server go by mail, and the link is shown to nobody else', async () => {
    await close()
    await open({ mailer })
    const { link, mailed } = await accounts.invite(by, {
      site: 'home',
      email: 'kari@example.org',
      role: 'viewer',
    })
    expect([link, mailed]).toEqual([null, true])
    expect(mails).toMatchObject([{ to: 'kari@example.org', subject: 'Invitation to Home' }])
    const secret = tokenOf(mails[0].text)
    const { login } = await accounts.acceptInvitation(secret, from(), { name: 'Kari', password })
    expect(login).toMatchObject({ profile: { emailVerified: true } })
  })

  test('that could not be mailed are taken back', async () => {
    await close()
    const broken = { send: () => Promise.reject(new Error('550 no such user')), close: () => {} }
    await open({ mailer: broken })
    const inviting = accounts.invite(by, { site: 'home', email: 'kari@example.org', role: 'viewer' })
    await expect(inviting).rejects.toMatchObject({ code: 'OHM_MAIL_NOT_SENT' })
    expect((await registry.invitations.list('home')).items).toEqual([])
  })

  test('somebody who was made but got no password, because the program ended, gets it with the next try', async () => {
    const secret = await invited('kari@example.org')
    await registry.people.create(by, { email: 'kari@example.org', name: 'half' })
    const { login } = await accounts.acceptInvitation(secret, from(), { name: 'Kari', password })
    expect(login).toMatchObject({ profile: { name: 'Kari' } })
  })

  test('a site’s name cannot write lines into the mail', async () => {
    await registry.sites.update(by, 'home', {
      name: 'Home\r\nBcc: x@example.org\n\nClick http://evil.example',
    })
    await close()
    await open({ mailer })
    await accounts.invite(by, { site: 'home', email: 'kari@example.org', role: 'viewer' })
    expect(mails[0].subject).toBe('Invitation to Home Bcc: x@example.org Click http://evil.example')
    expect(mails[0].text.split('\n')).toHaveLength(6)
  })
})

describe('the second factor', () => {
  interface Answer {
    status: number
    body: { totpURI: string; backupCodes: string[] }
    cookies: string[]
  }

  async function call(path: string, body: object, cookie: string, headers = {}): Promise<Answer> {
    const json = { 'content-type': 'application/json', cookie, ...headers }
    const init = { method: 'POST', body: JSON.stringify(body), headers: json }
    // A person takes a moment between two requests; the limit has a test of its own.
    await clock.advance(10_000)
    const response = await accounts.handler(
      new Request(`http://localhost/api/auth/${path}`, init),
      '192.0.2.1',
    )
    const answer = (await response.json().catch(() => ({}))) as Answer['body']
    return { status: response.status, body: answer, cookies: response.headers.getSetCookie() }
  }

  async function enable(): Promise<{ cookie: string; uri: string; backupCodes: string[] }> {
    const before = await signIn()
    const { body } = await call('two-factor/enable', { password: admin.password }, before)
    const { cookies, status } = await call('two-factor/verify-totp', { code: totp(body.totpURI) }, before)
    expect(status).toBe(200)
    return {
      cookie: cookies.length ? cookieOf(cookies) : before,
      uri: body.totpURI,
      backupCodes: body.backupCodes,
    }
  }

  beforeEach(() => open())

  test('is asked for after the password once it is switched on', async () => {
    const { uri } = await enable()
    const login = await accounts.login(admin, from())
    expect(login.kind).toBe('second-factor')
    const half = cookieAfter(login)
    expect(await accounts.session({ cookie: half })).toBeNull()
    expect((await call('two-factor/verify-totp', { code: '000000' }, half)).status).toBe(401)
    const { status, cookies } = await call('two-factor/verify-totp', { code: totp(uri) }, half)
    expect(status).toBe(200)
    expect(await accounts.profile({ cookie: cookieOf(cookies) })).toMatchObject({
      admin: true,
      twoFactor: true,
    })
  })

  test('cannot be guessed: a challenge ends after a few wrong codes', async () => {
    const { uri } = await enable()
    const half = cookieAfter(await accounts.login(admin, from()))
    const wrong = totp(uri) === '123456' ? '654321' : '123456'
    for (let tries = 0; tries < 6; tries++) await call('two-factor/verify-totp', { code: wrong }, half)
    expect((await call('two-factor/verify-totp', { code: totp(uri) }, half)).status).not.toBe(200)
  })

  test('is opened by a backup code, once', async () => {
    const { backupCodes } = await enable()
    const half = cookieAfter(await accounts.login(admin, from()))
    const { status } = await call('two-factor/verify-backup-code', { code: backupCodes[0] }, half)
    expect(status).toBe(200)
    const again = cookieAfter(await accounts.login(admin, from()))
    expect((await call('two-factor/verify-backup-code', { code: backupCodes[0] }, again)).status).toBe(401)
  })

  test('is switched off with the password', async () => {
    const { cookie } = await enable()
    expect((await call('two-factor/disable', { password: 'wrong' }, cookie)).status).toBe(400)
    expect((await call('two-factor/disable', { password: admin.password }, cookie)).status).toBe(200)
    expect(await accounts.login(admin, from())).toMatchObject({ kind: 'signed-in' })
  })

  test('pages of other origins are refused', async () => {
    const cookie = await signIn()
    const enabling = call('two-factor/enable', { password: admin.password }, cookie, {
      origin: 'https://evil.example',
    })
    expect((await enabling).status).toBe(403)
  })

  test('requests are limited per address', async () => {
    const cookie = await signIn()
    const ask = (address: string) => {
      const init = {
        method: 'POST',
        body: '{"code":"000000"}',
        headers: { cookie, 'content-type': 'application/json' },
      }
      const headers = {
        ...init.headers,
        'x-ohmstead-address': '203.0.113.7',
        'x-forwarded-for': '203.0.113.8',
      }
      const request = new Request('http://localhost/api/auth/two-factor/verify-totp', { ...init, headers })
      return accounts.handler(request, address).then(response => response.status)
    }
    const from = async (address: string) => [
      await ask(address),
      await ask(address),
      await ask(address),
      await ask(address),
    ]
    expect((await from('192.0.2.1')).map(status => status === 429)).toEqual([false, false, false, true])
    expect(await ask('192.0.2.2')).not.toBe(429)
  })

  test.each([
    'sign-up/email',
    'sign-in/email',
    'update-user',
    'delete-user',
    'change-email',
    'change-password',
    'reset-password',
    'two-factor/get-totp-uri',
    'two-factor/send-otp',
    'two-factor/../sign-in/email',
    'verify-email',
  ])('%s is not served', async path => {
    const body = { email: admin.email, password: admin.password, name: 'x', newPassword: password }
    expect((await call(path, body, await signIn())).status).toBe(404)
  })
})

test('no password, session, link or code is stored as it is, nor told to the audit', async () => {
  await open({ mailer })
  await createHome()
  const cookie = await signIn()
  await accounts.invite(by, { site: 'home', email: 'kari@example.org', role: 'viewer' })
  await accounts.requestPasswordReset(admin.email, '192.0.2.1')
  const invitation = tokenOf(mails[0].text)
  const reset = tokenOf(mails[1].text)
  const value = decodeURIComponent(cookie.split('=').slice(1).join('='))
  const files = readdirSync(folder.path).map(name => readFileSync(join(folder.path, name), 'latin1'))
  expect(files.join('')).toContain('admin@example.org')
  for (const hidden of [admin.password, value, value.split('.')[1], invitation, reset])
    expect(files.some(file => file.includes(hidden))).toBe(false)
  expect(await registry.audit.verify()).toMatchObject({ ok: true })
})

test('what people do with their accounts stands in the audit', async () => {
  await open({ mailer })
  const cookie = await signIn()
  const { id } = (await accounts.session({ cookie }))!
  await accounts.changePassword({ current: admin.password, next: password }, from(cookie))
  await accounts.logoutEverywhere({ cookie })
  await accounts.requestPasswordReset(admin.email, '192.0.2.1')
  await accounts.resetPassword(tokenOf(mails[0].text), `${password} staple`)
  const entries = (await registry.audit.list()).items.reverse()
  expect(entries.map(entry => entry.action)).toEqual([
    'person.create',
    'platform.set-up',
    'person.sign-in',
    'person.change-password',
    'person.sign-out-everywhere',
    'person.reset-password',
  ])
  for (const entry of entries.slice(2))
    expect(entry).toMatchObject({ who: { kind: 'person', id }, what: `people/${id}` })
})

test('ended sessions are taken out of the database', async () => {
  await open()
  const cookie = await signIn()
  const sessions = async () => {
    const { rows } = await registry.database.db.executeQuery(CompiledQuery.raw('select id from sessions'))
    return rows.length
  }
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    vi.setSystemTime(Date.now() + 13 * 86_400_000)
    await clock.advance(6 * 3_600_000)
    expect(await accounts.session({ cookie })).not.toBeNull()
    vi.setSystemTime(Date.now() + 86_400_001)
    await clock.advance(6 * 3_600_000)
    await expect.poll(sessions, { interval: 5 }).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('two fresh platforms share no secret', async () => {
  await open({ admin: {} })
  const one = accounts.setupLink()
  await close()
  folder[Symbol.dispose]()
  folder = tempFolder()
  await open({ admin: {} })
  expect(accounts.setupLink()).not.toBe(one)
})

/** RFC 6238 with SHA-1, six digits and 30 s, as the authenticator apps do it. */
function totp(uri: string): string {
  const secret = base32(new URL(uri).searchParams.get('secret')!)
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const code = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff
  return String(code % 1_000_000).padStart(6, '0')
}

function base32(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '')].map(letter =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map(byte => Number.parseInt(byte, 2)))
}
