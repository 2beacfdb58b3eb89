import { type Kysely, sql } from 'kysely'
import { type Columns, columnsOf, type DatabaseType } from './columns.ts'
import { NewerDatabase } from './errors.ts'
import type { Schema } from './schema.ts'

type Migration = (db: Kysely<Schema>, columns: Columns) => Promise<void>

/** In order; the version of a database is how many of them it has seen. A released one is never changed. */
const migrations: readonly Migration[] = [first, second, third, fourth]

export const newestVersion = migrations.length

/**
 * Brings the database to this program's version, all or nothing.
 * @throws NewerDatabase
 */
export async function migrate(db: Kysely<Schema>, type: DatabaseType): Promise<void> {
  await db.transaction().execute(async tx => {
    if (type === 'postgres') await sql`select pg_advisory_xact_lock(6746778)`.execute(tx)
    await tx.schema
      .createTable('registry_version')
      .ifNotExists()
      .addColumn('version', 'integer', column => column.notNull())
      .execute()
    const found = await versionOf(tx)
    if (found > newestVersion) throw new NewerDatabase(found, newestVersion)
    for (const migration of migrations.slice(found)) await migration(tx, columnsOf(type))
    if (found === newestVersion) return
    await tx.deleteFrom('registry_version').execute()
    await tx.insertInto('registry_version').values({ version: newestVersion }).execute()
  })
}

/** How many migrations a database has seen; it has the table. */
export async function versionOf(db: Kysely<Schema>): Promise<number> {
  const row = await db.selectFrom('registry_version').selectAll().executeTakeFirst()
  return row?.version ?? 0
}

async function first(db: Kysely<Schema>, columns: Columns): Promise<void> {
  await createTree(db, columns)
  await createPeople(db, columns)
  await createSecrets(db, columns)
  await createAudit(db, columns)
  await db.schema
    .createTable('settings')
    .addColumn('key', columns.id, column => column.primaryKey())
    .addColumn('value', 'text', column => column.notNull())
    .execute()
}

/** Not tied to its site, which is gone when it matters. */
async function second(db: Kysely<Schema>, { id, time }: Columns): Promise<void> {
  await db.schema
    .createTable('removals')
    .addColumn('id', id, column => column.primaryKey())
    .addColumn('site', id, column => column.notNull())
    .addColumn('device', id)
    .addColumn('time', time, column => column.notNull())
    .execute()
}

async function third(db: Kysely<Schema>, { id, time, sites }: Columns): Promise<void> {
  await db.schema
    .createTable('rules')
    .addColumn('site', id, sites)
    .addColumn('id', id, column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('enabled', 'integer', column => column.notNull())
    .addColumn('version', 'integer', column => column.notNull())
    .addPrimaryKeyConstraint('rules_key', ['site', 'id'])
    .execute()
  await db.schema
    .createTable('rule_versions')
    .addColumn('site', id, column => column.notNull())
    .addColumn('rule', id, column => column.notNull())
    .addColumn('version', 'integer', column => column.notNull())
    .addColumn('definition', 'text', column => column.notNull())
    .addColumn('actions', 'text', column => column.notNull())
    .addColumn('changed_at', time, column => column.notNull())
    .addColumn('who_kind', 'text', column => column.notNull())
    .addColumn('who_id', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('rule_versions_key', ['site', 'rule', 'version'])
    .addForeignKeyConstraint('rule_versions_rule', ['site', 'rule'], 'rules', ['site', 'id'], key =>
      key.onDelete('cascade'),
    )
    .execute()
}

async function fourth(db: Kysely<Schema>, { id, time }: Columns): Promise<void> {
  await db.schema
    .createTable('rule_cases')
    .addColumn('site', id, column => column.notNull())
    .addColumn('rule', id, column => column.notNull())
    .addColumn('id', id, column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('begins', time, column => column.notNull())
    .addColumn('ends', time, column => column.notNull())
    .addColumn('expected', 'text', column => column.notNull())
    .addColumn('basis', 'text', column => column.notNull())
    .addColumn('made_at', time, column => column.notNull())
    .addPrimaryKeyConstraint('rule_cases_key', ['site', 'rule', 'id'])
    .addForeignKeyConstraint('rule_cases_rule', ['site', 'rule'], 'rules', ['site', 'id'], key =>
      key.onDelete('cascade'),
    )
    .execute()
}

/** References inside a site wait for the commit, because a site's places and devices go in one go. */
async function createTree(db: Kysely<Schema>, { id, real, sites }: Columns): Promise<void> {
  await db.schema
    .createTable('sites')
    .addColumn('id', id, column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('timezone', 'text', column => column.notNull())
    .addColumn('currency', 'text', column => column.notNull())
    .addColumn('price_area', 'text')
    .addColumn('new_devices', 'text', column => column.notNull())
    .addColumn('retention_days', 'integer')
    .execute()
  await db.schema
    .createTable('places')
    .addColumn('site', id, sites)
    .addColumn('id', id, column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('parent', id)
    .addPrimaryKeyConstraint('places_key', ['site', 'id'])
    .addForeignKeyConstraint('places_parent', ['site', 'parent'], 'places', ['site', 'id'], key =>
      key.deferrable().initiallyDeferred(),
    )
    .execute()
  await db.schema
    .createTable('devices')
    .addColumn('site', id, sites)
    .addColumn('id', id, column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('type', 'text')
    .addColumn('place', id)
    .addColumn('description', 'text', column => column.notNull())
    .addColumn('identities', 'text', column => column.notNull())
    .addColumn('capabilities', 'text', column => column.notNull())
    .addColumn('rated_power_w', real)
    .addColumn('counter_modulus_wh', real)
    .addColumn('submeter_of', id)
    .addColumn('enabled', 'integer', column => column.notNull())
    .addPrimaryKeyConstraint('devices_key', ['site', 'id'])
    .addForeignKeyConstraint('devices_place', ['site', 'place'], 'places', ['site', 'id'], key =>
      key.deferrable().initiallyDeferred(),
    )
    .addForeignKeyConstraint('devices_submeter_of', ['site', 'submeter_of'], 'devices', ['site', 'id'], key =>
      key.deferrable().initiallyDeferred(),
    )
    .execute()
}

async function createPeople(
  db: Kysely<Schema>,
  { id, time, date, boolean, sites, flag }: Columns,
): Promise<void> {
  await db.schema
    .createTable('people')
    .addColumn('id', id, column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('email', 'text', column => column.notNull().unique())
    .addColumn('email_verified', boolean, column => column.notNull())
    .addColumn('image', 'text')
    .addColumn('username', 'text', column => column.unique())
    .addColumn('display_username', 'text')
    .addColumn('created_at', date, column => column.notNull())
    .addColumn('updated_at', date, column => column.notNull())
    .addColumn('admin', 'integer', flag)
    .addColumn('disabled', 'integer', flag)
    .execute()
  await db.schema
    .createTable('members')
    .addColumn('site', id, sites)
    .addColumn('person', id, column => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('role', 'text', column => column.notNull())
    .addColumn('created_at', time, column => column.notNull())
    .addPrimaryKeyConstraint('members_key', ['site', 'person'])
    .execute()
  await db.schema.createIndex('members_person').on('members').column('person').execute()
}

async function createSecrets(db: Kysely<Schema>, { id, time, sites }: Columns): Promise<void> {
  await db.schema
    .createTable('tokens')
    .addColumn('id', id, column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('site', id, column => column.references('sites.id').onDelete('cascade'))
    .addColumn('device', id)
    .addColumn('scopes', 'text', column => column.notNull())
    .addColumn('owner', id, column => column.references('people.id').onDelete('cascade'))
    .addColumn('hash', 'text', column => column.notNull())
    .addColumn('created_at', time, column => column.notNull())
    .addColumn('last_used_at', time)
    .addColumn('expires_at', time)
    .addForeignKeyConstraint('tokens_device', ['site', 'device'], 'devices', ['site', 'id'], key =>
      key.onDelete('cascade'),
    )
    .execute()
  await db.schema.createIndex('tokens_site').on('tokens').columns(['site', 'device']).execute()
  await db.schema.createIndex('tokens_owner').on('tokens').column('owner').execute()
  await db.schema
    .createTable('credentials')
    .addColumn('id', id, column => column.primaryKey())
    .addColumn('site', id, column => column.notNull())
    .addColumn('device', id, column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('hash', 'text', column => column.notNull())
    .addColumn('created_at', time, column => column.notNull())
    .addColumn('last_used_at', time)
    .addForeignKeyConstraint('credentials_device', ['site', 'device'], 'devices', ['site', 'id'], key =>
      key.onDelete('cascade'),
    )
    .execute()
  await db.schema
    .createIndex('credentials_device_index')
    .on('credentials')
    .columns(['site', 'device'])
    .execute()
  await db.schema
    .createTable('invitations')
    .addColumn('id', id, column => column.primaryKey())
    .addColumn('site', id, sites)
    .addColumn('email', 'text', column => column.notNull())
    .addColumn('role', 'text', column => column.notNull())
    .addColumn('hash', 'text', column => column.notNull().unique())
    .addColumn('created_at', time, column => column.notNull())
    .addColumn('expires_at', time, column => column.notNull())
    .addUniqueConstraint('invitations_once', ['site', 'email'])
    .execute()
}

async function createAudit(db: Kysely<Schema>, { id, time, appendOnly }: Columns): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('seq', time, column => column.primaryKey())
    .addColumn('time', time, column => column.notNull())
    .addColumn('who_kind', 'text', column => column.notNull())
    .addColumn('who_id', 'text', column => column.notNull())
    .addColumn('action', 'text', column => column.notNull())
    .addColumn('what', 'text', column => column.notNull())
    .addColumn('site', id)
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .addColumn('hash', 'text', column => column.notNull())
    .execute()
  await db.schema.createIndex('audit_site').on('audit').columns(['site', 'seq']).execute()
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('seq', time, column => column.notNull())
    .addColumn('hash', 'text', column => column.notNull())
    .execute()
  await db.insertInto('audit_head').values({ id: 1, seq: 0, hash: '' }).execute()
  for (const statement of appendOnly('audit')) await sql.raw(statement).execute(db)
}
