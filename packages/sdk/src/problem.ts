import {
  ApiError,
  Conflict,
  Forbidden,
  NotFound,
  ReadingsRefused,
  Refused,
  Unauthenticated,
  Unavailable,
} from './errors.ts'
import type { Problem, Receipt } from './types.ts'

/** The typed error for a response that is not 2xx. Reads its body. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body = await bodyOf(response)
  const problem = problemOf(response, body)
  if (isReceipt(body)) return new ReadingsRefused(body, problem)
  const Kind = kindOf(response.status)
  return new Kind(problem, retryAfterMs(response.headers.get('retry-after')))
}

function kindOf(status: number): typeof ApiError {
  if (status === 401) return Unauthenticated
  if (status === 403) return Forbidden
  if (status === 404) return NotFound
  if (status === 409) return Conflict
  if (status === 400 || status === 413 || status === 422) return Refused
  return status === 429 || status >= 502 ? Unavailable : ApiError
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => '')
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's error page, or nothing: the status alone has to do.
    return undefined
  }
}

function problemOf(response: Response, body: unknown): Problem {
  const given =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Partial<Problem>) : {}
  const title =
    typeof given.title === 'string' ? given.title : response.statusText || `status ${response.status}`
  return { ...given, type: given.type ?? 'about:blank', title, status: response.status }
}

function isReceipt(body: unknown): body is Receipt {
  return (
    typeof body === 'object' &&
    body !== null &&
    'accepted' in body &&
    'rejected' in body &&
    Array.isArray(body.rejected)
  )
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | null, now = Date.now()): number | null {
  if (header === null) return null
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
