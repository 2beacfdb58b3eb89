import { type Backoff, gentle, waitMs } from '../backoff.ts'
import { ApiError, Unreachable } from '../errors.ts'
import { type After, systemAfter } from '../timer.ts'
import { EventParser, type ServerSentEvent } from './parse.ts'

/** Whether events arrive now; `waiting` ends by itself after `retryInMs`, or at once with `retryNow`. */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | {
      readonly state: 'waiting'
      readonly retryInMs: number
      readonly error: ApiError
      readonly retryNow: () => void
    }

export interface FollowOptions {
  readonly signal?: AbortSignal
  /** Resume after this event instead of beginning with the present. */
  readonly lastEventId?: string
  readonly onLink?: (link: Link) => void
  /** A stream that says nothing for this long, not even a comment, counts as lost. */
  readonly idleMs?: number
  readonly backoff?: Backoff
  readonly after?: After
}

/** Opens the stream; rejects with an ApiError. `lastEventId` is '' the first time. */
export type Open = (lastEventId: string, signal: AbortSignal) => Promise<Response>

/**
 * Events of a stream for as long as the caller wants them: a lost connection is opened again where it broke off.
 * @throws ApiError when the server refuses in a way that waiting does not cure (401, 403, 404 …)
 */
export async function* follow(
  open: Open,
  options: FollowOptions = {},
): AsyncGenerator<ServerSentEvent, void, void> {
  const { signal, onLink, backoff = gentle, after = systemAfter, idleMs = 45_000 } = options
  const at = { lastEventId: options.lastEventId ?? '', retryMs: null as number | null, attempt: 0 }
  while (!signal?.aborted) {
    const error = yield* connection(open, at, { signal, onLink, after, idleMs })
    if (signal?.aborted) return
    if (!error.retryable) throw error
    at.attempt++
    const asked = error.retryAfterMs ?? at.retryMs ?? 0
    await pause(Math.max(asked, waitMs(at.attempt, backoff)), error, { signal, onLink, after })
  }
}

interface Position {
  lastEventId: string
  retryMs: number | null
  attempt: number
}

interface Run {
  readonly signal: AbortSignal | undefined
  readonly onLink: ((link: Link) => void) | undefined
  readonly after: After
}

/** One connection from opening to its end; the answer says why it ended. */
async function* connection(
  open: Open,
  at: Position,
  { signal, onLink, after, idleMs }: Run & { idleMs: number },
): AsyncGenerator<ServerSentEvent, ApiError, void> {
  const here = new AbortController()
  const stop = () => here.abort()
  signal?.addEventListener('abort', stop, { once: true })
  let cancelIdle = after(idleMs, stop)
  try {
    onLink?.({ state: 'connecting' })
    const response = await open(at.lastEventId, here.signal)
    onLink?.({ state: 'open' })
    const parser = new EventParser(at.lastEventId)
    for await (const text of chunks(response, here.signal)) {
      cancelIdle()
      at.attempt = 0
      for (const event of parser.push(text)) {
        if (event.id !== '') at.lastEventId = event.id
        yield event
      }
      at.retryMs = parser.retryMs
      // Only the server's silence counts, not the time the caller takes over an event.
      cancelIdle = after(idleMs, stop)
    }
    return new Unreachable()
  } catch (error) {
    return error instanceof ApiError ? error : new Unreachable({ cause: error })
  } finally {
    cancelIdle()
    signal?.removeEventListener('abort', stop)
    here.abort()
  }
}

async function* chunks(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (response.body === null) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const cancel = () => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', cancel, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    cancel()
  }
}

function pause(retryInMs: number, error: ApiError, { signal, onLink, after }: Run): Promise<void> {
  return new Promise(resolve => {
    const go = () => {
      cancel()
      signal?.removeEventListener('abort', go)
      resolve()
    }
    const cancel = after(retryInMs, go)
    signal?.addEventListener('abort', go, { once: true })
    onLink?.({ state: 'waiting', retryInMs, error, retryNow: go })
  })
}
