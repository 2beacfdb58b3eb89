import { OhmsteadError } from '@ohmstead/model'

/** A peer broke the protocol or a limit; its connection is closed. `reason` is a fixed word, fit for a metric's label. */
export class ProtocolViolation extends OhmsteadError {
  override readonly name = 'ProtocolViolation'
  readonly code = 'OHM_PROTOCOL_VIOLATION'
  readonly reason: Violation
  constructor(reason: Violation, detail = '') {
    super(detail === '' ? reason : `${reason}: ${detail}`)
    this.reason = reason
  }
}

/** What a peer can do wrong. */
export type Violation =
  | 'malformed'
  | 'too-large'
  | 'bad-text'
  | 'bad-topic'
  | 'bad-filter'
  | 'unexpected-packet'
  | 'qos2-window'
  | 'slow-packet'

/** Nobody answered a request in time. The component may be down, or still be at it. */
export class RequestTimeout extends OhmsteadError {
  override readonly name = 'RequestTimeout'
  readonly code = 'OHM_REQUEST_TIMEOUT'
  override readonly retryable = true
  constructor(component: string, operation: string, timeoutMs: number) {
    super(`component '${component}' did not answer '${operation}' within ${timeoutMs} ms`)
  }
}

/** The component answered with an error of its own; `remoteCode` is that error's code. */
export class RequestFailed extends OhmsteadError {
  override readonly name = 'RequestFailed'
  readonly code = 'OHM_REQUEST_FAILED'
  readonly remoteCode: string
  constructor(remoteCode: string, message: string) {
    super(message)
    this.remoteCode = remoteCode
  }
}

/** Too many requests are open at once. */
export class BusOverloaded extends OhmsteadError {
  override readonly name = 'BusOverloaded'
  readonly code = 'OHM_BUS_OVERLOADED'
  override readonly retryable = true
}

/** The bus is closed, or its connection was refused for good. */
export class BusClosed extends OhmsteadError {
  override readonly name = 'BusClosed'
  readonly code = 'OHM_BUS_CLOSED'
}

/** The broker did not let this subscription in. */
export class SubscriptionRefused extends OhmsteadError {
  override readonly name = 'SubscriptionRefused'
  readonly code = 'OHM_SUBSCRIPTION_REFUSED'
  constructor(filter: string) {
    super(`subscription to '${filter}' was refused`)
  }
}
