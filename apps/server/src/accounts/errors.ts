import { OhmsteadError } from '@ohmstead/model'

/** Unknown person, wrong password, disabled account: one answer for all. */
export class WrongCredentials extends OhmsteadError {
  override readonly name = 'WrongCredentials'
  readonly code = 'OHM_WRONG_CREDENTIALS'
  constructor(options?: ErrorOptions) {
    super('the name or the password is wrong', options)
  }
}

/** A link that was used, has ended or never was. */
export class LinkExpired extends OhmsteadError {
  override readonly name = 'LinkExpired'
  readonly code = 'OHM_LINK_EXPIRED'
  constructor(options?: ErrorOptions) {
    super('this link was used or has ended', options)
  }
}

/** It needs a mail to be sent, and no SMTP server is configured. */
export class MailNotConfigured extends OhmsteadError {
  override readonly name = 'MailNotConfigured'
  readonly code = 'OHM_MAIL_NOT_CONFIGURED'
  constructor() {
    super('no mail can be sent: set smtp.url')
  }
}

/** The mail server did not take the mail. */
export class MailNotSent extends OhmsteadError {
  override readonly name = 'MailNotSent'
  readonly code = 'OHM_MAIL_NOT_SENT'
  override readonly retryable = true
  constructor(options?: ErrorOptions) {
    super('the mail server did not take the mail', options)
  }
}
