import { isId } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import { Answers } from './answers.ts'
import type { Core } from './core.ts'
import { credentialRows } from './credentials.ts'
import type { Directory } from './directory.ts'
import { RegistryUnavailable } from './errors.ts'
import { LastUses } from './lastUses.ts'
import { loadRoles } from './members.ts'
import { personOf } from './people.ts'
import type { PersonPrincipal, Principal, TokenPrincipal } from './policy.ts'
import type { Authenticate, RegistryChange } from './registry.ts'
import type { Schema } from './schema.ts'
import { hashSecret, parseTokenText, sameHash } from './secrets.ts'
import { addressKey, Throttle } from './throttle.ts'
import { tokenOf } from './tokens.ts'

/** Looks a principal up; null means no. */
type Lookup = (db: Kysely<Schema>) => Promise<Principal | null>

export class Authenticator implements Authenticate {
  readonly #core: Core
  readonly #directory: Directory
  readonly #answers: Answers
  /** By name and address: who errs with one name is held back with that name. */
  readonly #perName: Throttle
  /** By address alone, wide: a gateway in front of many devices has one. */
  readonly #perAddress: Throttle
  readonly #lastUses: LastUses

  constructor(core: Core, directory: Directory) {
    const { clock } = core
    this.#core = core
    this.#directory = directory
    this.#lastUses = new LastUses(core)
    this.#answers = new Answers({ clock, freshMs: 5_000, graceMs: 15 * 60_000, most: 20_000 })
    this.#perName = new Throttle({ clock, burst: 10, forgiveEveryMs: 5_000 })
    this.#perAddress = new Throttle({ clock, burst: 300, forgiveEveryMs: 200 })
    core.onChange(change => this.#forget(change))
  }

  token(text: string, address?: string): Promise<Principal | null> {
    const parts = parseTokenText(text)
    return this.#answer(`token ${text}`, parts?.id ?? '', address, async db =>
      parts ? this.#tokenPrincipal(db, parts.id, parts.secret) : null,
    )
  }

  mqtt(username: string, password: string, address?: string): Promise<Principal | null> {
    return this.#answer(`mqtt ${username}\n${password}`, username, address, db =>
      username.includes('/')
        ? this.#devicePrincipal(db, username, password)
        : this.#named(db, username, password),
    )
  }

  stands(principal: Principal): boolean {
    return this.#answers.stands(principal)
  }

  person(id: string): Promise<Principal | null> {
    return this.#remembered(`person ${id}`, db => loadPersonPrincipal(db, id))
  }

  /** An answer from memory, or from the database unless too many were wrong. */
  async #answer(
    question: string,
    name: string,
    address: string | undefined,
    lookup: Lookup,
  ): Promise<Principal | null> {
    // The memory holds no secrets either.
    const key = hashSecret(question)
    const known = this.#answers.fresh(key)
    if (known) return known
    const from = addressKey(address ?? '')
    const named = `${from} ${name.slice(0, 300)}`
    // Who was right a while ago is not held back for what others do from the same address.
    if (!this.#answers.graced(key)) {
      this.#perAddress.check(from)
      this.#perName.check(named)
    }
    const principal = await this.#remembered(key, lookup)
    if (principal) return principal
    this.#perAddress.fail(from)
    this.#perName.fail(named)
    return null
  }

  async #remembered(key: string, lookup: Lookup): Promise<Principal | null> {
    const known = this.#answers.fresh(key)
    if (known) return known
    const { generation } = this.#answers
    try {
      const principal = await this.#core.read(lookup)
      if (principal) this.#answers.keep(key, principal, generation)
      else this.#answers.forget(key)
      return principal
    } catch (error) {
      const graced = error instanceof RegistryUnavailable && this.#answers.graced(key)
      if (graced) return graced
      throw error
    }
  }

  async #tokenPrincipal(db: Kysely<Schema>, id: string, secret: string): Promise<TokenPrincipal | null> {
    const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row || !sameHash(row.hash, hashSecret(secret))) return null
    if (row.expires_at !== null && row.expires_at <= this.#core.clock.now()) return null
    const owner = row.owner === null ? null : await loadPersonPrincipal(db, row.owner)
    // Its person is disabled.
    if (row.owner !== null && !owner) return null
    this.#lastUses.note('tokens', id)
    const { site, device, scopes } = tokenOf(row)
    return { kind: 'token', id, site, device, scopes: new Set(scopes), owner }
  }

  async #devicePrincipal(db: Kysely<Schema>, username: string, password: string): Promise<Principal | null> {
    const [site, device, ...more] = username.split('/')
    if (more.length > 0 || !isId(site) || !isId(device)) return null
    const hash = hashSecret(password)
    const rows = await credentialRows(db, site, device)
    const right = rows.filter(row => sameHash(row.hash, hash))
    if (right.length === 0 || !this.#directory.device(site, device)?.enabled) return null
    this.#lastUses.note('credentials', right[0].id)
    return { kind: 'device', site, device }
  }

  /** A token under the name of its site, its person or itself. */
  async #named(db: Kysely<Schema>, username: string, text: string): Promise<Principal | null> {
    const parts = parseTokenText(text)
    const token = parts && (await this.#tokenPrincipal(db, parts.id, parts.secret))
    if (!token) return null
    if (username === token.site || username === token.id) return token
    if (token.owner && username.toLowerCase() === token.owner.email) return token
    // A token for all sites under the name of one is held to that one.
    return token.site === null && this.#directory.site(username) ? { ...token, site: username } : null
  }

  /** Writes down what waits to be. */
  flush(): Promise<void> {
    return this.#lastUses.flush()
  }

  #forget(change: RegistryChange): void {
    if (change.kind !== 'place') this.#answers.forgetWhere(principal => concerns(change, principal))
  }
}

async function loadPersonPrincipal(db: Kysely<Schema>, id: string): Promise<PersonPrincipal | null> {
  const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) return null
  const { email, admin, disabled } = personOf(row)
  return disabled ? null : { kind: 'person', id, email, admin, roles: await loadRoles(db, id) }
}

/** Whether an answer about this principal may be out of date after the change. */
function concerns(change: RegistryChange, principal: Principal): boolean {
  switch (principal.kind) {
    case 'anonymous':
      return false
    case 'device':
      return (
        'site' in change &&
        change.site === principal.site &&
        (!('device' in change) || change.device === principal.device)
      )
    case 'person':
      return concernsPerson(change, principal)
    case 'token':
      if (change.kind === 'token') return change.token === principal.id
      if (change.kind === 'site' && principal.site === change.site) return true
      if (change.kind === 'device')
        return change.device === principal.device && change.site === principal.site
      return principal.owner !== null && concernsPerson(change, principal.owner)
  }
}

function concernsPerson(change: RegistryChange, person: PersonPrincipal): boolean {
  if (change.kind === 'site') return person.roles.has(change.site)
  return (change.kind === 'person' || change.kind === 'member') && change.person === person.id
}
