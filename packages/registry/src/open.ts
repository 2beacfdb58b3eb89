import { type Clock, systemClock } from '@ohmstead/model'
import { type Kysely, sql } from 'kysely'
import { auditOf } from './audit.ts'
import { Authenticator } from './authenticate.ts'
import type { DatabaseType } from './columns.ts'
import { Core } from './core.ts'
import { credentialsOf } from './credentials.ts'
import { devicesOf } from './devices.ts'
import { Directory } from './directory.ts'
import { NewerDatabase } from './errors.ts'
import { explain } from './failures.ts'
import { invitationsOf } from './invitations.ts'
import { membersOf } from './members.ts'
import { migrate, newestVersion } from './migrations.ts'
import { peopleOf } from './people.ts'
import { placesOf } from './places.ts'
import type { Registry } from './registry.ts'
import { removalsOf } from './removals.ts'
import { ruleCasesOf } from './ruleCases.ts'
import { rulesOf } from './rules.ts'
import type { Schema } from './schema.ts'
import { settingsOf } from './settings.ts'
import { sitesOf } from './sites.ts'
import { openSqlite, sqliteVersion } from './sqlite.ts'
import { tokensOf } from './tokens.ts'

/** A SQLite file (`:memory:` for tests) that this process alone writes, or a PostgreSQL database that several share. */
export type RegistryLocation =
  | { readonly dialect: 'sqlite'; readonly file: string }
  | {
      readonly dialect: 'postgres'
      readonly url: string
      /** At most; 8 when absent. */
      readonly connections?: number
      /** A connection on which nothing has passed for so long is given up, ms. */
      readonly silentMs?: number
    }

export interface RegistryOptions {
  readonly clock?: Clock
  /** Told when a connection to PostgreSQL is lost. */
  readonly onLost?: (error: Error) => void
}

/**
 * Opens the registry, made or migrated when it has to be.
 * @throws NewerDatabase (and has not touched it) · RegistryUnavailable
 */
export async function openRegistry(
  location: RegistryLocation,
  options: RegistryOptions = {},
): Promise<Registry> {
  const directory = new Directory()
  const reload = (db: Kysely<Schema>) => directory.load(db)
  const core = new Core(
    await connect(location, options),
    location.dialect,
    options.clock ?? systemClock,
    reload,
  )
  try {
    await migrate(core.db, core.type)
    await directory.load(core.db)
  } catch (error) {
    await core.close()
    throw explain(error)
  }
  return registryOf(core, directory)
}

export async function connect(
  location: RegistryLocation,
  options: RegistryOptions = {},
): Promise<Kysely<Schema>> {
  if (location.dialect === 'postgres') {
    // Only installations that have a PostgreSQL pay for its driver.
    const { openPostgres } = await import('./postgres.ts')
    return openPostgres(location.url, { ...location, ...options })
  }
  try {
    const found = sqliteVersion(location.file)
    if (found > newestVersion) throw new NewerDatabase(found, newestVersion)
    return openSqlite(location.file)
  } catch (error) {
    throw explain(error)
  }
}

function registryOf(core: Core, directory: Directory): Registry {
  let closed: Promise<void> | undefined
  const authenticate = new Authenticator(core, directory)
  const close = () => (closed ??= authenticate.flush().then(() => core.close()))
  return {
    sites: sitesOf(core, directory),
    places: placesOf(core, directory),
    devices: devicesOf(core, directory),
    rules: rulesOf(core),
    ruleCases: ruleCasesOf(core),
    people: peopleOf(core),
    members: membersOf(core),
    invitations: invitationsOf(core),
    tokens: tokensOf(core),
    credentials: credentialsOf(core),
    audit: auditOf(core),
    settings: settingsOf(core),
    removals: removalsOf(core),
    authenticate,
    database: { db: core.db as unknown as Kysely<unknown>, type: core.type satisfies DatabaseType },
    onChange: listener => core.onChange(listener),
    refresh: () => core.read(db => directory.load(db)),
    ping: () => core.read(async db => void (await sql`select 1`.execute(db))),
    close,
    [Symbol.asyncDispose]: close,
  }
}
