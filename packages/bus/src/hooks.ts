import type { IncomingMessage } from 'node:http'
import type { Instant } from '@ohmstead/model'

export type TransportKind = 'tcp' | 'tls' | 'ws'

/** What a client says of itself in CONNECT, before anybody believes it. */
export interface Credentials {
  readonly clientId: string
  readonly username: string | undefined
  readonly password: Buffer | undefined
  /** The peer's IP address. */
  readonly address: string
  readonly transport: TransportKind
}

/** One connected client. `principal` is what `authenticate` answered. */
export interface Session<Principal = unknown> {
  /** As the client gave it; unique only together with `username`. */
  readonly clientId: string
  readonly username: string
  readonly principal: Principal
  readonly address: string
  readonly transport: TransportKind
  readonly since: Instant
}

/** A message that a client published. `payload` may be a view into the receive buffer: copy it to keep it for long. */
export interface InboundMessage {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly dup: boolean
}

/** Why a session ended, as a fixed word. */
export type EndReason =
  | 'client'
  | 'connection-lost'
  | 'keep-alive'
  | 'taken-over'
  | 'violation'
  | 'denied'
  | 'slow-reader'
  | 'frozen-reader'
  | 'not-stored'
  | 'overload'
  | 'disconnected'
  | 'shutdown'

/**
 * What the broker asks of its owner. Everything but `authenticate`, `intake` and `publish` is synchronous and pure:
 * answers are kept per connection and topic until the connection ends (see `Broker.disconnect`).
 */
export interface BusHooks<Principal> {
  /** Who is this? `null` refuses (CONNACK 5); a rejection says "not now" (CONNACK 3). */
  authenticate(credentials: Credentials): Promise<Principal | null>
  mayPublish(session: Session<Principal>, topic: string): boolean
  maySubscribe(session: Session<Principal>, filter: string): boolean
  /** Whether messages on this topic go to `intake` (readings) rather than `publish`. */
  claims?(topic: string): boolean
  /**
   * Claimed messages of one connection that arrived together, in order; called once per socket read.
   * `done()` = they are durable (or refused for good): they are acknowledged, then handed to subscribers if there are any.
   * `done(error)` = they are not: nothing is acknowledged, the connection is closed and the client keeps them.
   * While the store is down hold `done` back for as long as you want to spare the clients a reconnect; the broker reads
   * no further than `maxClientInFlight…` meanwhile.
   */
  intake?(
    session: Session<Principal>,
    messages: readonly InboundMessage[],
    done: (error?: Error) => void,
  ): void
  /**
   * Any other message, before subscribers get it. The acknowledgement follows the answer; a rejection closes the
   * connection without one. Absent or void: an ordinary message.
   */
  publish?(session: Session<Principal>, message: InboundMessage): Promise<void> | void
  /** Whether a WebSocket may be opened: the place of the Origin check. Absent: only same-origin or no Origin. */
  mayUpgrade?(request: IncomingMessage): boolean
  connected?(session: Session<Principal>): void
  disconnected?(session: Session<Principal>, reason: EndReason): void
  /** Something the operator should see; called once per change, not per packet. */
  trouble?(error: Error, context: string): void
}
