import type { Actor, Person, Registry } from '@ohmstead/registry'
import type { Kysely } from 'kysely'
import type { NewPerson } from './accounts.ts'
import type { Auth } from './auth.ts'
import type { PasswordHashes } from './hashQueue.ts'

/** better-auth's name for an account that is opened with a password. */
const provider = 'credential'

/** The rows that are asked for here without better-auth. */
interface Rows {
  accounts: { userId: string; providerId: string }
  people: { id: string; email: string; username: string | null }
}

/** People as the registry keeps them, with the passwords that better-auth keeps. */
export class People {
  readonly #registry: Registry
  readonly #auth: Auth
  readonly #hashes: PasswordHashes

  constructor(registry: Registry, auth: Auth, hashes: PasswordHashes) {
    this.#registry = registry
    this.#auth = auth
    this.#hashes = hashes
  }

  /**
   * Somebody new with a password. Whoever was made without one, because the program ended in between, gets theirs now.
   * @throws Conflict `email` when the address has an account with a password
   */
  async create(by: Actor, { password, ...about }: NewPerson, admin = false): Promise<Person> {
    const hash = await this.#hashes.hash(password)
    const unfinished = await this.#unfinished(about.email)
    const person = unfinished ?? (await this.#registry.people.create(by, { ...about, admin }))
    const { internalAdapter } = await this.#auth.$context
    await internalAdapter.createAccount({
      userId: person.id,
      providerId: provider,
      accountId: person.id,
      password: hash,
    })
    if (!unfinished) return person
    return this.#registry.people.update(by, person.id, { name: about.name, admin: admin || unfinished.admin })
  }

  async #unfinished(email: string): Promise<Person | null> {
    const person = await this.#registry.people.findByEmail(email)
    return person && !(await this.hasPassword(person.id)) ? person : null
  }

  async hasPassword(id: string): Promise<boolean> {
    const accounts = this.#rows().selectFrom('accounts').select('userId').where('userId', '=', id)
    return (await accounts.where('providerId', '=', provider).executeTakeFirst()) !== undefined
  }

  /** How many could sign in. */
  async withPassword(): Promise<number> {
    const accounts = this.#rows().selectFrom('accounts').where('providerId', '=', provider)
    const row = await accounts.select(count => count.fn.countAll().as('accounts')).executeTakeFirstOrThrow()
    return Number(row.accounts)
  }

  /** The address behind a user name, or undefined. */
  async emailOf(username: string): Promise<string | undefined> {
    const people = this.#rows().selectFrom('people').select('email')
    return (await people.where('username', '=', username.trim().toLowerCase()).executeTakeFirst())?.email
  }

  async details(id: string): Promise<{ emailVerified: boolean; twoFactor: boolean }> {
    const { internalAdapter } = await this.#auth.$context
    const user = await internalAdapter.findUserById(id)
    const twoFactor = user !== null && 'twoFactorEnabled' in user && user.twoFactorEnabled === true
    return { emailVerified: user?.emailVerified ?? false, twoFactor }
  }

  async markVerified(id: string): Promise<void> {
    const { internalAdapter } = await this.#auth.$context
    await internalAdapter.updateUser(id, { emailVerified: true })
  }

  #rows(): Kysely<Rows> {
    return this.#registry.database.db as unknown as Kysely<Rows>
  }
}
