/**
 * The root of every error that Ohmstead throws on purpose. Callers branch on class or `code`, never on text.
 * `retryable` is decided where the error is born: the same call may succeed later, unchanged.
 */
export abstract class OhmsteadError extends Error {
  abstract readonly code: `OHM_${string}`
  readonly retryable: boolean = false
}

/** A value from outside that cannot be accepted; `field` is the path to it, as `fields.power`. */
export class InvalidInput extends OhmsteadError {
  override readonly name = 'InvalidInput'
  readonly code = 'OHM_INVALID_INPUT'
  readonly field: string
  readonly reason: string
  constructor(field: string, reason: string, options?: ErrorOptions) {
    super(field === '' ? reason : `${field}: ${reason}`, options)
    this.field = field
    this.reason = reason
  }
}
