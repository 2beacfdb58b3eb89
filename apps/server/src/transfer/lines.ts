import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline, Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { InvalidInput } from '@ohmstead/model'

/** Some lines of a text file, without their ends. */
export interface LineChunk {
  readonly lines: string[]
  /** Number of the first, from 1. */
  readonly first: number
  /** Share of the file read so far, 0–1. */
  readonly done: number
}

/** Lines longer than this are not text that we read. */
const longestLine = 1 << 20

/**
 * A text file in chunks of lines; `.gz` and `.zst` are unpacked on the way. A byte order mark is dropped, `\r\n` is `\n`.
 * @throws InvalidInput when the file cannot be read or unpacked
 */
export async function* readLines(file: string, signal?: AbortSignal): AsyncGenerator<LineChunk> {
  const { size } = await existing(file)
  let read = 0
  let rest = ''
  let first = 1
  const decoder = new TextDecoder('utf-8')
  const count = (bytes: number) => (read += bytes)
  try {
    for await (const bytes of unpacked(file, count, signal)) {
      const text = rest + decoder.decode(bytes, { stream: true })
      const lines = text.split('\n')
      rest = lines.pop()!
      if (rest.length > longestLine)
        throw new InvalidInput('file', `line ${first + lines.length} is too long for text`)
      if (lines.length === 0) continue
      yield { lines: lines.map(withoutReturn), first, done: size === 0 ? 1 : Math.min(1, read / size) }
      first += lines.length
    }
  } catch (cause) {
    if (signal?.aborted || cause instanceof InvalidInput) throw cause
    throw new InvalidInput('file', `'${file}' cannot be read: ${(cause as Error).message}`, { cause })
  }
  rest += decoder.decode()
  if (rest !== '') yield { lines: [withoutReturn(rest)], first, done: 1 }
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** @throws InvalidInput when there is no such file */
export async function existing(file: string) {
  try {
    const found = await stat(file)
    if (found.isFile()) return found
  } catch (cause) {
    throw new InvalidInput('file', `there is no file '${file}'`, { cause })
  }
  throw new InvalidInput('file', `'${file}' is not a file`)
}

async function* unpacked(
  file: string,
  count: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.length)
      done(null, chunk)
    },
  })
  const source = createReadStream(file, { highWaterMark: 1 << 18, ...(signal && { signal }) })
  const unpack = await unpacker(file)
  // Errors surface in the loop below, as the last stream's own.
  const end = unpack ? pipeline(source, counter, unpack, () => {}) : pipeline(source, counter, () => {})
  for await (const chunk of end) yield chunk as Buffer
}

async function unpacker(file: string): Promise<Transform | undefined> {
  const magic = await firstBytes(file)
  if (magic.readUInt16BE(0) === 0x1f8b) return createGunzip({ chunkSize: 1 << 18 })
  if (magic.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress({ chunkSize: 1 << 18 })
  return undefined
}

async function firstBytes(file: string): Promise<Buffer> {
  await using handle = await open(file)
  const bytes = Buffer.alloc(4)
  await handle.read(bytes, 0, 4, 0)
  return bytes
}
