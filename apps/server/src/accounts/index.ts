export type { Accounts, From, InvitationView, Login, LoginInput, NewPerson, Profile } from './accounts.ts'
export { LinkExpired, MailNotConfigured, MailNotSent, WrongCredentials } from './errors.ts'
export { type AccountsOptions, openAccounts } from './open.ts'
export { sessionSecret } from './sessionSecret.ts'
