import { OhmsteadError } from '@ohmstead/model'
import type { Problem, Receipt } from './types.ts'

/** What every failed call throws: the server's problem (RFC 9457), or one made up when it sent none. */
export class ApiError extends OhmsteadError {
  override readonly name: string = 'ApiError'
  override readonly retryable: boolean
  /** The server's own error code; `OHM_HTTP_<status>` when it named none. */
  readonly code: `OHM_${string}`
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number
  readonly problem: Problem
  /** How long the server asked to wait before another try, ms. */
  readonly retryAfterMs: number | null

  constructor(problem: Problem, retryAfterMs: number | null = null, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options)
    this.status = problem.status
    this.code = problem.code?.startsWith('OHM_')
      ? (problem.code as `OHM_${string}`)
      : `OHM_HTTP_${problem.status}`
    this.problem = problem
    this.retryAfterMs = retryAfterMs
    this.retryable = problem.status === 0 || problem.status === 429 || problem.status >= 502
  }

  /** Each refused field with its reason; empty when the problem is not about fields. */
  get fields(): readonly { field: string; reason: string }[] {
    const { errors, field, detail, title } = this.problem
    if (errors !== undefined) return errors
    return field === undefined ? [] : [{ field, reason: detail ?? title }]
  }
}

/** 401: no session or token, or it has expired. */
export class Unauthenticated extends ApiError {
  override readonly name = 'Unauthenticated'
}

/** 403: known, but not allowed to do this. */
export class Forbidden extends ApiError {
  override readonly name = 'Forbidden'
}

/** 404: not there, or not to be seen by this caller. */
export class NotFound extends ApiError {
  override readonly name = 'NotFound'
}

/** 409: it exists already, or changed meanwhile. */
export class Conflict extends ApiError {
  override readonly name = 'Conflict'
}

/** 400, 413 or 422: the input was refused; `fields` says what of it. */
export class Refused extends ApiError {
  override readonly name: string = 'Refused'
}

/** None of the readings was acceptable; `receipt` names each with its field and reason. */
export class ReadingsRefused extends Refused {
  override readonly name = 'ReadingsRefused'
  readonly receipt: Receipt
  constructor(receipt: Receipt, problem: Problem) {
    super(problem)
    this.receipt = receipt
  }
}

/** 429 or 5xx: the same call may succeed later; wait `retryAfterMs` where given. */
export class Unavailable extends ApiError {
  override readonly name: string = 'Unavailable'
}

/** No answer: the network, the address or the server is gone. `cause` is what fetch threw. */
export class Unreachable extends Unavailable {
  override readonly name = 'Unreachable'
  constructor(options?: ErrorOptions) {
    super({ type: 'about:blank', title: 'the server did not answer', status: 0 }, null, options)
  }
}
