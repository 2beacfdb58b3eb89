import { existsSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import { verifyChain } from './audit.ts'
import { NewerDatabase } from './errors.ts'
import { explain } from './failures.ts'
import { newestVersion, versionOf } from './migrations.ts'
import { connect, type RegistryLocation } from './open.ts'
import type { AuditVerdict } from './registry.ts'
import type { Schema } from './schema.ts'

export interface RegistryInspection {
  /** 0: nothing is there yet; the first opening makes it. */
  readonly version: number
  /** The version that this program makes. */
  readonly newest: number
  /** Whether the audit log is whole; null where there is none. */
  readonly audit: AuditVerdict | null
}

/**
 * Looks at a registry, also beside the process that has it open, and changes nothing: it is neither made nor migrated.
 * @throws RegistryUnavailable · NewerDatabase
 */
export async function inspectRegistry(location: RegistryLocation): Promise<RegistryInspection> {
  const nothing = { version: 0, newest: newestVersion, audit: null }
  if (location.dialect === 'sqlite' && !existsSync(location.file)) return nothing
  const db = await connect(location)
  try {
    const version = (await hasTables(db)) ? await versionOf(db) : 0
    if (version > newestVersion) throw new NewerDatabase(version, newestVersion)
    return version === 0 ? nothing : { ...nothing, version, audit: await verify(db, location) }
  } catch (error) {
    throw explain(error)
  } finally {
    await db.destroy()
  }
}

async function hasTables(db: Kysely<Schema>): Promise<boolean> {
  const tables = await db.introspection.getTables()
  return tables.some(({ name }) => name === 'registry_version')
}

/** As of one moment, whatever is written meanwhile, and without a lock that writers would wait for. */
function verify(db: Kysely<Schema>, { dialect }: RegistryLocation): Promise<AuditVerdict> {
  return db.connection().execute(async own => {
    await (dialect === 'postgres' ? sql`begin isolation level repeatable read` : sql`begin`).execute(own)
    try {
      return await verifyChain(own)
    } finally {
      await sql`rollback`.execute(own)
    }
  })
}
