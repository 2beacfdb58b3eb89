export interface Mail {
  readonly to: string
  readonly subject: string
  /** Plain text: nothing in it can be markup. */
  readonly text: string
}

export interface Mailer {
  send(mail: Mail): Promise<void>
  close(): void
}

export interface SmtpOptions {
  /** `smtp://user:password@host:port`, `smtps://…` */
  readonly url: string
  readonly from?: string | undefined
}

export async function smtpMailer({
  url,
  from = 'Ohmstead <ohmstead@localhost>',
}: SmtpOptions): Promise<Mailer> {
  // Only installations that send mail pay for it.
  const { createTransport } = await import('nodemailer')
  const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
  const transport = createTransport(
    { url, ...timeouts },
    { from, disableFileAccess: true, disableUrlAccess: true },
  )
  return {
    send: async mail => void (await transport.sendMail(mail)),
    close: () => transport.close(),
  }
}
