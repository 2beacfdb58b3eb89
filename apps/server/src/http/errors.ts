import { OhmsteadError } from '@ohmstead/model'

/** Nobody is signed in, or what was presented is not valid. */
export class NotSignedIn extends OhmsteadError {
  override readonly name = 'NotSignedIn'
  readonly code = 'OHM_NOT_SIGNED_IN'
  constructor(reason = 'sign in, or send a token: Authorization: Bearer …', options?: ErrorOptions) {
    super(reason, options)
  }
}

/** Known, but not allowed to do this. */
export class Forbidden extends OhmsteadError {
  override readonly name = 'Forbidden'
  readonly code = 'OHM_FORBIDDEN'
  constructor(reason = 'you may not do this here', options?: ErrorOptions) {
    super(reason, options)
  }
}

/** It is not there, or the one who asks may not know that it is: both look the same. */
export class NotFound extends OhmsteadError {
  override readonly name = 'NotFound'
  readonly code = 'OHM_NOT_FOUND'
  constructor(reason = 'there is nothing here that you can see', options?: ErrorOptions) {
    super(reason, options)
  }
}

/** A state-changing request that a page of another origin may have sent with this person's cookie. */
export class ForeignOrigin extends OhmsteadError {
  override readonly name = 'ForeignOrigin'
  readonly code = 'OHM_FOREIGN_ORIGIN'
}

/** A body in a form that this route does not read. */
export class UnsupportedContent extends OhmsteadError {
  override readonly name = 'UnsupportedContent'
  readonly code = 'OHM_UNSUPPORTED_CONTENT'
}

/** A body, or what it unpacks to, beyond the route's limit. */
export class ContentTooLarge extends OhmsteadError {
  override readonly name = 'ContentTooLarge'
  readonly code = 'OHM_CONTENT_TOO_LARGE'
}

/** More is under way than the server takes on at a time. Try again in a second. */
export class Overloaded extends OhmsteadError {
  override readonly name = 'Overloaded'
  readonly code = 'OHM_OVERLOADED'
  override readonly retryable = true
}
