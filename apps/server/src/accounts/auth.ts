import type { Clock } from '@ohmstead/model'
import type { Registry } from '@ohmstead/registry'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { getMigrations } from 'better-auth/db/migration'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Logger } from 'pino'
import type { PasswordHashes } from './hashQueue.ts'
import { requestLimits } from './requestLimits.ts'

/** The header that carries the client's address into better-auth; what a client sends under this name is dropped. */
export const addressHeader = 'x-ohmstead-address'

export interface AuthOptions {
  readonly registry: Registry
  readonly secret: string
  /** Sends cookies over https only. */
  readonly secureCookies: boolean
  readonly clock: Clock
  readonly log: Logger
  readonly hashes: PasswordHashes
  /** Mails the link that the token is part of. Not waited for: how long it takes must not tell who has an account. */
  readonly sendResetLink: (email: string, token: string) => void
}

const day = 24 * 3600

/**
 * better-auth over the registry's database, its tables made or completed. People are the registry's own table, made and changed through the registry so
 * that the audit sees it; sign-up here is off. No transactions: SQLite has one connection, and a hook that asks the registry
 * inside one would wait for itself.
 */
export async function createAuth(options: AuthOptions) {
  const settings = settingsOf(options)
  await (await getMigrations(settings)).runMigrations()
  return betterAuth(settings)
}

function settingsOf({ registry, secret, secureCookies, clock, log, hashes, sendResetLink }: AuthOptions) {
  return {
    appName: 'Ohmstead',
    baseURL: 'http://localhost',
    basePath: '/api/auth',
    secret,
    database: { ...registry.database, transaction: false },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message, ...details) => log.error({ details }, message) },
    user: {
      modelName: 'people',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    // A session ends two weeks after the sign-in, whatever happens: nothing is written when it is used.
    session: { modelName: 'sessions', expiresIn: 14 * day, disableSessionRefresh: true },
    account: { modelName: 'accounts' },
    verification: { modelName: 'verifications', storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 8,
      revokeSessionsOnPasswordReset: true,
      password: hashes,
      sendResetPassword: async ({ user, token }) => sendResetLink(user.email, token),
    },
    plugins: [twoFactor({ issuer: 'Ohmstead', twoFactorTable: 'two_factors' })],
    databaseHooks: {
      session: {
        create: {
          before: async session => {
            const person = await registry.authenticate.person(session.userId)
            return person === null ? false : undefined
          },
        },
      },
    },
    rateLimit: { enabled: true, window: 60, max: 60, customStorage: requestLimits(clock) },
    // What a client did wrong is its own affair; better-auth would print it past our log.
    onAPIError: {
      onError: error => void (isAPIError(error) || log.error({ err: error }, 'account request failed')),
    },
    // Requests reach this handler after the HTTP layer has judged where they come from.
    trustedOrigins: request => ownOrigin(request),
    advanced: {
      cookiePrefix: 'ohmstead',
      useSecureCookies: secureCookies,
      // Said outright, because better-auth's own defaults differ by NODE_ENV.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
  } satisfies BetterAuthOptions
}

/** The origin under which the browser knows this server: pages of ours come from there. */
function ownOrigin(request: Request | undefined): string[] {
  if (!request) return []
  const { host } = new URL(request.url)
  // A proxy before us may speak https while we do not.
  return [`http://${host}`, `https://${host}`]
}

export type Auth = Awaited<ReturnType<typeof createAuth>>
