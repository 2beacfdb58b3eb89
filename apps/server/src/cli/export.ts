import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { InvalidInput, siteId } from '@ohmstead/model'
import { get, serverOf, serverOptions, serverUsage } from '../transfer/server.ts'
import type { Command, CommandIo, Values } from './command.ts'

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.stream',
  json: 'application/json',
}
const endings: Readonly<Record<string, string>> = { arrows: 'arrow', pq: 'parquet', jsonl: 'ndjson' }

/** Passed on to the API as they are. */
const filters = [
  'from',
  'to',
  'device',
  'measurement',
  'field',
  'tag',
  'place',
  'resolution',
  'aggregate',
] as const

export const exportCommand: Command = {
  name: 'export',
  usage: `
Usage: ohmstead export SITE [FILE] [options]

Writes a site's readings to FILE, or to standard output without one. The format follows the file's ending.

  --from TIME         start, inclusive [a day before --to]; ISO 8601, without an offset the site's time; or --from=-7d
  --to TIME           end, exclusive [now]
  --device LIST       ids, separated by commas [all]
  --place LIST        places; devices there or below
  --measurement NAME  only this one
  --field LIST        only these fields
  --tag NAME:VALUE    only series with this tag
  --resolution WHAT   raw, seconds, PT15M, or slot, hour, day, week, month, year [raw]
  --aggregate WHAT    mean, min, max, sum, count, first, last [each field's own way]
  --format FORMAT     csv, ndjson, parquet, arrow or json [by the file's ending, else csv]
${serverUsage.replaceAll(/^( {2}--\w+ [A-Z]+) +/gm, (_, flag: string) => flag.padEnd(22))}

Exit code: 0 written; 1 not (a half-written file is removed); 2 called wrongly.

Example: ohmstead export home january.parquet --from 2026-01-01 --to 2026-02-01
`,
  options: {
    ...Object.fromEntries(filters.map(name => [name, { type: 'string' as const }])),
    ...serverOptions,
    format: { type: 'string' },
  },
  async run(values, [site, file, ...more], io) {
    if (site === undefined || more.length > 0)
      throw new InvalidInput('', "expected SITE and at most one FILE; see 'ohmstead export --help'")
    const format = formatOf(values.format, file)
    const query = new URLSearchParams({ format, resolution: 'raw' })
    for (const name of filters) if (typeof values[name] === 'string') query.set(name, values[name])
    const server = serverOf(values, io.env)
    const answer = await get(server, `/api/sites/${siteId(site)}/readings?${query}`, types[format], io.signal)
    const body = Readable.fromWeb(answer.body as ReadableStream)
    if (file === undefined) return toStream(body, io)
    const bytes = await toFile(body, file, io.signal)
    io.err.write(`${file}: ${bytes} bytes\n`)
    return 0
  },
}

function formatOf(format: Values[string], file: string | undefined): string {
  const ending = file?.split('.').at(-1)?.toLowerCase() ?? ''
  const name = format ?? endings[ending] ?? (ending in types ? ending : 'csv')
  if (typeof name === 'string' && Object.hasOwn(types, name)) return name
  throw new InvalidInput('format', `expected one of ${Object.keys(types).join(', ')}`)
}

/** Under another name until it is whole. */
async function toFile(body: Readable, file: string, signal: AbortSignal): Promise<number> {
  const part = `${file}.part`
  try {
    const out = createWriteStream(part)
    await pipeline(body, out, { signal })
    await rename(part, file)
    return out.bytesWritten
  } catch (error) {
    await rm(part, { force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOSPC')
      throw new InvalidInput('file', `'${file}' cannot be written (${code})`, { cause: error })
    throw error
  }
}

async function toStream(body: Readable, io: CommandIo): Promise<number> {
  try {
    await pipeline(body, io.out, { end: false, signal: io.signal })
  } catch (error) {
    // Whoever reads may have seen enough: `… | head`.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
  return 0
}
