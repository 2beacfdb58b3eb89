import { OhmsteadError } from '@ohmstead/model'
import type { Registry } from '@ohmstead/registry'
import { APIError } from 'better-auth/api'
import { LinkExpired, WrongCredentials } from './errors.ts'

const byCode: Readonly<Record<string, () => OhmsteadError>> = {
  INVALID_EMAIL: () => new WrongCredentials(),
  INVALID_EMAIL_OR_PASSWORD: () => new WrongCredentials(),
  INVALID_PASSWORD: () => new WrongCredentials(),
  // The session's hook refuses disabled people.
  FAILED_TO_CREATE_SESSION: () => new WrongCredentials(),
  INVALID_TOKEN: () => new LinkExpired(),
  TOKEN_EXPIRED: () => new LinkExpired(),
  USER_NOT_FOUND: () => new LinkExpired(),
}

/**
 * Runs a call into better-auth and tells its failures in our words. What looks like a fault of the server may be the
 * database being away, which better-auth does not tell apart: so the database is asked.
 */
export async function calling<T>(registry: Registry, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof OhmsteadError) throw error
    const code = error instanceof APIError ? error.body?.code : undefined
    if (code !== undefined && Object.hasOwn(byCode, code)) throw byCode[code]()
    await registry.ping()
    throw error
  }
}
