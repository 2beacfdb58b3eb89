import { renameSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type Clock, OhmsteadError } from '@ohmstead/model'

/** The broker's state file cannot be used. */
export class StateFileUnusable extends OhmsteadError {
  override readonly name = 'StateFileUnusable'
  readonly code = 'OHM_BUS_STATE_UNUSABLE'
}

const version = 1

const schema = `
  CREATE TABLE sessions (client TEXT PRIMARY KEY, idle_hours INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE subscriptions (client TEXT, filter TEXT, options TEXT NOT NULL, PRIMARY KEY (client, filter)) WITHOUT ROWID;
  CREATE TABLE retained (topic TEXT PRIMARY KEY, qos INTEGER NOT NULL, payload BLOB NOT NULL);
  CREATE TABLE queue (seq INTEGER PRIMARY KEY, client TEXT NOT NULL, packet TEXT NOT NULL, payload BLOB);
  CREATE TABLE received (client TEXT, id INTEGER, PRIMARY KEY (client, id)) WITHOUT ROWID;
  CREATE TABLE wills (client TEXT PRIMARY KEY, topic TEXT NOT NULL, qos INTEGER NOT NULL, retain INTEGER NOT NULL, payload BLOB NOT NULL);
  PRAGMA user_version = ${version};
`

const statements = {
  putSession: 'INSERT OR REPLACE INTO sessions VALUES (?, ?)',
  removeSession: 'DELETE FROM sessions WHERE client = ?',
  putSubscription: 'INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?)',
  removeSubscription: 'DELETE FROM subscriptions WHERE client = ? AND filter = ?',
  putRetained: 'INSERT OR REPLACE INTO retained VALUES (?, ?, ?)',
  removeRetained: 'DELETE FROM retained WHERE topic = ?',
  putQueued: 'INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?)',
  removeQueued: 'DELETE FROM queue WHERE seq = ?',
  putReceived: 'INSERT OR REPLACE INTO received VALUES (?, ?)',
  removeReceived: 'DELETE FROM received WHERE client = ? AND id = ?',
  putWill: 'INSERT OR REPLACE INTO wills VALUES (?, ?, ?, ?, ?)',
  removeWill: 'DELETE FROM wills WHERE client = ?',
} as const

export type Write = keyof typeof statements

interface Pending {
  write: Write
  values: SQLInputValue[]
}

export interface JournalOptions {
  /** SQLite file; absent = nothing is kept over a restart. */
  file: string | undefined
  clock: Clock
  /** Told when writing begins to fail. */
  trouble(error: Error): void
}

const groupMs = 5
const retryMs = 500
const mostPerCommit = 2000

/**
 * Writes the broker's state behind its back: changes gather for some milliseconds, the last one of each row wins, and one
 * transaction takes them. `committed()` is for those who must wait. A commit survives `kill -9` of the process;
 * subscriptions, which change rarely and are missed long, are also synced to the disk.
 */
export class Journal {
  readonly #db: DatabaseSync | undefined
  readonly #clock: Clock
  readonly #trouble: (error: Error) => void
  readonly #prepared = new Map<Write, StatementSync>()
  #pending = new Map<string, Pending>()
  #waiting: (() => void)[] = []
  #cancel: (() => void) | undefined
  failures = 0

  constructor(options: JournalOptions) {
    this.#clock = options.clock
    this.#trouble = options.trouble
    if (options.file === undefined) return
    this.#db = openState(options.file, options.trouble)
    for (const [name, sql] of Object.entries(statements))
      this.#prepared.set(name as Write, this.#db.prepare(sql))
  }

  rows(sql: string): Record<string, SQLInputValue>[] {
    return (this.#db?.prepare(sql).all() ?? []) as Record<string, SQLInputValue>[]
  }

  /** Remembers a change of the row that `key` names. */
  write(write: Write, key: string, ...values: SQLInputValue[]): void {
    if (this.#db?.isOpen !== true) return
    this.#pending.set(key, { write, values })
    this.#cancel ??= this.#clock.after(groupMs, () => this.flush())
  }

  /** Whether a change waits to be written. */
  get dirty(): boolean {
    return this.#pending.size > 0
  }

  /** Resolves once every change so far is committed; stays open while the disk refuses. */
  committed(): Promise<void> {
    if (!this.dirty) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Writes what waits, now. Answers whether all of it is in. */
  flush(): boolean {
    this.#cancel?.()
    this.#cancel = undefined
    while (this.#pending.size > 0) if (!this.#commit()) return false
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
    return true
  }

  #commit(): boolean {
    const db = this.#db!
    const batch = [...this.#pending.entries()].slice(0, mostPerCommit)
    const synced = batch.some(([, { write }]) => write.endsWith('Subscription'))
    try {
      db.exec(`PRAGMA synchronous = ${synced ? 'FULL' : 'NORMAL'}; BEGIN IMMEDIATE`)
      for (const [, { write, values }] of batch) this.#prepared.get(write)!.run(...values)
      db.exec('COMMIT')
    } catch (error) {
      this.#failed(error as Error)
      return false
    }
    this.failures = 0
    for (const [key] of batch) this.#pending.delete(key)
    return true
  }

  #failed(error: Error): void {
    if (this.#db!.isTransaction) {
      try {
        this.#db!.exec('ROLLBACK')
      } catch {
        // SQLite has rolled back by itself, as it does when the disk is full.
      }
    }
    if (this.failures++ === 0) this.#trouble(error)
    this.#cancel = this.#clock.after(retryMs, () => this.flush())
  }

  close(): void {
    this.flush()
    this.#cancel?.()
    if (this.#db?.isOpen) this.#db.close()
  }
}

function openState(file: string, trouble: (error: Error) => void): DatabaseSync {
  try {
    return prepare(file)
  } catch (error) {
    if (!isDamaged(error)) throw unusable(file, error)
    // Sessions and retained messages are a convenience that clients renew: a damaged file must not keep the bus down.
    for (const suffix of ['', '-wal']) {
      try {
        renameSync(file + suffix, `${file}.damaged${suffix}`)
      } catch {
        // There is no such file.
      }
    }
    trouble(
      new StateFileUnusable(`${file} was damaged and has been set aside as ${file}.damaged`, {
        cause: error,
      }),
    )
    return prepare(file)
  }
}

function prepare(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE')
    const found = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
    if (found > version) throw new StateFileUnusable(`${file} was written by a newer version`)
    if (found === 0) db.exec(schema)
    db.exec('COMMIT')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function isDamaged(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode ?? 0
  return (code & 255) === 11 || (code & 255) === 26 // SQLITE_CORRUPT, SQLITE_NOTADB
}

function unusable(file: string, cause: unknown): StateFileUnusable {
  if (cause instanceof StateFileUnusable) return cause
  return new StateFileUnusable(`${file}: ${(cause as Error).message}`, { cause })
}
