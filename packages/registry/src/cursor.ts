import { InvalidInput } from '@ohmstead/model'
import type { Page, PageRequest } from './registry.ts'

const defaultLimit = 100
const maxLimit = 500

/** Where a page begins (`after` the key of the last item before it, null = at the start) and how long it is. */
export interface Window<Key> {
  readonly list: string
  readonly after: Key | null
  readonly limit: number
}

/** @throws InvalidInput `cursor` or `limit` */
export function windowOf<Key extends string | number>(list: string, page: PageRequest = {}): Window<Key> {
  const limit = page.limit ?? defaultLimit
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    throw new InvalidInput('limit', `expected a whole number from 1 to ${maxLimit}`)
  return { list, limit, after: page.cursor === undefined ? null : decode<Key>(list, page.cursor) }
}

/** @param rows up to one more than the limit, which shows that there is a next page */
export function pageOf<Row, T, Key extends string | number>(
  window: Window<Key>,
  rows: Row[],
  keyOf: (row: Row) => Key,
  item: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, window.limit)
  const next = rows.length > window.limit ? encode(window.list, keyOf(shown[shown.length - 1])) : null
  return { items: shown.map(item), next }
}

function encode(list: string, key: string | number): string {
  return Buffer.from(JSON.stringify([list, key])).toString('base64url')
}

function decode<Key>(list: string, cursor: string): Key {
  try {
    const [name, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (name === list && (typeof key === 'string' || typeof key === 'number')) return key as Key
  } catch {
    // Falls through to the refusal below.
  }
  throw new InvalidInput('cursor', 'not a cursor of this list')
}
