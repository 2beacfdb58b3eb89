import { ProtocolViolation } from './errors.ts'
import { readText } from './topics.ts'

/** Types of MQTT 3.1.1 control packets, the upper four bits of the first byte. */
export const packet = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const

/** Answers of CONNACK. */
export const connack = {
  accepted: 0,
  unacceptableProtocol: 1,
  identifierRejected: 2,
  serverUnavailable: 3,
  notAuthorized: 5,
} as const

export interface Will {
  topic: string
  payload: Buffer
  qos: 0 | 1 | 2
  retain: boolean
}

/** A CONNECT that is well formed. */
export interface Connect {
  clientId: string
  clean: boolean
  /** Seconds; 0 = none. */
  keepAlive: number
  will: Will | undefined
  username: string | undefined
  password: Buffer | undefined
}

/** A CONNECT that deserves an answer, but not a connection. */
export interface RefusedConnect {
  refuse: number
}

/** Reads length-prefixed fields of one packet's body; going past its end is a violation. */
class Fields {
  readonly #bytes: Buffer
  #at: number
  readonly #end: number

  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes
    this.#at = at
    this.#end = end
  }

  get done(): boolean {
    return this.#at === this.#end
  }

  #take(count: number): number {
    const from = this.#at
    if (from + count > this.#end) throw new ProtocolViolation('malformed', 'packet too short')
    this.#at = from + count
    return from
  }

  byte(): number {
    return this.#bytes[this.#take(1)]
  }

  short(): number {
    return this.#bytes.readUInt16BE(this.#take(2))
  }

  binary(): Buffer {
    const length = this.short()
    const from = this.#take(length)
    return this.#bytes.subarray(from, from + length)
  }

  text(): string {
    const text = readText(this.binary())
    if (text === undefined) throw new ProtocolViolation('bad-text')
    return text
  }
}

/**
 * Reads a CONNECT strictly (MQTT 3.1 and 3.1.1).
 * @throws ProtocolViolation for what gets no answer at all
 */
export function readConnect(bytes: Buffer, body: number, end: number): Connect | RefusedConnect {
  const fields = new Fields(bytes, body, end)
  const name = fields.binary().toString('latin1')
  const level = fields.byte()
  if (name !== 'MQTT' && name !== 'MQIsdp') throw new ProtocolViolation('malformed', 'protocol name')
  if (level !== (name === 'MQTT' ? 4 : 3)) return { refuse: connack.unacceptableProtocol } // [MQTT-3.1.2-2]
  const flags = fields.byte()
  const keepAlive = fields.short()
  if ((flags & 1) !== 0) throw new ProtocolViolation('malformed', 'reserved flag') // [MQTT-3.1.2-3]
  const clean = (flags & 2) !== 0
  const clientId = fields.text()
  const will = readWill(fields, flags)
  const username = (flags & 128) !== 0 ? fields.text() : undefined
  const password = (flags & 64) !== 0 ? Buffer.from(fields.binary()) : undefined
  // [MQTT-3.1.2-22]
  if (username === undefined && password !== undefined)
    throw new ProtocolViolation('malformed', 'password without user')
  if (!fields.done) throw new ProtocolViolation('malformed', 'bytes after the payload')
  if (clientId === '' && !clean) return { refuse: connack.identifierRejected } // [MQTT-3.1.3-8]
  return { clientId, clean, keepAlive, will, username, password }
}

function readWill(fields: Fields, flags: number): Will | undefined {
  const qos = (flags >> 3) & 3
  const retain = (flags & 32) !== 0
  if ((flags & 4) === 0) {
    if (qos !== 0 || retain) throw new ProtocolViolation('malformed', 'will flags without a will') // [MQTT-3.1.2-13, -15]
    return undefined
  }
  if (qos === 3) throw new ProtocolViolation('malformed', 'will QoS') // [MQTT-3.1.2-14]
  return { topic: fields.text(), payload: Buffer.from(fields.binary()), qos: qos as 0 | 1 | 2, retain }
}

/** The filters of a SUBSCRIBE (`withQos`) or UNSUBSCRIBE. @throws ProtocolViolation */
export function readFilters(bytes: Buffer, body: number, end: number, withQos: boolean): string[] {
  const fields = new Fields(bytes, body, end)
  if (fields.short() === 0) throw new ProtocolViolation('malformed', 'packet id 0') // [MQTT-2.3.1-1]
  const filters: string[] = []
  while (!fields.done) {
    filters.push(fields.text())
    if (withQos && fields.byte() > 2) throw new ProtocolViolation('malformed', 'requested QoS') // [MQTT-3.8.3-4]
  }
  if (filters.length === 0) throw new ProtocolViolation('malformed', 'no filter') // [MQTT-3.8.3-3]
  return filters
}

/** CONNACK that refuses. */
export function refusal(code: number): Buffer {
  return Buffer.from([0x20, 2, 0, code])
}

export const pingResponse = Buffer.from([0xd0, 0])
