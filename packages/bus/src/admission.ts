import { randomUUID } from 'node:crypto'
import type { Instant } from '@ohmstead/model'
import type { Counters } from './counters.ts'
import type { Violation } from './errors.ts'
import type { BusHooks, Credentials, Session, TransportKind } from './hooks.ts'
import type { Limits } from './limits.ts'
import { type Connect, connack } from './packets.ts'
import type { Penalties } from './penalties.ts'
import { isTopicName } from './topics.ts'

/** What admission needs of the broker. */
export interface Gate<Principal> {
  readonly limits: Limits
  readonly hooks: BusHooks<Principal>
  readonly counters: Counters
  /** Denied publishes and violations, by session key. */
  readonly quarantine: Penalties
  /** Failed sign-ins, by address and user. */
  readonly failures: Penalties
  now(): Instant
  /** Whether a persistent session of this key exists or may be begun. */
  roomFor(key: string): boolean
}

export type Verdict<Principal> =
  | { session: Session<Principal>; key: string }
  /** CONNACK with this code; `why` is a fixed word for the counters. */
  | { refuse: number; why: string }
  | { violation: Violation }

/** Key of a session: the user is part of it, so that nobody takes over a session under another credential. */
export function sessionKey(username: string | undefined, clientId: string): string {
  return `${encodeURIComponent(username ?? '')}|${clientId}`
}

/** Judges a CONNECT: form, back-offs, credentials, the right to its will, room for its session. */
export async function judge<Principal>(
  connect: Connect,
  peer: { address: string; kind: TransportKind },
  gate: Gate<Principal>,
): Promise<Verdict<Principal>> {
  const { limits, quarantine, failures } = gate
  if (connect.clientId.length > limits.maxClientIdLength)
    return refuse(connack.identifierRejected, 'client-id')
  if (connect.will !== undefined && !isTopicName(connect.will.topic, limits))
    return { violation: 'bad-topic' }
  const clientId = connect.clientId === '' ? `auto-${randomUUID()}` : connect.clientId
  const key = sessionKey(connect.username, clientId)
  if (quarantine.refuses(key)) return refuse(connack.notAuthorized, 'quarantined')
  const who = `${peer.address} ${connect.username ?? ''}`
  if (failures.refuses(who)) return refuse(connack.notAuthorized, 'throttled')
  const { username, password } = connect
  const credentials = { clientId, username, password, address: peer.address, transport: peer.kind }
  const answer = await identify(credentials, gate)
  if (answer === 'unavailable') return refuse(connack.serverUnavailable, 'unavailable')
  if (answer === 'unknown') {
    failures.offend(who)
    return refuse(connack.notAuthorized, 'credentials')
  }
  failures.forgive(who)
  return allow(connect, key, sessionOf(credentials, answer.principal, gate.now()), gate)
}

async function identify<Principal>(
  credentials: Credentials,
  { hooks }: Gate<Principal>,
): Promise<{ principal: Principal } | 'unknown' | 'unavailable'> {
  try {
    const principal = await hooks.authenticate(credentials)
    return principal === null ? 'unknown' : { principal }
  } catch (error) {
    hooks.trouble?.(error as Error, 'authenticate')
    return 'unavailable'
  }
}

function sessionOf<Principal>(from: Credentials, principal: Principal, since: Instant): Session<Principal> {
  const { clientId, username = '', address, transport } = from
  return { clientId, username, principal, address, transport, since }
}

function allow<Principal>(
  connect: Connect,
  key: string,
  session: Session<Principal>,
  gate: Gate<Principal>,
): Verdict<Principal> {
  if (connect.will !== undefined && !gate.hooks.mayPublish(session, connect.will.topic)) {
    gate.counters.deniedPublishes++
    gate.quarantine.offend(key)
    return refuse(connack.notAuthorized, 'will')
  }
  if (!connect.clean && !gate.roomFor(key)) return refuse(connack.serverUnavailable, 'no-room')
  return { session, key }
}

function refuse(code: number, why: string): { refuse: number; why: string } {
  return { refuse: code, why }
}
