import createClient, { type Client, type Middleware } from 'openapi-fetch'
import { ApiError, Unreachable } from './errors.ts'
import type { paths } from './generated/api.ts'
import { errorOf } from './problem.ts'

export interface ClientOptions {
  /** Origin of the server, as `http://127.0.0.1:8080`; in a page of the server itself nothing is needed. */
  readonly url?: string
  /** Sent as `Authorization: Bearer`; without it the page's session cookie counts. */
  readonly token?: string
  readonly fetch?: (request: Request) => Promise<Response>
  /** Hears every failed call before its caller does: a page asks here to sign in again. */
  readonly onError?: (error: Error, request: Request) => void
}

interface Post<Sent, Answered> {
  post: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': Sent } }
    responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': Answered } } }
  }
}

/** The second factor is answered by the accounts library itself, so the description does not hold it. */
interface SecondFactorRoutes {
  '/api/auth/two-factor/verify-totp': Post<{ code: string }, unknown>
  '/api/auth/two-factor/enable': Post<{ password: string }, { totpURI: string; backupCodes: string[] }>
  '/api/auth/two-factor/disable': Post<{ password: string }, unknown>
}

/** Every route of the API, typed from its OpenAPI document. Calls throw ApiError instead of answering `error`. */
export type RestClient = Client<paths & SecondFactorRoutes>

export function restClient({ url, token, fetch, onError }: ClientOptions): RestClient {
  const client = createClient<paths & SecondFactorRoutes>({
    baseUrl: url ?? here(),
    credentials: 'same-origin',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(fetch === undefined ? {} : { fetch }),
  })
  client.use(throwing(onError))
  return client
}

/** The page's own origin; outside a page a relative address means nothing. */
function here(): string {
  const { location } = globalThis as { location?: { origin: string } }
  return location?.origin ?? 'http://127.0.0.1:8080'
}

function throwing(onError: ClientOptions['onError']): Middleware {
  return {
    async onResponse({ response, request }) {
      if (response.ok) return
      const error = await errorOf(response)
      onError?.(error, request)
      throw error
    },
    onError({ error, request }) {
      // Whoever cancelled knows; only a failure of the way is a failure.
      if (request.signal.aborted) return
      const unreachable = new Unreachable({ cause: error })
      onError?.(unreachable, request)
      return unreachable
    },
  }
}

/** The body of an answer that is known to have one. @throws ApiError when it does not: something between ate it */
export async function body<T>(answer: Promise<{ data?: T; response: Response }>): Promise<NonNullable<T>> {
  const { data, response } = await answer
  if (data !== undefined && data !== null) return data as NonNullable<T>
  throw new ApiError({ type: 'about:blank', title: 'the answer was empty', status: response.status })
}
