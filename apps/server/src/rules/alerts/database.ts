import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { OhmsteadError } from '@ohmstead/model'

/** The file cannot be used, or was written by a newer version. */
export class AlertsNotOpened extends OhmsteadError {
  override readonly name = 'AlertsNotOpened'
  readonly code = 'OHM_ALERTS_NOT_OPENED'
}

/** In order; the version of a file is how many it has seen. A released one is never changed. */
const migrations = [
  `CREATE TABLE said (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, site TEXT NOT NULL, rule TEXT NOT NULL,
     version INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, device TEXT, time INTEGER NOT NULL,
     recorded_at INTEGER NOT NULL, retracted INTEGER NOT NULL DEFAULT 0, row TEXT NOT NULL) STRICT;
   CREATE INDEX said_by_rule ON said (site, rule, time);
   CREATE INDEX said_by_site ON said (site, seq);
   CREATE TABLE alerts (
     id TEXT PRIMARY KEY, site TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL, key TEXT NOT NULL,
     device TEXT, severity TEXT NOT NULL, sentence TEXT NOT NULL, raised_at INTEGER NOT NULL,
     acknowledged_at INTEGER, acknowledged_by TEXT, cleared_at INTEGER, cleared_by TEXT, row TEXT NOT NULL) STRICT;
   CREATE INDEX alerts_by_site ON alerts (site, raised_at);
   CREATE INDEX alerts_by_rule ON alerts (site, rule, key, raised_at);
   CREATE TABLE cursors (
     site TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL, through INTEGER NOT NULL,
     PRIMARY KEY (site, rule)) STRICT, WITHOUT ROWID;
   CREATE TABLE positions (reader TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  'CREATE INDEX said_by_time ON said (site, time, seq);',
  `CREATE TABLE replays (
     id TEXT PRIMARY KEY, site TEXT NOT NULL, started_at INTEGER NOT NULL, status TEXT NOT NULL) STRICT;
   CREATE INDEX replays_by_site ON replays (site, started_at);
   CREATE INDEX alerts_by_end ON alerts (cleared_at);`,
]

export type Row = Record<string, SQLOutputValue>

/** The file behind the alert store: statements are prepared once, transactions are all or nothing. */
export class Database implements Disposable {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** @param file a path, or `:memory:` @throws AlertsNotOpened */
  static open(file: string): Database {
    let database: DatabaseSync | undefined
    try {
      database = new DatabaseSync(file)
      // What a power cut takes of the rules' own commits follows again from the readings, cursor and all.
      for (const pragma of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = NORMAL'])
        database.exec(`PRAGMA ${pragma}`)
      migrate(database, file)
      return new Database(database)
    } catch (cause) {
      database?.close()
      if (cause instanceof AlertsNotOpened) throw cause
      throw new AlertsNotOpened(`cannot use '${file}' for alerts: ${(cause as Error).message}`, { cause })
    }
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]
  }

  run(sql: string, ...values: SQLInputValue[]) {
    return this.#statement(sql).run(...values)
  }

  transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk may have ended it already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** A transaction whose outcome survives a power cut: for what people do, which follows from no readings. */
  durably<T>(work: () => T): T {
    this.#database.exec('PRAGMA synchronous = FULL')
    try {
      return this.transaction(work)
    } finally {
      this.#database.exec('PRAGMA synchronous = NORMAL')
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)))
    return statement
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close()
  }
}

function migrate(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()!.user_version)
  if (version > migrations.length)
    throw new AlertsNotOpened(
      `'${file}' was written by a newer version (format ${version}, known ${migrations.length})`,
    )
  for (let next = version; next < migrations.length; next++)
    database.exec(`BEGIN; ${migrations[next]} PRAGMA user_version = ${next + 1}; COMMIT`)
}
