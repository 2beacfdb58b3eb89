import type { Invitation } from '@ohmstead/registry'
import type { Logger } from 'pino'
import { MailNotSent } from './errors.ts'
import type { Mail, Mailer } from './mailer.ts'

/** The mails of the accounts: what they say and the links in them. */
export class Mails {
  readonly #mailer: Mailer | null
  readonly #publicUrl: () => string
  readonly #log: Logger

  constructor(mailer: Mailer | null, publicUrl: () => string, log: Logger) {
    this.#mailer = mailer
    this.#publicUrl = publicUrl
    this.#log = log
  }

  get configured(): boolean {
    return this.#mailer !== null
  }

  link(page: 'setup' | 'reset-password' | 'confirm-mail' | 'invitation', token: string): string {
    const url = new URL(page, `${this.#publicUrl()}/`)
    url.searchParams.set('token', token)
    return url.href
  }

  /** @throws MailNotSent */
  async invitation(invitation: Invitation, siteName: string, link: string): Promise<void> {
    await this.#send({
      to: invitation.email,
      subject: `Invitation to ${oneLine(siteName)}`,
      text: `You are invited to ${oneLine(siteName)} on Ohmstead as ${invitation.role}.\n\n${link}\n\nThe link works once and for seven days.\n`,
    })
  }

  async reset(email: string, token: string): Promise<void> {
    await this.#send({
      to: email,
      subject: 'Choose a new password',
      text: `Somebody asked for a new password for this address. If it was you, open this link within an hour:\n\n${this.link('reset-password', token)}\n\nOtherwise nothing has to be done.\n`,
    })
  }

  async confirmation(email: string, token: string): Promise<void> {
    await this.#send({
      to: email,
      subject: 'Confirm your address',
      text: `Open this link within a day to show that this address is yours:\n\n${this.link('confirm-mail', token)}\n`,
    })
  }

  async #send(mail: Mail): Promise<void> {
    try {
      await this.#mailer?.send(mail)
    } catch (err) {
      this.#log.error({ err, subject: mail.subject }, 'mail was not sent')
      throw new MailNotSent({ cause: err })
    }
  }
}

/** Names come from people: no line of theirs may look like a line of ours. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
