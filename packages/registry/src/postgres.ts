import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'

/** All integers of ours (times, counts) are far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
}

export interface PostgresPool {
  /** Connections at most; 8 when absent. */
  readonly connections?: number
  /** Called when a connection is lost; the pool opens another when it is needed. */
  readonly onLost?: (error: Error) => void
}

export function openPostgres<Schema>(url: string, options: PostgresPool = {}): Kysely<Schema> {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections ?? 8,
    connectionTimeoutMillis: 5000,
    statement_timeout: 20_000,
    types,
  })
  // A connection that breaks says so as an event, idle or not, and an event nobody listens to ends the process. Whoever
  // was waiting on it gets the error too.
  pool.on('connect', client => client.on('error', error => options.onLost?.(error)))
  pool.on('error', () => {})
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
