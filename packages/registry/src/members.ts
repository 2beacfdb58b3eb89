import { InvalidInput, type Member, type Role, roles } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import { NotFound } from './errors.ts'
import { loadPerson } from './people.ts'
import type { Members } from './registry.ts'
import type { Schema } from './schema.ts'
import { loadSite } from './sites.ts'

export function membersOf(core: Core): Members {
  return {
    get: (site, person) => core.read(db => loadMember(db, site, person)),
    list: (site, page) => {
      const window = windowOf<string>('members', page)
      return core.read(async db => {
        let query = memberRows(db).where('members.site', '=', site).orderBy('members.person')
        if (window.after !== null) query = query.where('members.person', '>', window.after)
        const rows = await query.limit(window.limit + 1).execute()
        return pageOf(
          window,
          rows,
          row => row.person,
          row => row,
        )
      })
    },
    set: (by, site, person, role) => core.write(tx => setMember(core, tx, by, site, person, role)),
    remove: (by, site, person) => core.write(tx => removeMember(core, tx, by, site, person)),
    rolesOf: person => core.read(db => loadRoles(db, person)),
  }
}

function memberRows(db: Kysely<Schema>) {
  return db
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.person')
    .select(['members.person', 'people.email', 'people.name', 'members.site', 'members.role'])
}

async function findMember(db: Kysely<Schema>, site: string, person: string): Promise<Member | undefined> {
  const rows = memberRows(db).where('members.site', '=', site).where('members.person', '=', person)
  return rows.executeTakeFirst()
}

async function loadMember(db: Kysely<Schema>, site: string, person: string): Promise<Member> {
  const member = await findMember(db, site, person)
  if (!member) throw new NotFound('member', person)
  return member
}

export async function loadRoles(db: Kysely<Schema>, person: string): Promise<ReadonlyMap<string, Role>> {
  const rows = await db.selectFrom('members').select(['site', 'role']).where('person', '=', person).execute()
  return new Map(rows.map(row => [row.site, row.role]))
}

export async function setMember(
  core: Core,
  tx: Write,
  by: Actor,
  site: string,
  person: string,
  role: Role,
): Promise<Member> {
  if (!roles.includes(role)) throw new InvalidInput('role', `expected one of ${roles.join(', ')}`)
  await loadSite(tx.db, site)
  const { email, name } = await loadPerson(tx.db, person)
  const before = await findMember(tx.db, site, person)
  await tx.db
    .insertInto('members')
    .values({ site, person, role, created_at: core.clock.now() })
    .onConflict(conflict => conflict.columns(['site', 'person']).doUpdateSet({ role }))
    .execute()
  const after = { person, email, name, site, role }
  await tx.audit({ who: by, action: 'member.set', what: whatOf(site, person), site, before, after })
  announce(core, tx, site, person)
  return after
}

async function removeMember(core: Core, tx: Write, by: Actor, site: string, person: string): Promise<void> {
  const before = await loadMember(tx.db, site, person)
  await tx.db.deleteFrom('members').where('site', '=', site).where('person', '=', person).execute()
  await tx.audit({ who: by, action: 'member.remove', what: whatOf(site, person), site, before })
  announce(core, tx, site, person)
}

const whatOf = (site: string, person: string) => `sites/${site}/members/${person}`

function announce(core: Core, tx: Write, site: string, person: string): void {
  tx.committed(() => core.emit({ kind: 'member', site, person }))
}
