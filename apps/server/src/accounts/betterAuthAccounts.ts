import type { IncomingHttpHeaders } from 'node:http'
import { type Clock, InvalidInput, type Member, type Role } from '@ohmstead/model'
import {
  type Actor,
  addressKey,
  type Invitation,
  type PersonPrincipal,
  type Registry,
  system,
  Throttle,
} from '@ohmstead/registry'
import { createEmailVerificationToken } from 'better-auth/api'
import type { Logger } from 'pino'
import type { Accounts, From, InvitationView, Login, LoginInput, NewPerson, Profile } from './accounts.ts'
import { type Auth, addressHeader } from './auth.ts'
import { LinkExpired, MailNotConfigured, WrongCredentials } from './errors.ts'
import { calling } from './failures.ts'
import type { FirstRun } from './firstRun.ts'
import { fetchHeaders } from './headers.ts'
import { LoginThrottle } from './loginThrottle.ts'
import type { Mails } from './mails.ts'
import { checkPassword } from './passwordRule.ts'
import type { People } from './people.ts'
import { Sessions } from './sessions.ts'

const invitationMs = 7 * 24 * 3600 * 1000
const confirmationSeconds = 24 * 3600
const sweepEveryMs = 6 * 3600 * 1000

/** What the handler serves; the rest has methods here, which audit and keep our rules. */
const served =
  /^\/api\/auth\/(two-factor\/(enable|disable|verify-totp|verify-backup-code|generate-backup-codes)|list-sessions|revoke-session|revoke-other-sessions)$/

/** The second factor's code confirms that it is set up, or completes a sign-in. */
function auditAction(pathname: string, signedIn: boolean): string | undefined {
  switch (pathname.slice('/api/auth/'.length)) {
    case 'two-factor/verify-totp':
      return signedIn ? 'person.second-factor-on' : 'person.sign-in'
    case 'two-factor/verify-backup-code':
      return 'person.sign-in'
    case 'two-factor/disable':
      return 'person.second-factor-off'
    case 'two-factor/generate-backup-codes':
      return 'person.new-backup-codes'
    case 'revoke-session':
    case 'revoke-other-sessions':
      return 'person.end-sessions'
  }
}

async function removeEnded(auth: Auth): Promise<void> {
  const { adapter } = await auth.$context
  const where = [{ field: 'expiresAt', operator: 'lt' as const, value: new Date() }]
  await adapter.deleteMany({ model: 'session', where })
  await adapter.deleteMany({ model: 'verification', where })
}

async function personIn(response: Response): Promise<string | undefined> {
  const body = (await response.clone().json()) as { user?: { id?: string } }
  return body.user?.id
}

interface Parts {
  readonly registry: Registry
  readonly auth: Auth
  readonly people: People
  readonly firstRun: FirstRun
  readonly mails: Mails
  readonly secret: string
  readonly clock: Clock
  readonly log: Logger
  readonly close: () => void
}

export class BetterAuthAccounts implements Accounts {
  readonly #parts: Parts
  readonly #sessions: Sessions
  readonly #throttle: LoginThrottle
  readonly #resets: Throttle
  readonly #stopListening: () => void
  #stopSweeping = () => {}

  constructor(parts: Parts) {
    const { auth, registry, clock } = parts
    this.#parts = parts
    this.#sessions = new Sessions(auth, registry, clock)
    this.#throttle = new LoginThrottle(clock)
    this.#resets = new Throttle({ clock, burst: 5, forgiveEveryMs: 10 * 60_000 })
    this.#stopListening = registry.onChange(change => {
      if (change.kind === 'person') this.#sessions.forget()
    })
    this.#sweep()
  }

  setupLink(): string | null {
    const { firstRun, mails } = this.#parts
    return firstRun.secret === null ? null : mails.link('setup', firstRun.secret)
  }

  async setUp(token: string, person: NewPerson, from: From): Promise<Login> {
    const { firstRun, people, registry } = this.#parts
    await firstRun.use(token, async () => {
      checkPassword(person.password, person.email)
      const by = system('set-up-link')
      const { id } = await people.create(by, person, true)
      await registry.audit.append({ who: by, action: 'platform.set-up', what: `people/${id}` })
    })
    return this.#signIn(person.email, person.password, from)
  }

  async login(input: LoginInput, from: From): Promise<Login> {
    const name = input.email ?? input.username ?? ''
    if (name.trim() === '') throw new InvalidInput('email', 'expected an e-mail address or a user name')
    const account = name.trim().toLowerCase()
    return this.#guarded(account, from, async () =>
      this.#signIn(await this.#emailOf(account), input.password, from),
    )
  }

  /** Lets a password be tried, within what the throttle allows. @throws TooManyAttempts */
  async #guarded<T>(account: string, { address }: From, attempt: () => Promise<T>): Promise<T> {
    this.#throttle.begin(account, address)
    try {
      const result = await attempt()
      this.#throttle.succeed(account, address)
      return result
    } catch (error) {
      if (error instanceof WrongCredentials) this.#parts.log.info({ address }, 'sign-in refused')
      else this.#throttle.void(account, address)
      throw error
    }
  }

  /** An address that nobody has stands for an unknown user name, so that both take the same time. */
  async #emailOf(account: string): Promise<string> {
    if (account.includes('@')) return account
    const email = await calling(this.#parts.registry, () => this.#parts.people.emailOf(account))
    return email ?? 'nobody@ohmstead.invalid'
  }

  async #signIn(email: string, password: string, from: From): Promise<Login> {
    const { auth, registry } = this.#parts
    const body = { email: email.trim().toLowerCase(), password }
    const headers = fetchHeaders(from.headers, from.address)
    const answer = await calling(registry, () => auth.api.signInEmail({ body, headers, returnHeaders: true }))
    const setCookies = answer.headers.getSetCookie()
    if ('twoFactorRedirect' in answer.response) return { kind: 'second-factor', setCookies }
    await this.#endSession(headers)
    const { id } = answer.response.user
    await registry.audit.append({
      who: { kind: 'person', id },
      action: 'person.sign-in',
      what: `people/${id}`,
    })
    return { kind: 'signed-in', setCookies, profile: await this.#profileOf(id) }
  }

  /** The session that the browser had before is over: nobody goes on with a cookie they slipped in. */
  async #endSession(headers: Headers): Promise<string[]> {
    if (!headers.has('cookie')) return []
    const { auth, registry } = this.#parts
    const answer = await calling(registry, () => auth.api.signOut({ headers, returnHeaders: true }))
    this.#sessions.forget()
    return answer.headers.getSetCookie()
  }

  async logout(headers: IncomingHttpHeaders): Promise<string[]> {
    return this.#endSession(fetchHeaders(headers))
  }

  async logoutEverywhere(headers: IncomingHttpHeaders): Promise<string[]> {
    const person = await this.#signedIn(headers)
    await this.#endAllSessions(person.id)
    const who: Actor = { kind: 'person', id: person.id }
    await this.#parts.registry.audit.append({
      who,
      action: 'person.sign-out-everywhere',
      what: `people/${person.id}`,
    })
    return this.logout(headers)
  }

  async #endAllSessions(person: string): Promise<void> {
    const { auth, registry } = this.#parts
    await calling(registry, async () => (await auth.$context).internalAdapter.deleteUserSessions(person))
    this.#sessions.forget()
  }

  session(headers: IncomingHttpHeaders): Promise<PersonPrincipal | null> {
    return this.#sessions.principal(headers)
  }

  async #signedIn(headers: IncomingHttpHeaders): Promise<PersonPrincipal> {
    const person = await this.session(headers)
    if (!person) throw new WrongCredentials()
    return person
  }

  async profile(headers: IncomingHttpHeaders): Promise<Profile | null> {
    const person = await this.session(headers)
    return person && this.#profileOf(person.id)
  }

  async #profileOf(id: string): Promise<Profile> {
    const { registry, people } = this.#parts
    const { email, name, username, admin } = await registry.people.get(id)
    const details = await calling(registry, () => people.details(id))
    const roles = Object.fromEntries(await registry.members.rolesOf(id))
    return { id, email, name, username, admin, ...details, roles }
  }

  async changePassword({ current, next }: { current: string; next: string }, from: From): Promise<void> {
    const { auth, registry } = this.#parts
    const { id, email } = await this.#signedIn(from.headers)
    checkPassword(next, email)
    const body = { currentPassword: current, newPassword: next, revokeOtherSessions: false }
    const headers = fetchHeaders(from.headers, from.address)
    const change = () => calling(registry, () => auth.api.changePassword({ body, headers }))
    await this.#guarded(email, from, change)
    await calling(registry, () => auth.api.revokeOtherSessions({ headers }))
    this.#sessions.forget()
    const who: Actor = { kind: 'person', id }
    await registry.audit.append({ who, action: 'person.change-password', what: `people/${id}` })
  }

  async requestPasswordReset(email: string, address: string): Promise<void> {
    const { auth, registry, mails } = this.#parts
    if (!mails.configured) throw new MailNotConfigured()
    const keys = [addressKey(address), email.trim().toLowerCase()]
    this.#resets.take(...keys)
    await calling(registry, () => auth.api.requestPasswordReset({ body: { email: keys[1] } }))
  }

  async resetPassword(token: string, password: string): Promise<void> {
    const { auth, registry } = this.#parts
    const context = await auth.$context
    const identifier = `reset-password:${token}`
    const open = await calling(registry, () => context.internalAdapter.findVerificationValue(identifier))
    if (!open) throw new LinkExpired()
    const { id, email } = await registry.people.get(open.value)
    checkPassword(password, email)
    await calling(registry, () => auth.api.resetPassword({ body: { token, newPassword: password } }))
    this.#sessions.forget()
    await registry.audit.append({
      who: { kind: 'person', id },
      action: 'person.reset-password',
      what: `people/${id}`,
    })
  }

  async requestMailConfirmation(headers: IncomingHttpHeaders): Promise<void> {
    const { mails, secret } = this.#parts
    if (!mails.configured) throw new MailNotConfigured()
    const { email } = await this.#signedIn(headers)
    this.#resets.take(email)
    await mails.confirmation(
      email,
      await createEmailVerificationToken(secret, email, undefined, confirmationSeconds),
    )
  }

  async confirmMail(token: string): Promise<void> {
    const { auth, registry } = this.#parts
    await calling(registry, () => auth.api.verifyEmail({ query: { token } }))
  }

  async invite(by: Actor, { site, email, role }: { site: string; email: string; role: Role }) {
    const { registry, mails, clock } = this.#parts
    const expiresAt = clock.now() + invitationMs
    const { invitation, secret } = await registry.invitations.create(by, { site, email, role, expiresAt })
    const link = mails.link('invitation', secret)
    if (!mails.configured) return { invitation, link, mailed: false }
    try {
      await mails.invitation(invitation, (await registry.sites.get(site)).name, link)
    } catch (error) {
      await registry.invitations.revoke(by, site, invitation.id)
      throw error
    }
    return { invitation, link: null, mailed: true }
  }

  async invitation(secret: string): Promise<InvitationView> {
    const { registry } = this.#parts
    const { site, email, role } = await this.#openInvitation(secret)
    const { name: siteName } = await registry.sites.get(site)
    return { site, siteName, email, role, account: await this.#hasAccount(email) }
  }

  async #openInvitation(secret: string): Promise<Invitation> {
    const invitation = await this.#parts.registry.invitations.find(secret)
    if (!invitation) throw new LinkExpired()
    return invitation
  }

  async #hasAccount(email: string): Promise<boolean> {
    const { registry, people } = this.#parts
    const person = await registry.people.findByEmail(email)
    return person !== null && (await calling(registry, () => people.hasPassword(person.id)))
  }

  async acceptInvitation(
    secret: string,
    from: From,
    person?: { name: string; password: string },
  ): Promise<{ member: Member; login: Login | null }> {
    const { registry } = this.#parts
    const { email } = await this.#openInvitation(secret)
    if (await this.#hasAccount(email)) return this.#join(secret, email, from)
    if (!person) throw new InvalidInput('password', 'choose a name and a password')
    const id = await this.#createInvited(email, person)
    const member = await registry.invitations.accept(secret, id)
    return { member, login: await this.#signIn(email, person.password, from) }
  }

  /** Somebody who has an account shows that it is theirs by being signed in. */
  async #join(secret: string, email: string, from: From): Promise<{ member: Member; login: null }> {
    const person = await this.#signedIn(from.headers)
    if (person.email !== email) throw new WrongCredentials()
    return { member: await this.#parts.registry.invitations.accept(secret, person.id), login: null }
  }

  async #createInvited(email: string, person: { name: string; password: string }): Promise<string> {
    const { people, mails } = this.#parts
    checkPassword(person.password, email)
    const { id } = await people.create(system('invitation'), { email, ...person })
    // The link came by mail and nobody else has seen it, so the address is theirs.
    if (mails.configured) await people.markVerified(id)
    return id
  }

  async handler(request: Request, address: string): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (!served.test(pathname)) return new Response(null, { status: 404 })
    const headers = new Headers(request.headers)
    headers.set(addressHeader, address)
    // Programs send no Origin, and better-auth wants one beside a cookie.
    if (!headers.has('origin')) headers.set('origin', new URL(request.url).origin)
    const cookie = headers.get('cookie')
    const before = cookie === null ? null : await this.session({ cookie })
    const response = await this.#parts.auth.handler(new Request(request, { headers }))
    // A fault of the server may be the database being away.
    if (response.status >= 500) await this.#parts.registry.ping()
    if (request.method === 'POST' && response.ok) await this.#served(pathname, before?.id, response)
    return response
  }

  /** Sessions may have ended or begun; what was done is written down. */
  async #served(pathname: string, before: string | undefined, response: Response): Promise<void> {
    this.#sessions.forget()
    const action = auditAction(pathname, before !== undefined)
    const id = before ?? (await personIn(response))
    if (id !== undefined && action !== undefined)
      await this.#parts.registry.audit.append({ who: { kind: 'person', id }, action, what: `people/${id}` })
  }

  /** Takes out sessions and codes that have ended, now and then. */
  #sweep(): void {
    const { auth, clock, log } = this.#parts
    this.#stopSweeping = clock.after(sweepEveryMs, () => {
      removeEnded(auth).catch(err => log.warn({ err }, 'ended sessions were not removed'))
      this.#sweep()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopSweeping()
    this.#stopListening()
    this.#parts.close()
  }
}
