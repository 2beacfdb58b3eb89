import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** Random text of `length` letters of 5 bits each. */
function random(length: number): string {
  return Array.from(randomBytes(length), byte => alphabet[byte & 31]).join('')
}

/** 80 bits: names a row, is no secret. */
export const newId = () => random(16)
/** 200 bits. */
export const newSecret = () => random(40)

/**
 * What is kept of a secret, hex. A plain hash is enough for secrets that are random and long: there is nothing to
 * guess. Passwords that people choose are kept by the accounts, with a slow hash.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** In constant time for hashes of one length. */
export function sameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** `ohm_<id>_<secret>`: recognisable when it leaks, and its row is found without searching for the secret. */
export const tokenText = (id: string, secret: string) => `ohm_${id}_${secret}`

export function parseTokenText(text: string): { id: string; secret: string } | null {
  const parts = /^ohm_([a-z2-7]{16})_([a-z2-7]{40})$/.exec(text)
  return parts && { id: parts[1], secret: parts[2] }
}

/** Whether a text has the form of a token, not whether it is valid. */
export const isTokenText = (text: string) => parseTokenText(text) !== null
