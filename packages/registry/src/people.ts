import { InvalidInput } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { DatabaseType } from './columns.ts'
import type { Core, Write } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import { Conflict, NotFound } from './errors.ts'
import { parseEmail } from './parse.ts'
import type { People, Person } from './registry.ts'
import type { PersonRow, Schema } from './schema.ts'
import { newId } from './secrets.ts'

type PersonInput = Parameters<People['create']>[1]
type PersonPatch = Parameters<People['update']>[2]

export function peopleOf(core: Core): People {
  return {
    create: (by, person) => core.write(tx => createPerson(core, tx, by, person)),
    get: id => core.read(db => loadPerson(db, id)),
    findByEmail: email =>
      core.read(async db => {
        const query = db.selectFrom('people').selectAll().where('email', '=', email.trim().toLowerCase())
        const row = await query.executeTakeFirst()
        return row ? personOf(row) : null
      }),
    list: page => {
      const window = windowOf<string>('people', page)
      return core.read(async db => {
        let query = db.selectFrom('people').selectAll().orderBy('id')
        if (window.after !== null) query = query.where('id', '>', window.after)
        return pageOf(window, await query.limit(window.limit + 1).execute(), row => row.id, personOf)
      })
    },
    update: (by, id, patch) => core.write(tx => updatePerson(core, tx, by, id, patch)),
    remove: (by, id) => core.write(tx => removePerson(core, tx, by, id)),
    count: () =>
      core.read(async db => {
        const query = db.selectFrom('people').select(count => count.fn.countAll().as('people'))
        return Number((await query.executeTakeFirstOrThrow()).people)
      }),
  }
}

export function personOf(row: PersonRow): Person {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    username: row.username,
    admin: row.admin === 1,
    disabled: row.disabled === 1,
    createdAt: new Date(row.created_at).getTime(),
  }
}

/** @throws NotFound */
export async function loadPerson(db: Kysely<Schema>, id: string): Promise<Person> {
  const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new NotFound('person', id)
  return personOf(row)
}

function parseName(name: string): string {
  const text = name.trim()
  if (text.length > 0 && text.length <= 120) return text
  throw new InvalidInput('name', 'expected 1–120 characters')
}

function parseUsername(username: string | null | undefined): string | null {
  if (username === null || username === undefined) return null
  const text = username.trim().toLowerCase()
  if (/^[a-z0-9][a-z0-9._-]{1,29}$/.test(text)) return text
  throw new InvalidInput(
    'username',
    'expected 2–30 of a–z, 0–9, dot, - and _, beginning with a letter or digit',
  )
}

async function createPerson(core: Core, tx: Write, by: Actor, input: PersonInput): Promise<Person> {
  const email = parseEmail(input.email)
  const username = parseUsername(input.username)
  await checkFree(tx.db, 'email', email)
  if (username !== null) await checkFree(tx.db, 'username', username)
  const row = rowOf(core, { email, username, name: parseName(input.name), admin: input.admin ? 1 : 0 })
  await tx.db.insertInto('people').values(row).execute()
  const person = personOf(row)
  await tx.audit({ who: by, action: 'person.create', what: `people/${person.id}`, after: person })
  announce(core, tx, person.id)
  return person
}

function rowOf(core: Core, person: Pick<PersonRow, 'email' | 'username' | 'name' | 'admin'>): PersonRow {
  const date = dateFor(core.type, core.clock.now())
  const unverified = core.type === 'sqlite' ? 0 : false
  const rest = { image: null, display_username: person.username, disabled: 0 }
  return { id: newId(), ...person, ...rest, email_verified: unverified, created_at: date, updated_at: date }
}

/** Dates as the accounts keep them: a timestamp in PostgreSQL, ISO text in SQLite. */
function dateFor(type: DatabaseType, time: number): Date | string {
  const date = new Date(time)
  return type === 'sqlite' ? date.toISOString() : date
}

async function checkFree(db: Kysely<Schema>, field: 'email' | 'username', value: string): Promise<void> {
  const taken = await db.selectFrom('people').select('id').where(field, '=', value).executeTakeFirst()
  if (taken) throw new Conflict(field, 'there is an account with it')
}

async function updatePerson(
  core: Core,
  tx: Write,
  by: Actor,
  id: string,
  patch: PersonPatch,
): Promise<Person> {
  const before = await loadPerson(tx.db, id)
  const name = parseName(patch.name ?? before.name)
  const after = {
    ...before,
    name,
    admin: patch.admin ?? before.admin,
    disabled: patch.disabled ?? before.disabled,
  }
  if (isAdmin(before) && !isAdmin(after)) await checkOtherAdmin(tx.db, id)
  const flags = { admin: after.admin ? 1 : 0, disabled: after.disabled ? 1 : 0 }
  const updated_at = dateFor(core.type, core.clock.now())
  await tx.db
    .updateTable('people')
    .set({ name, ...flags, updated_at })
    .where('id', '=', id)
    .execute()
  await tx.audit({ who: by, action: 'person.update', what: `people/${id}`, before, after })
  announce(core, tx, id)
  return after
}

async function removePerson(core: Core, tx: Write, by: Actor, id: string): Promise<void> {
  const before = await loadPerson(tx.db, id)
  if (isAdmin(before)) await checkOtherAdmin(tx.db, id)
  await tx.db.deleteFrom('people').where('id', '=', id).execute()
  await tx.audit({ who: by, action: 'person.remove', what: `people/${id}`, before })
  announce(core, tx, id)
}

const isAdmin = (person: Person) => person.admin && !person.disabled

async function checkOtherAdmin(db: Kysely<Schema>, id: string): Promise<void> {
  const admins = db.selectFrom('people').select('id').where('admin', '=', 1).where('disabled', '=', 0)
  const other = await admins.where('id', '!=', id).executeTakeFirst()
  if (!other) throw new Conflict('admin', 'the platform needs one administrator')
}

function announce(core: Core, tx: Write, person: string): void {
  tx.committed(() => core.emit({ kind: 'person', person }))
}
