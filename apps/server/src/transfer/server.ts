import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { InvalidInput, OhmsteadError } from '@ohmstead/model'

const compress = promisify(gzip)

/** The server could not be reached, or would not take or give what was asked. */
export class ServerRefused extends OhmsteadError {
  override readonly name = 'ServerRefused'
  readonly code = 'OHM_SERVER_REFUSED'
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

export interface ServerAddress {
  /** http://127.0.0.1:8080 */
  readonly url: string
  readonly token: string | undefined
}

/** Flags of every command that talks to a server. */
export const serverOptions = { url: { type: 'string' }, token: { type: 'string' } } as const

export const serverUsage = `  --url URL         the server [http://127.0.0.1:8080], also OHMSTEAD_URL
  --token TOKEN     see 'ohmstead token'; also OHMSTEAD_TOKEN, which other users of this machine do not see`

/** @throws InvalidInput */
export function serverOf(
  values: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): ServerAddress {
  const port = env.OHMSTEAD_HTTP_PORT ?? '8080'
  const url = String(values.url ?? env.OHMSTEAD_URL ?? `http://127.0.0.1:${port}`).replace(/\/+$/, '')
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new InvalidInput('url', `expected an address such as http://127.0.0.1:8080, got '${url}'`)
  const token = values.token ?? env.OHMSTEAD_TOKEN
  return { url, token: typeof token === 'string' && token !== '' ? token : undefined }
}

/** What became of a write; `line` counts from 1 within the text that was sent. */
export interface Written {
  readonly accepted: number
  readonly rejected: readonly { readonly line: number; readonly field: string; readonly reason: string }[]
}

export interface WriteOptions {
  readonly site: string
  readonly precision: string
  readonly signal: AbortSignal
  /** Told once for each time that the server must be waited for. */
  readonly waiting?: (reason: string) => void
}

/** How long an unreachable or busy server is waited for, by attempt. */
const pausesMs = [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 30_000, 30_000, 60_000, 60_000]

/**
 * Writes lines of line protocol. Waits while the server is busy or away, as sending twice is harmless.
 * @param lines how many there are in `text`
 * @throws ServerRefused
 */
export async function writeLines(
  server: ServerAddress,
  text: string,
  lines: number,
  options: WriteOptions,
): Promise<Written> {
  const body = new Uint8Array(await compress(text, { level: 1 }))
  const query = new URLSearchParams({ bucket: options.site, precision: options.precision })
  const url = `${server.url}/api/v2/write?${query}`
  const headers = {
    ...authorized(server),
    'content-type': 'text/plain; charset=utf-8',
    'content-encoding': 'gzip',
  }
  for (let attempt = 0; ; attempt++) {
    const answer = await attempted(
      () => fetch(url, { method: 'POST', headers, body, signal: options.signal }),
      options.signal,
    )
    if (answer instanceof Response && !busy(answer.status)) return written(answer, lines)
    const pause = pausesMs[attempt]
    if (pause === undefined) throw await refused(answer)
    options.waiting?.(
      answer instanceof Response ? `the server answered ${answer.status}` : 'the server does not answer',
    )
    if (answer instanceof Response) await answer.body?.cancel()
    await sleep(Math.max(pause, retryAfterMs(answer)), undefined, { signal: options.signal })
  }
}

const busy = (status: number) => status === 429 || status === 502 || status === 503 || status === 504

async function written(answer: Response, lines: number): Promise<Written> {
  if (answer.status === 204 || answer.status === 200) {
    await answer.body?.cancel()
    return { accepted: lines, rejected: [] }
  }
  const text = await answer.text()
  const body = parsed(text)
  // A refused line is the file's fault, not the request's: the others are stored.
  if (answer.status === 400 && Array.isArray(body?.rejected)) {
    const rejected = body.rejected as { line: number; field: string; reason: string }[]
    return { accepted: lines - new Set(rejected.map(({ line }) => line)).size, rejected }
  }
  throw new ServerRefused(answer.status, wordsOf(answer.status, text))
}

/** A GET whose answer is taken as it comes. @throws ServerRefused */
export async function get(
  server: ServerAddress,
  path: string,
  accept: string,
  signal: AbortSignal,
): Promise<Response> {
  const answer = await attempted(
    () => fetch(`${server.url}${path}`, { headers: { ...authorized(server), accept }, signal }),
    signal,
  )
  if (answer instanceof Response && answer.ok) return answer
  throw await refused(answer)
}

function authorized({ token }: ServerAddress): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

async function attempted(run: () => Promise<Response>, signal: AbortSignal): Promise<Response | Error> {
  try {
    return await run()
  } catch (error) {
    signal.throwIfAborted()
    return error as Error
  }
}

async function refused(answer: Response | Error): Promise<ServerRefused> {
  if (answer instanceof Response)
    return new ServerRefused(answer.status, wordsOf(answer.status, await answer.text()))
  const { cause } = answer as { cause?: { code?: string } }
  return new ServerRefused(
    0,
    `the server does not answer (${cause?.code ?? answer.message}); is it running?`,
    {
      cause: answer,
    },
  )
}

function wordsOf(status: number, text: string): string {
  const body = parsed(text)
  const detail = body?.detail ?? body?.message ?? body?.title ?? body?.error
  if (status === 401) return 'the server does not know this token; make one with ohmstead token create'
  return `the server answered ${status}${typeof detail === 'string' ? `: ${detail}` : ''}`
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function retryAfterMs(answer: Response | Error): number {
  const seconds = answer instanceof Response ? Number(answer.headers.get('retry-after')) : 0
  return Number.isFinite(seconds) ? Math.min(60, Math.max(0, seconds)) * 1000 : 0
}

/** The site's time zone. @throws ServerRefused when this token may not read it */
export async function zoneOfSite(server: ServerAddress, site: string, signal: AbortSignal): Promise<string> {
  const answer = await get(server, `/api/sites/${site}`, 'application/json', signal)
  const { timezone } = (await answer.json()) as { timezone: string }
  return timezone
}
