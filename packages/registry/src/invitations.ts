import { InvalidInput, type Member, type Role, roles } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import { NotFound } from './errors.ts'
import { loadRoles, setMember } from './members.ts'
import { parseEmail } from './parse.ts'
import type { Invitation, Invitations } from './registry.ts'
import type { InvitationRow, Schema } from './schema.ts'
import { hashSecret, newId, newSecret } from './secrets.ts'
import { loadSite } from './sites.ts'

type InvitationInput = Parameters<Invitations['create']>[1]

export function invitationsOf(core: Core): Invitations {
  return {
    create: (by, input) => core.write(tx => invite(core, tx, by, input)),
    list: (site, page) => {
      const window = windowOf<string>('invitations', page)
      return core.read(async db => {
        let query = db.selectFrom('invitations').selectAll().where('site', '=', site).orderBy('id')
        query = query.where('expires_at', '>', core.clock.now())
        if (window.after !== null) query = query.where('id', '>', window.after)
        return pageOf(window, await query.limit(window.limit + 1).execute(), row => row.id, invitationOf)
      })
    },
    revoke: (by, site, id) => core.write(tx => revoke(tx, by, site, id)),
    find: secret => core.read(async db => (await findOpen(core, db, secret)) ?? null),
    accept: (secret, person) => core.write(tx => accept(core, tx, secret, person)),
  }
}

function invitationOf({
  hash: _,
  created_at: createdAt,
  expires_at: expiresAt,
  ...same
}: InvitationRow): Invitation {
  return { ...same, createdAt, expiresAt }
}

async function findOpen(core: Core, db: Kysely<Schema>, secret: string): Promise<Invitation | undefined> {
  const query = db.selectFrom('invitations').selectAll().where('hash', '=', hashSecret(secret))
  const row = await query.where('expires_at', '>', core.clock.now()).executeTakeFirst()
  return row && invitationOf(row)
}

async function invite(core: Core, tx: Write, by: Actor, input: InvitationInput) {
  const { site, role, expiresAt } = input
  const email = parseEmail(input.email)
  if (!roles.includes(role)) throw new InvalidInput('role', `expected one of ${roles.join(', ')}`)
  await loadSite(tx.db, site)
  const secret = newSecret()
  const row = { id: newId(), site, email, role, created_at: core.clock.now(), expires_at: expiresAt }
  await tx.db.deleteFrom('invitations').where('site', '=', site).where('email', '=', email).execute()
  await tx.db
    .insertInto('invitations')
    .values({ ...row, hash: hashSecret(secret) })
    .execute()
  const invitation = invitationOf({ ...row, hash: '' })
  await tx.audit({ who: by, action: 'invitation.create', what: whatOf(invitation), site, after: invitation })
  return { invitation, secret }
}

async function revoke(tx: Write, by: Actor, site: string, id: string): Promise<void> {
  const query = tx.db.selectFrom('invitations').selectAll().where('site', '=', site).where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (!row) throw new NotFound('invitation', id)
  const before = invitationOf(row)
  await tx.db.deleteFrom('invitations').where('id', '=', id).execute()
  await tx.audit({ who: by, action: 'invitation.revoke', what: whatOf(before), site, before })
}

async function accept(core: Core, tx: Write, secret: string, person: string): Promise<Member> {
  const invitation = await findOpen(core, tx.db, secret)
  if (!invitation) throw new NotFound('invitation', 'of this link')
  const { site, role } = invitation
  const by: Actor = { kind: 'person', id: person }
  await tx.db.deleteFrom('invitations').where('id', '=', invitation.id).execute()
  await tx.audit({ who: by, action: 'invitation.accept', what: whatOf(invitation), site, before: invitation })
  const present = (await loadRoles(tx.db, person)).get(site)
  return setMember(core, tx, by, site, person, better(present, role))
}

function better(present: Role | undefined, offered: Role): Role {
  // `roles` lists the strongest first.
  return present && roles.indexOf(present) < roles.indexOf(offered) ? present : offered
}

const whatOf = (invitation: Invitation) => `sites/${invitation.site}/invitations/${invitation.id}`
