import { nameFault, readingLimits, type Tags, textFault } from '@ohmstead/model'

export const newline = 0x0a
export const carriageReturn = 0x0d
export const tab = 0x09
export const space = 0x20
export const quote = 0x22
export const hash = 0x23
export const comma = 0x2c
export const equals = 0x3d
export const backslash = 0x5c

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text, or undefined for bytes that are not UTF-8. */
export function decode(bytes: Uint8Array, from: number, to: number): string | undefined {
  try {
    return utf8.decode(bytes.subarray(from, to))
  } catch {
    return undefined
  }
}

/** A measurement and its tags, or what is wrong with them. */
export type Head =
  | { readonly measurement: string; readonly tags: Tags }
  | { readonly field: string; readonly reason: string }

/** Reads `measurement,tag=value,…`, the part of a line before its fields. */
export function parseHead(bytes: Uint8Array, from: number, to: number): Head {
  const text = decode(bytes, from, to)
  if (text === undefined) return { field: 'measurement', reason: 'is not valid UTF-8' }
  const [name = '', ...pairs] = splitUnescaped(text, ',')
  const measurement = name.replace(/\\([, ])/g, '$1')
  const reason = nameFault(measurement)
  if (reason !== undefined) return { field: 'measurement', reason }
  if (pairs.length > readingLimits.tags) return { field: 'tags', reason: `more than ${readingLimits.tags}` }
  const tags: Record<string, string> = {}
  for (const pair of pairs) {
    const fault = readTag(pair, tags)
    if (fault) return fault
  }
  return { measurement, tags }
}

function readTag(pair: string, tags: Record<string, string>): { field: string; reason: string } | undefined {
  const parts = splitUnescaped(pair, '=')
  if (parts.length !== 2) return { field: 'tags', reason: `expected name=value, got '${shown(pair)}'` }
  const [name, value] = parts.map(unescaped) as [string, string]
  const reason =
    nameFault(name) ?? tagValueFault(value) ?? (Object.hasOwn(tags, name) ? 'is there twice' : undefined)
  if (reason !== undefined) return { field: `tags.${shown(name)}`, reason }
  tags[name] = value
  return undefined
}

function tagValueFault(value: string): string | undefined {
  if (value === '') return 'has no value'
  if (value.length > readingLimits.tagLength) return `longer than ${readingLimits.tagLength} characters`
  return textFault(value)
}

/** A backslash takes away the meaning of `,` `=` and space; before anything else it is itself. */
export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,= ])/g, '$1') : text
}

/** A backslash hides the character after it, whatever that is. */
function splitUnescaped(text: string, separator: string): string[] {
  if (!text.includes('\\')) return text.split(separator)
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === separator) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** A piece of what was sent, short and on one line, for a refusal's text. */
export function shown(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return JSON.stringify(short.toWellFormed()).slice(1, -1)
}
