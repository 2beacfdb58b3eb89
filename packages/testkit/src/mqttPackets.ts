/** A last will. */
export interface Will {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1 | 2
}

/** What CONNECT says. */
export interface ConnectOptions {
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  /** Seconds; 60 unless given, 0 switches it off. */
  readonly keepAliveS?: number
  /** A session that begins anew and ends with the connection; so unless false. */
  readonly clean?: boolean
  readonly will?: Will
}

/** Control packet types. [MQTT-2.2.1] */
export const packetType = {
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubcomp: 7,
  suback: 9,
  pingresp: 13,
} as const

/** A text, or any bytes, with their length before them. */
export function mqttText(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string)
  const out = Buffer.alloc(bytes.length + 2)
  out.writeUInt16BE(bytes.length)
  bytes.copy(out, 2)
  return out
}

/** First byte, remaining length, and the rest. */
export function mqttPacket(head: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([head, ...remainingLength(body.length)]), body])
}

/** One to four bytes of seven bits, the lowest first. [MQTT-2.2.3] */
export function remainingLength(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return bytes
}

export function connectPacket(options: ConnectOptions): Buffer {
  const { clientId, username, password, keepAliveS = 60, clean = true, will } = options
  const flags =
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40) |
    (will === undefined ? 0 : 0x04 | (will.qos << 3)) |
    (clean ? 0x02 : 0)
  const head = Buffer.from([...mqttText('MQTT'), 4, flags, keepAliveS >> 8, keepAliveS & 0xff])
  const texts = [clientId, will?.topic, will?.payload, username, password]
  return mqttPacket(0x10, head, ...texts.filter(text => text !== undefined).map(text => mqttText(text)))
}

/** @param topic with its length, as `mqttText` makes it; made once for many messages */
export function publishPacket(
  topic: Buffer,
  payload: string | Buffer,
  { qos = 1, id = 1, dup = false }: { qos?: 0 | 1 | 2; id?: number; dup?: boolean } = {},
): Buffer {
  const ids = qos === 0 ? [] : [id >> 8, id & 0xff]
  const head = 0x30 | (dup ? 8 : 0) | (qos << 1)
  return mqttPacket(head, topic, Buffer.from(ids), Buffer.from(payload as string))
}

export function subscribePacket(filters: readonly (string | Buffer)[], { qos = 1, id = 1 } = {}): Buffer {
  const asked = filters.flatMap(filter => [mqttText(filter), Buffer.from([qos])])
  return mqttPacket(0x82, Buffer.from([id >> 8, id & 0xff]), ...asked)
}

export const pingPacket: Buffer = Buffer.from([0xc0, 0])
