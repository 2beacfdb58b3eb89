import { OhmsteadError } from '@ohmstead/model'
import { RegistryUnavailable } from './errors.ts'

/** Primary result codes of SQLite that pass: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const passing = new Map([
  [5, 'another process holds it'],
  [6, 'another process holds it'],
  [8, 'it cannot be written'],
  [10, 'the disk answers with errors'],
  [13, 'the disk is full'],
  [14, 'its file cannot be opened'],
])

/**
 * PostgreSQL: connection, resources, shutdown, timeouts; who we are, which database, what we may (for the server's keeper
 * to mend while we run); and what the network says.
 */
const passingSqlState = /^(08|53|57P|57014|40|28|3D000|42501)/
const passingNetwork = /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|ENOENT)/

/** Turns what a driver throws when its database is away into RegistryUnavailable; everything else stays as it is. */
export function explain(error: unknown): unknown {
  if (error instanceof OhmsteadError || !(error instanceof Error)) return error
  const reason = sqliteReason(error) ?? postgresReason(error)
  return reason === undefined ? error : new RegistryUnavailable(reason, { cause: error })
}

function sqliteReason(error: Error & { errcode?: number }): string | undefined {
  return error.errcode === undefined ? undefined : passing.get(error.errcode & 0xff)
}

function postgresReason(error: Error & { code?: string }): string | undefined {
  if (error instanceof AggregateError)
    return `its server does not answer (${error.errors.map(one => (one as Error).message).join(', ')})`
  const code = error.code ?? ''
  if (passingSqlState.test(code) || passingNetwork.test(code)) return error.message
  // The pool throws these two without a code.
  return /^(Connection terminated|timeout exceeded)/.test(error.message) ? error.message : undefined
}
