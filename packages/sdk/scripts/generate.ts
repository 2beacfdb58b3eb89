/**
 * Writes src/generated/ from the server's own description: `npm run generate --workspace packages/sdk`.
 * Without an argument it starts the server of this repository for a moment, with data that is thrown away; with one
 * it reads the description from that address or file.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import openapiTS, { astToString } from 'openapi-typescript'

const file = resolve(import.meta.dirname, '../src/generated/api.ts')
const server = resolve(import.meta.dirname, '../../../apps/server/src/main.ts')

async function description(source: string | undefined): Promise<string> {
  if (source === undefined) return ofThisRepository()
  if (!/^https?:/.test(source)) return readFileSync(source, 'utf8')
  const answer = await fetch(source)
  if (!answer.ok) throw new Error(`${source} answered ${answer.status}`)
  return answer.text()
}

async function ofThisRepository(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ohmstead-openapi-'))
  const flags = ['--http-port', '0', '--mqtt-port', '0', '--data-dir', dataDir]
  const child = spawn(process.execPath, [server, 'serve', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    return await description(`${await addressOf(child)}/api/openapi.json`)
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** The server says where it listens in its line `ready`. */
async function addressOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const address = /"http":"(http:[^"]+)"/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('the server ended before it was ready')
}

/** The text of src/generated/api.ts. What has a default may be left out of what is sent; answers always hold it. */
export async function generated(source?: string): Promise<string> {
  const document: unknown = JSON.parse(await description(source))
  const note =
    '// Generated from the server’s description by `npm run generate --workspace packages/sdk`.\n\n'
  return note + astToString(await openapiTS(document as never, { defaultNonNullable: false }))
}

if (import.meta.main) {
  writeFileSync(file, await generated(process.argv[2]))
  console.log(`wrote ${file}`)
}
