import { InvalidInput, OhmsteadError } from '@ohmstead/model'
import { RuleFault, Unsupported } from '@ohmstead/streams'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'

/** One input that was refused; `field` is the path to it, as `fields.power`, or '' for the whole. */
export interface FieldError {
  readonly field: string
  readonly reason: string
}

/** RFC 9457. `code` is what callers branch on; `field` names the input that is at fault. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly field?: string
  readonly errors?: readonly FieldError[]
  /** Where a rule's text is at fault, from 1, and what could have stood there. */
  readonly line?: number
  readonly column?: number
  readonly expected?: readonly string[]
  /** Seconds after which the same request may succeed; sent as Retry-After too. */
  readonly retryAfter?: number
}

/** Status and title of each error that Ohmstead throws on purpose. */
export const known: Readonly<Record<string, readonly [status: number, title: string]>> = {
  OHM_INVALID_INPUT: [400, 'A value cannot be accepted'],
  OHM_NOT_SIGNED_IN: [401, 'Not signed in'],
  OHM_WRONG_CREDENTIALS: [401, 'Wrong name or password'],
  OHM_FORBIDDEN: [403, 'Not allowed'],
  OHM_FOREIGN_ORIGIN: [403, 'Sent from another page'],
  OHM_NOT_FOUND: [404, 'Not found'],
  OHM_NOT_IN_LEDGER: [404, 'Not found'],
  OHM_METHOD_NOT_ALLOWED: [405, 'Method not allowed'],
  OHM_TIMEOUT: [408, 'Took too long'],
  OHM_CONFLICT: [409, 'Conflicts with what is there'],
  OHM_SITE_HAS_ACTUATORS: [409, 'The site can be controlled'],
  OHM_MAIL_NOT_CONFIGURED: [409, 'No mail can be sent'],
  OHM_MAIL_NOT_SENT: [502, 'The mail was not sent'],
  OHM_LINK_EXPIRED: [410, 'The link has ended'],
  OHM_CONTENT_TOO_LARGE: [413, 'Too large'],
  OHM_UNSUPPORTED_CONTENT: [415, 'Cannot read this form of content'],
  OHM_SERIES_TYPE_MISMATCH: [422, 'Wrong type of value'],
  OHM_RULE_FAULT: [422, 'The rule cannot be run'],
  OHM_RULE_UNSUPPORTED: [422, 'The rule uses what is not supported'],
  OHM_QUERY_TOO_LARGE: [422, 'Query too large'],
  OHM_TOO_MANY_ATTEMPTS: [429, 'Too many attempts'],
  OHM_TOO_MANY_REPLAYS: [429, 'Too many replays'],
  OHM_TOO_MANY_REQUESTS: [429, 'Too many requests'],
  OHM_INTERNAL: [500, 'Something went wrong inside'],
  OHM_STORE_DAMAGED: [500, 'Stored readings are damaged'],
  OHM_STORE_UNAVAILABLE: [503, 'The readings store cannot be used now'],
  OHM_REGISTRY_UNAVAILABLE: [503, 'The registry cannot be used now'],
  OHM_OVERLOADED: [503, 'Too busy'],
  OHM_LEDGER_CLOSED: [503, 'Not available now'],
  OHM_UNAVAILABLE: [503, 'Not available now'],
}

const registryAway = 'the database of sites, devices and people does not answer; try again shortly'
const internal = 'the server could not answer this; its log says why'

export function problem(code: string, detail: string, more: Partial<Problem> = {}): Problem {
  const [status, title] = known[code] ?? known.OHM_INTERNAL!
  return { type: typeOf(code), title, status, detail, code, ...more }
}

/** `OHM_NOT_FOUND` → `urn:ohmstead:problem:not-found`. */
function typeOf(code: string): string {
  return `urn:ohmstead:problem:${code.replace(/^OHM_/, '').toLowerCase().replaceAll('_', '-')}`
}

/** What to tell the caller of any error. Nothing of an unforeseen one but that it happened: it may hold secrets. */
export function problemOf(error: unknown): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) return ofValidation(error)
  if (error instanceof InvalidInput) return invalid([error])
  if (error instanceof OhmsteadError) return ofOhmstead(error)
  return ofFramework(error) ?? problem('OHM_INTERNAL', internal)
}

export function invalid(errors: readonly FieldError[]): Problem {
  const { field, reason } = errors[0] ?? { field: '', reason: 'not as expected' }
  const detail = field === '' ? reason : `${field}: ${reason}`
  return problem('OHM_INVALID_INPUT', detail, {
    field,
    errors: errors.map(({ field, reason }) => ({ field, reason })),
  })
}

function ofOhmstead(error: OhmsteadError): Problem {
  const retryAfter = retryAfterOf(error)
  const more = { ...fieldOf(error), ...placeOf(error), ...(retryAfter === undefined ? {} : { retryAfter }) }
  // Its reason names servers and users of databases, and strangers read this: `/readyz` tells those inside.
  if (error.code === 'OHM_REGISTRY_UNAVAILABLE') return problem(error.code, registryAway, more)
  if (Object.hasOwn(known, error.code)) return problem(error.code, error.message, more)
  return error.retryable ? problem('OHM_UNAVAILABLE', internal, more) : problem('OHM_INTERNAL', internal)
}

function fieldOf(error: OhmsteadError): { field?: string } {
  return 'field' in error && typeof error.field === 'string' ? { field: error.field } : {}
}

/** Of a rule's text. */
function placeOf(error: OhmsteadError): Pick<Problem, 'line' | 'column' | 'expected'> {
  if (!(error instanceof RuleFault || error instanceof Unsupported)) return {}
  const { line, column } = error
  return { line, column, ...(error instanceof RuleFault && { expected: error.expected }) }
}

function retryAfterOf(error: OhmsteadError): number | undefined {
  if ('retryAfterMs' in error && typeof error.retryAfterMs === 'number')
    return Math.ceil(error.retryAfterMs / 1000)
  return error.retryable ? 1 : undefined
}

interface Validation {
  readonly validation: readonly { instancePath: string; message?: string; params: { keys?: unknown } }[]
}

/** zod's issues: `/places/0/name` → `places.0.name`; unknown keys are named themselves. */
function ofValidation(error: Validation): Problem {
  return invalid(
    error.validation.flatMap(issue => {
      const field = issue.instancePath.replace(/^\//, '').replaceAll('/', '.')
      const keys = Array.isArray(issue.params.keys) ? issue.params.keys.map(String) : []
      if (keys.length === 0) return [{ field, reason: issue.message ?? 'not as expected' }]
      return keys.map(key => ({ field: field === '' ? key : `${field}.${key}`, reason: 'is not known here' }))
    }),
  )
}

/** Fastify's own refusals, by status: their texts are about the request only. */
const framework: Readonly<Record<number, string>> = {
  400: 'OHM_INVALID_INPUT',
  403: 'OHM_FORBIDDEN',
  404: 'OHM_NOT_FOUND',
  405: 'OHM_METHOD_NOT_ALLOWED',
  408: 'OHM_TIMEOUT',
  413: 'OHM_CONTENT_TOO_LARGE',
  415: 'OHM_UNSUPPORTED_CONTENT',
  429: 'OHM_TOO_MANY_REQUESTS',
}

function ofFramework(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined
  if (!String(error.code).startsWith('FST_')) return undefined
  const code = framework[Number(error.statusCode)]
  return code === undefined ? undefined : problem(code, error.message)
}
