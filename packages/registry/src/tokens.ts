import { InvalidInput, type Scope, scopes } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import { loadDevice } from './devices.ts'
import { NotFound } from './errors.ts'
import { loadPerson } from './people.ts'
import type { Token, TokenInput, Tokens } from './registry.ts'
import type { Schema, TokenRow } from './schema.ts'
import { hashSecret, newId, newSecret, tokenText } from './secrets.ts'
import { loadSite } from './sites.ts'

export function tokensOf(core: Core): Tokens {
  return {
    create: (by, input) => core.write(tx => createToken(core, tx, by, input)),
    get: id => core.read(async db => tokenOf(await loadToken(db, id))),
    list: filter => {
      const window = windowOf<string>('tokens', filter)
      return core.read(async db => {
        let query = db.selectFrom('tokens').selectAll().orderBy('id')
        if (filter?.site !== undefined) query = query.where('site', '=', filter.site)
        if (filter?.owner !== undefined) query = query.where('owner', '=', filter.owner)
        if (window.after !== null) query = query.where('id', '>', window.after)
        return pageOf(window, await query.limit(window.limit + 1).execute(), row => row.id, tokenOf)
      })
    },
    revoke: (by, id) => core.write(tx => revokeToken(core, tx, by, id)),
  }
}

export function tokenOf(row: TokenRow): Token {
  const {
    hash: _,
    scopes,
    created_at: createdAt,
    last_used_at: lastUsedAt,
    expires_at: expiresAt,
    ...same
  } = row
  return { ...same, scopes: JSON.parse(scopes) as Scope[], createdAt, lastUsedAt, expiresAt }
}

async function loadToken(db: Kysely<Schema>, id: string): Promise<TokenRow> {
  const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new NotFound('token', id)
  return row
}

function parseName(text: string): string {
  const name = text.trim()
  if (name.length > 0 && name.length <= 120) return name
  throw new InvalidInput('name', 'expected 1–120 characters')
}

function parseScopes(given: readonly Scope[]): Scope[] {
  const known = scopes.filter(scope => given.includes(scope))
  if (known.length > 0 && given.every(scope => scopes.includes(scope))) return known
  throw new InvalidInput('scopes', `expected at least one of ${scopes.join(', ')}`)
}

async function checkLimits(db: Kysely<Schema>, site: string | null, device: string | null): Promise<void> {
  if (device !== null && site === null) throw new InvalidInput('device', 'a device is named with its site')
  if (site !== null) await loadSite(db, site)
  if (site !== null && device !== null) await loadDevice(db, site, device)
}

async function createToken(core: Core, tx: Write, by: Actor, input: TokenInput) {
  const { site = null, device = null, owner = null, expiresAt = null } = input
  await checkLimits(tx.db, site, device)
  if (owner !== null) await loadPerson(tx.db, owner)
  const [id, secret] = [newId(), newSecret()]
  const row: TokenRow = {
    id,
    name: parseName(input.name),
    site,
    device,
    scopes: JSON.stringify(parseScopes(input.scopes)),
    owner,
    hash: hashSecret(secret),
    created_at: core.clock.now(),
    last_used_at: null,
    expires_at: expiresAt,
  }
  await tx.db.insertInto('tokens').values(row).execute()
  const token = tokenOf(row)
  await tx.audit({ who: by, action: 'token.create', what: `tokens/${id}`, site, after: token })
  return { token, text: tokenText(id, secret) }
}

async function revokeToken(core: Core, tx: Write, by: Actor, id: string): Promise<void> {
  const before = tokenOf(await loadToken(tx.db, id))
  await tx.db.deleteFrom('tokens').where('id', '=', id).execute()
  await tx.audit({ who: by, action: 'token.revoke', what: `tokens/${id}`, site: before.site, before })
  tx.committed(() => core.emit({ kind: 'token', token: id }))
}
