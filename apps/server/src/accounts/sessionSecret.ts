import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The key that signs session cookies and encrypts second factors: random, made at the first start, readable by its
 * owner only. Whoever loses the file signs everybody out and makes them set up their second factor again.
 */
export function sessionSecret(dataDir: string): string {
  const file = join(dataDir, 'session-secret')
  try {
    const handle = openSync(file, 'wx', 0o600)
    writeSync(handle, randomBytes(48).toString('base64url'))
    fsyncSync(handle)
    closeSync(handle)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (secret.length < 32) throw new Error(`'${file}' does not hold a key; remove it to have a new one made`)
  return secret
}
