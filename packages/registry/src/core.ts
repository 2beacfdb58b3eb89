import type { Clock } from '@ohmstead/model'
import { type Kysely, sql } from 'kysely'
import { appendAudit, type Change } from './audit.ts'
import type { DatabaseType } from './columns.ts'
import { RegistryUnavailable } from './errors.ts'
import { explain } from './failures.ts'
import type { AuditEntry, RegistryChange } from './registry.ts'
import type { Schema } from './schema.ts'

/** A change in the making. What is handed to `committed` runs once the change is durable, in commit order. */
export interface Write {
  readonly db: Kysely<Schema>
  audit(change: Change): Promise<AuditEntry>
  committed(run: () => void): void
}

/** The database with its one writer at a time, which the audit chain, the caches and the tree's rules rest on. */
export class Core {
  readonly db: Kysely<Schema>
  readonly type: DatabaseType
  readonly clock: Clock
  readonly #listeners = new Set<(change: RegistryChange) => void>()
  readonly #reload: (db: Kysely<Schema>) => Promise<void>
  #last: Promise<unknown> = Promise.resolve()
  /** A change ended in an error that leaves open whether it was made: memory is read again before the next one. */
  #uncertain = false

  /** @param reload brings what is kept in memory up to the database */
  constructor(
    db: Kysely<Schema>,
    type: DatabaseType,
    clock: Clock,
    reload: (db: Kysely<Schema>) => Promise<void>,
  ) {
    this.#reload = reload
    this.db = db
    this.type = type
    this.clock = clock
  }

  /** @throws RegistryUnavailable when the database is away */
  async read<T>(query: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      return await query(this.db)
    } catch (error) {
      throw explain(error)
    }
  }

  /**
   * One transaction: all of it or nothing. Calls wait for each other.
   * @throws RegistryUnavailable when the database is away
   */
  write<T>(work: (tx: Write) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#transaction(work))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #transaction<T>(work: (tx: Write) => Promise<T>): Promise<T> {
    const after: (() => void)[] = []
    try {
      const result = await this.db.transaction().execute(async db => {
        // Other processes on the same server wait here; SQLite takes its lock with BEGIN.
        if (this.type === 'postgres') await sql`select id from audit_head for update`.execute(db)
        if (this.#uncertain) await this.#reload(db)
        this.#uncertain = false
        return work({
          db,
          audit: change => appendAudit(db, this.clock, change),
          committed: run => after.push(run),
        })
      })
      for (const run of after) run()
      return result
    } catch (error) {
      const explained = explain(error)
      if (explained instanceof RegistryUnavailable) this.#uncertain = true
      throw explained
    }
  }

  emit(change: RegistryChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  onChange(listener: (change: RegistryChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Lets the write in hand finish, then closes. */
  async close(): Promise<void> {
    await this.#last
    await this.db.destroy()
  }
}
