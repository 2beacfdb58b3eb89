import type { IncomingHttpHeaders } from 'node:http'
import type { Member, Role } from '@ohmstead/model'
import type { Actor, Invitation, PersonPrincipal } from '@ohmstead/registry'

/** What a sign-in knows of the request that it came with. `address` is the client's, behind trusted proxies too. */
export interface From {
  readonly headers: IncomingHttpHeaders
  readonly address: string
}

/** `email` and `username` each take either; a text with `@` is an e-mail address. */
export interface LoginInput {
  readonly email?: string | undefined
  readonly username?: string | undefined
  readonly password: string
}

/** What a signed-in person may know of themselves. */
export interface Profile {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly username: string | null
  readonly admin: boolean
  /** The address was shown to be theirs. */
  readonly emailVerified: boolean
  /** A second factor is asked for at every sign-in. */
  readonly twoFactor: boolean
  /** Site → role. */
  readonly roles: Readonly<Record<string, Role>>
}

/**
 * `setCookies` are the values of the answer's `Set-Cookie` headers, to be sent as they are. After `second-factor` the
 * person sends their code to `POST /api/auth/two-factor/verify-totp {code}` with the cookie of this answer.
 */
export type Login =
  | { readonly kind: 'signed-in'; readonly setCookies: string[]; readonly profile: Profile }
  | { readonly kind: 'second-factor'; readonly setCookies: string[] }

/** What an invitation's link opens to. `account` says whether the address has an account with a password. */
export interface InvitationView {
  readonly site: string
  readonly siteName: string
  readonly email: string
  readonly role: Role
  readonly account: boolean
}

/**
 * People who sign in. Nobody registers by themselves: the first account is the operator's, all others are invited.
 * Errors: `WrongCredentials` (→ 401), `WeakPassword` (an InvalidInput of `password`, → 400), `LinkExpired` (→ 410),
 * `MailNotConfigured` (→ 409), `TooManyAttempts` (→ 429), `RegistryUnavailable` (→ 503), and those of the registry.
 */
export interface Accounts extends AsyncDisposable {
  /** The one-time link for the first account, or null once there is one. To be printed at the start. */
  setupLink(): string | null
  /** Makes the first account, an administrator, and signs it in. The link is used up. */
  setUp(token: string, person: NewPerson, from: From): Promise<Login>

  /** @throws WrongCredentials, the same for an unknown person and a wrong password · TooManyAttempts */
  login(input: LoginInput, from: From): Promise<Login>
  /** Ends the session of these headers; fine without one. Answers the `Set-Cookie` values. */
  logout(headers: IncomingHttpHeaders): Promise<string[]>
  /** Ends every session of this person. */
  logoutEverywhere(headers: IncomingHttpHeaders): Promise<string[]>
  /** The person behind the session cookie, with present roles, or null. */
  session(headers: IncomingHttpHeaders): Promise<PersonPrincipal | null>
  /** As `session`, with what a page shows. */
  profile(headers: IncomingHttpHeaders): Promise<Profile | null>

  /** Ends the person's other sessions. @throws WrongCredentials */
  changePassword(input: { current: string; next: string }, from: From): Promise<void>
  /** Sends a link if the address has an account; answers the same if not. @throws MailNotConfigured */
  requestPasswordReset(email: string, address: string): Promise<void>
  /** Ends all sessions of the person. @throws LinkExpired · WeakPassword */
  resetPassword(token: string, password: string): Promise<void>
  /** Sends a link that shows the address to be theirs. @throws MailNotConfigured */
  requestMailConfirmation(headers: IncomingHttpHeaders): Promise<void>
  /** @throws LinkExpired */
  confirmMail(token: string): Promise<void>

  /**
   * Mails the link when mail is configured. Only where it is not, `link` is there for handing over, once: otherwise an owner
   * could make an account in the name of somebody else's address.
   * @throws MailNotSent (→ 502); nobody is invited then
   */
  invite(
    by: Actor,
    invitation: { site: string; email: string; role: Role },
  ): Promise<{ invitation: Invitation; link: string | null; mailed: boolean }>
  /** @throws LinkExpired */
  invitation(secret: string): Promise<InvitationView>
  /**
   * Makes a member of the invited: a signed-in person with the invited address, or somebody new, who chooses name
   * and password here and is signed in.
   * @throws LinkExpired · WrongCredentials when the address has an account and it is not signed in
   */
  acceptInvitation(
    secret: string,
    from: From,
    person?: { name: string; password: string },
  ): Promise<{ member: Member; login: Login | null }>

  /**
   * The second factor and the list of sessions: `/api/auth/two-factor/*`, `/api/auth/list-sessions`, `/api/auth/revoke-session`, `/api/auth/revoke-other-sessions`.
   * Everything else under `/api/auth` is 404 here, because it has a method above. The caller has refused requests from
   * pages of other origins.
   */
  handler(request: Request, address: string): Promise<Response>
}

export interface NewPerson {
  readonly email: string
  readonly name: string
  readonly password: string
  readonly username?: string | null | undefined
}
