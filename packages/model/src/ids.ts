import { InvalidInput } from './errors.ts'

declare const brand: unique symbol
type Id<Kind extends string> = string & { readonly [brand]: Kind }

export type SiteId = Id<'site'>
export type DeviceId = Id<'device'>
export type PlaceId = Id<'place'>

/** Ids appear in topics, paths and file names: lower case, digits, hyphens, at most 63 characters. */
export const idPattern = /^[a-z0-9][a-z0-9-]{0,62}$/

export function isId(text: unknown): text is string {
  return typeof text === 'string' && idPattern.test(text)
}

function parseId(text: unknown, field: string): string {
  if (isId(text)) return text
  throw new InvalidInput(field, 'expected 1–63 of a–z, 0–9 and -, beginning with a letter or digit')
}

export const siteId = (text: unknown, field = 'site') => parseId(text, field) as SiteId
export const deviceId = (text: unknown, field = 'device') => parseId(text, field) as DeviceId
export const placeId = (text: unknown, field = 'place') => parseId(text, field) as PlaceId
