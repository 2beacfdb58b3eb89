import { InvalidInput } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { loadDevice } from './devices.ts'
import { Conflict, NotFound } from './errors.ts'
import type { Credential, Credentials, IssuedCredential } from './registry.ts'
import type { CredentialRow, Schema } from './schema.ts'
import { hashSecret, newId, newSecret } from './secrets.ts'

const mostPerDevice = 10

export function credentialsOf(core: Core): Credentials {
  return {
    issue: (by, site, device, name = '') => core.write(tx => issue(core, tx, by, site, device, name)),
    list: (site, device) =>
      core.read(async db => {
        await loadDevice(db, site, device)
        return (await credentialRows(db, site, device)).map(credentialOf)
      }),
    revoke: (by, site, device, id) => core.write(tx => revoke(core, tx, by, site, device, id)),
  }
}

export function credentialRows(db: Kysely<Schema>, site: string, device: string): Promise<CredentialRow[]> {
  const rows = db.selectFrom('credentials').selectAll().where('site', '=', site).where('device', '=', device)
  return rows.orderBy('created_at').orderBy('id').execute()
}

function credentialOf({
  hash: _,
  created_at: createdAt,
  last_used_at: lastUsedAt,
  ...same
}: CredentialRow): Credential {
  return { ...same, createdAt, lastUsedAt }
}

async function issue(
  core: Core,
  tx: Write,
  by: Actor,
  site: string,
  device: string,
  name: string,
): Promise<IssuedCredential> {
  if (name.length > 120) throw new InvalidInput('name', 'expected at most 120 characters')
  await loadDevice(tx.db, site, device)
  if ((await credentialRows(tx.db, site, device)).length >= mostPerDevice)
    throw new Conflict('device', `it has ${mostPerDevice} credentials; revoke one first`)
  const password = newSecret()
  const row = { id: newId(), site, device, name, created_at: core.clock.now(), last_used_at: null }
  await tx.db
    .insertInto('credentials')
    .values({ ...row, hash: hashSecret(password) })
    .execute()
  const after = credentialOf({ ...row, hash: '' })
  await tx.audit({ who: by, action: 'credential.issue', what: whatOf(after), site, after })
  return { id: row.id, username: `${site}/${device}`, password }
}

async function revoke(
  core: Core,
  tx: Write,
  by: Actor,
  site: string,
  device: string,
  id: string,
): Promise<void> {
  const row = (await credentialRows(tx.db, site, device)).find(each => each.id === id)
  if (!row) throw new NotFound('credential', id)
  await tx.db.deleteFrom('credentials').where('id', '=', id).execute()
  const before = credentialOf(row)
  await tx.audit({ who: by, action: 'credential.revoke', what: whatOf(before), site, before })
  tx.committed(() => core.emit({ kind: 'credential', site, device }))
}

const whatOf = ({ site, device, id }: Credential) => `sites/${site}/devices/${device}/credentials/${id}`
