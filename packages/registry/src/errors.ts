import { OhmsteadError } from '@ohmstead/model'

/** No such site, place, device, person …; also the answer where the asker may not know that it exists. */
export class NotFound extends OhmsteadError {
  override readonly name = 'NotFound'
  readonly code = 'OHM_NOT_FOUND'
  readonly what: string
  readonly id: string
  constructor(what: string, id: string, options?: ErrorOptions) {
    super(`no ${what} '${id}'`, options)
    this.what = what
    this.id = id
  }
}

/** The change contradicts what is there: an id that is taken, a place with places below it. */
export class Conflict extends OhmsteadError {
  override readonly name = 'Conflict'
  readonly code = 'OHM_CONFLICT'
  readonly field: string
  readonly reason: string
  constructor(field: string, reason: string, options?: ErrorOptions) {
    super(`${field}: ${reason}`, options)
    this.field = field
    this.reason = reason
  }
}

/** Too many wrong secrets from one address or for one name. */
export class TooManyAttempts extends OhmsteadError {
  override readonly name = 'TooManyAttempts'
  readonly code = 'OHM_TOO_MANY_ATTEMPTS'
  override readonly retryable = true
  readonly retryAfterMs: number
  constructor(retryAfterMs: number) {
    super(`too many attempts; try again in ${Math.ceil(retryAfterMs / 1000)} s`)
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * The database cannot be reached, is locked or has no space. Nothing was changed, unless the connection broke while a
 * server was committing: then the same change may be there, and making it again ends in a Conflict.
 */
export class RegistryUnavailable extends OhmsteadError {
  override readonly name = 'RegistryUnavailable'
  readonly code = 'OHM_REGISTRY_UNAVAILABLE'
  override readonly retryable = true
  constructor(reason: string, options?: ErrorOptions) {
    super(`the registry is not available: ${reason}`, options)
  }
}

/** The database was written by a newer Ohmstead. It was not touched. */
export class NewerDatabase extends OhmsteadError {
  override readonly name = 'NewerDatabase'
  readonly code = 'OHM_NEWER_DATABASE'
  readonly found: number
  readonly known: number
  constructor(found: number, known: number) {
    super(
      `the registry has version ${found}, this program knows versions up to ${known}: use a newer Ohmstead`,
    )
    this.found = found
    this.known = known
  }
}
