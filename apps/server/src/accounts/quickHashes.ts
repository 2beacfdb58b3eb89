import { createHash } from 'node:crypto'
import type { PasswordHashes } from './hashQueue.ts'

/** For tests only, which sign in often: scrypt takes a tenth of a second of a core, by design. */
export const quickHashes: PasswordHashes = {
  hash: async password => createHash('sha256').update(`salt ${password}`).digest('hex'),
  verify: async ({ hash, password }) => (await quickHashes.hash(password)) === hash,
}
