import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { InvalidInput } from '@ohmstead/model'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ContentTooLarge, UnsupportedContent } from './errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `Content-Encoding: gzip` is read here; what it unpacks to has the same limit as the body itself. */
    gzip?: boolean
  }
}

const unzip = promisify(gunzip)

/** Objects and arrays inside each other. Readings need 3; what is deeper only wants to exhaust a stack. */
export const maxDepth = 32

/** One `\n`-separated text of the body, parsed, or why it could not be. */
export type Line = { readonly value: unknown } | { readonly text: string; readonly reason: string }

/** NDJSON as it was sent: a broken line does not spoil the others. */
export class Lines {
  readonly lines: readonly Line[]
  constructor(lines: readonly Line[]) {
    this.lines = lines
  }
}

const ndjsonTypes = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
]

/** JSON and NDJSON, plain or gzipped, and nothing else. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.headers['content-encoding'] === undefined) finish(body, parseJson, done)
    else inflated(request, body).then(plain => finish(plain, parseJson, done), done)
  })
  app.addContentTypeParser<Buffer>(
    ndjsonTypes,
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => parseLines(await inflated(request, body)),
  )
}

/**
 * What programs send that name no type, or the one that their tool puts there by itself (curl): JSON, else NDJSON. For
 * routes that only take what carries credentials of its own; with a cookie these types are never read.
 */
export function takeUnnamed(app: FastifyInstance): void {
  app.addContentTypeParser<Buffer>(
    '*',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const type = request.headers['content-type']
      if (
        type !== undefined &&
        !/^(text\/plain|application\/(x-www-form-urlencoded|octet-stream))\b/i.test(type)
      )
        throw new UnsupportedContent('Content-Type: expected application/json or application/x-ndjson')
      const plain = await inflated(request, body)
      try {
        return parseJson(plain)
      } catch (error) {
        if (plain.includes('\n')) return parseLines(plain)
        throw error
      }
    },
  )
}

/** Any body of any type as bytes: for line protocol, whose senders name no type or a wrong one. */
export function takeBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer) =>
    inflated(request, body),
  )
}

function finish(
  body: Buffer,
  parse: (body: Buffer) => unknown,
  done: (error: Error | null, body?: unknown) => void,
) {
  let value: unknown
  try {
    value = parse(body)
  } catch (error) {
    return done(error as Error)
  }
  done(null, value)
}

/** @throws UnsupportedContent · ContentTooLarge · InvalidInput */
export async function inflated({ headers, routeOptions }: FastifyRequest, body: Buffer): Promise<Buffer> {
  const encoding = headers['content-encoding'] ?? 'identity'
  const { config, bodyLimit: maxOutputLength } = routeOptions
  if (encoding === 'identity') return body
  if (encoding !== 'gzip' || !config.gzip)
    throw new UnsupportedContent(`Content-Encoding '${encoding}' is not read here`)
  try {
    return await unzip(body, { maxOutputLength })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ContentTooLarge(`the body unpacks to more than ${maxOutputLength} bytes`)
    throw new InvalidInput('', 'the body is not gzip', { cause: error })
  }
}

/**
 * The value of a JSON text; nothing for an empty body. Refuses deep nesting before it is parsed, and `__proto__`
 * keys, which would become prototypes where somebody copies objects carelessly.
 * @throws InvalidInput
 */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) throw new InvalidInput('', 'the body is not UTF-8')
  if (tooDeep(body)) throw new InvalidInput('', `nested deeper than ${maxDepth} levels`)
  const text = body.toString('utf8')
  try {
    return suspicious.test(text) ? JSON.parse(text, refusePrototype) : JSON.parse(text)
  } catch (error) {
    if (error instanceof InvalidInput) throw error
    throw new InvalidInput('', 'the body is not valid JSON', { cause: error })
  }
}

/** `__proto__` itself, or a letter written as an escape: no encoder does that, only who wants to hide one. */
const suspicious = /__proto__|\\u00[4-7]/

function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new InvalidInput('__proto__', 'is not a name')
  return value
}

const quote = 0x22
const backslash = 0x5c

/** Whether brackets outside of strings nest deeper than `maxDepth`. One pass over bytes, no allocation. */
function tooDeep(body: Buffer): boolean {
  let depth = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!
    if (byte === quote) at = endOfString(body, at + 1)
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}

/** Index of the quote that ends the string whose first byte is at `start`; the end of the body when there is none. */
function endOfString(body: Buffer, start: number): number {
  let at = start
  // Byte by byte: most strings are too short for the way to `indexOf` and back.
  for (; at < body.length && body[at] !== quote; at++) if (body[at] === backslash) at++
  return at
}

function parseLines(body: Buffer): Lines {
  const lines: Line[] = []
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(0x0a, start)
    const end = newline < 0 ? body.length : newline
    const line = parseLine(body.subarray(start, end))
    if (line) lines.push(line)
    start = end + 1
  }
  return new Lines(lines)
}

/** Nothing for an empty line. */
function parseLine(bytes: Buffer): Line | undefined {
  if (bytes.length === 0 || (bytes.length === 1 && bytes[0] === 0x0d)) return undefined
  try {
    return { value: parseJson(bytes) }
  } catch (error) {
    const reason =
      error instanceof InvalidInput ? error.reason.replace('the body', 'the line') : String(error)
    return { text: bytes.toString('utf8'), reason }
  }
}
