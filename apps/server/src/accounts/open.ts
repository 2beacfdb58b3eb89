import { type Clock, systemClock } from '@ohmstead/model'
import type { Registry } from '@ohmstead/registry'
import type { Logger } from 'pino'
import type { Accounts } from './accounts.ts'
import { createAuth } from './auth.ts'
import { BetterAuthAccounts } from './betterAuthAccounts.ts'
import { calling } from './failures.ts'
import { FirstRun } from './firstRun.ts'
import { HashQueue, type PasswordHashes } from './hashQueue.ts'
import { type Mailer, type SmtpOptions, smtpMailer } from './mailer.ts'
import { Mails } from './mails.ts'
import { People } from './people.ts'

export interface AccountsOptions {
  readonly registry: Registry
  /** Signs cookies and encrypts second factors; see `sessionSecret`. */
  readonly secret: string
  /** Where people reach the platform, without a slash at the end; asked for when a link is made. */
  readonly publicUrl: () => string
  /** The platform is reached over https, so that cookies go over https only. */
  readonly secureCookies: boolean
  /** `OHMSTEAD_ADMIN_EMAIL` and `OHMSTEAD_ADMIN_PASSWORD`: used only while there is no account. */
  readonly admin?: { readonly email?: string | undefined; readonly password?: string | undefined }
  readonly smtp?: { readonly url?: string | undefined; readonly from?: string | undefined }
  /** Instead of `smtp`, for tests. */
  readonly mailer?: Mailer
  /** Instead of scrypt, for tests that sign in often. */
  readonly hashes?: PasswordHashes
  readonly clock?: Clock
  readonly log: Logger
}

/**
 * Opens the accounts over the registry's database and makes their tables when they are missing. On the first run it
 * makes the operator's account or the set-up link.
 * @throws InvalidInput when the operator's first account cannot be made · RegistryUnavailable
 */
export async function openAccounts(options: AccountsOptions): Promise<Accounts> {
  const { registry, log, clock = systemClock, publicUrl, hashes = new HashQueue() } = options
  const mailer = options.mailer ?? (await mailerOf(options.smtp))
  const mails = new Mails(mailer, publicUrl, log)
  const sendResetLink = (email: string, token: string) => void mails.reset(email, token).catch(() => {})
  const auth = await calling(registry, () => createAuth({ ...options, clock, hashes, sendResetLink }))
  const people = new People(registry, auth, hashes)
  const firstRun = new FirstRun()
  await firstRun.begin(registry, people, options.admin ?? {})
  const close = () => mailer?.close()
  return new BetterAuthAccounts({
    registry,
    auth,
    people,
    firstRun,
    mails,
    secret: options.secret,
    clock,
    log,
    close,
  })
}

async function mailerOf(smtp: AccountsOptions['smtp']): Promise<Mailer | null> {
  const configured = (options: typeof smtp): options is SmtpOptions => options?.url !== undefined
  return configured(smtp) ? smtpMailer(smtp) : null
}
