import { existsSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'

/** `node:sqlite` in the words of the interface that Kysely's own SQLite dialect speaks. */
function asKyselyDatabase(database: DatabaseSync): SqliteDatabase {
  return {
    prepare: sql => asKyselyStatement(database.prepare(sql)),
    close: () => database.close(),
  }
}

function asKyselyStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...values(parameters)),
    run: parameters => statement.run(...values(parameters)),
    iterate: parameters => statement.iterate(...values(parameters)),
  }
}

/** Takes the write lock when a transaction begins, and bears that SQLite has rolled back by itself. */
class WriterDriver extends SqliteDriver {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync, config: SqliteDialectConfig) {
    super(config)
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** A full disk ends the transaction before we can. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync
  readonly #config: SqliteDialectConfig

  constructor(database: DatabaseSync) {
    const config = { database: asKyselyDatabase(database) }
    super(config)
    this.#database = database
    this.#config = config
  }

  override createDriver(): Driver {
    return new WriterDriver(this.#database, this.#config)
  }
}

/** Opens the file, made when absent, so that a commit is on the disk when it answers. */
export function openSqlite<Schema>(file: string): Kysely<Schema> {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 5000 })
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  return new Kysely<Schema>({ dialect: new NodeSqliteDialect(database) })
}

/** The version that a file carries, without changing a byte of it; 0 for a new one. */
export function sqliteVersion(file: string): number {
  if (file === ':memory:' || !existsSync(file)) return 0
  using database = new DatabaseSync(file, { readOnly: true })
  const table = database.prepare(`select 1 from sqlite_master where name = 'registry_version'`).get()
  if (!table) return 0
  return Number(database.prepare('select max(version) as version from registry_version').get()?.version ?? 0)
}
