import { Socket } from 'node:net'
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
  /** A connection on which nothing has passed for so long is given up, ms; 12 000 when absent. */
  readonly silentMs?: number
  /** Called when a connection is lost; the pool opens another when it is needed. */
  readonly onLost?: (error: Error) => void
}

/** No statement of ours takes long; the server ends one before its silence would cost the connection. */
const statementMs = 10_000

export function openPostgres<Schema>(url: string, options: PostgresPool = {}): Kysely<Schema> {
  const silentMs = options.silentMs ?? statementMs + 2000
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections ?? 8,
    connectionTimeoutMillis: 5000,
    statement_timeout: statementMs,
    stream: () => attentive(silentMs),
    types,
  })
  // A connection that breaks says so as an event, idle or not, and an event nobody listens to ends the process. Whoever
  // was waiting on it gets the error too.
  pool.on('connect', client => client.on('error', error => options.onLost?.(error)))
  pool.on('error', () => {})
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}

/**
 * A socket that ends when nothing comes or goes: of a server that froze or a link that broke no side is told, and whoever
 * asked something would wait for good. The pool ends idle connections sooner.
 */
function attentive(silentMs: number): Socket {
  const socket = new Socket()
  const silent = () => Object.assign(new Error('the connection went silent'), { code: 'ETIMEDOUT' })
  return socket.setTimeout(silentMs, () => socket.destroy(silent()))
}
