import { connect, type Socket } from 'node:net'
import {
  type ConnectOptions,
  connectPacket,
  mqttText,
  packetType,
  pingPacket,
  publishPacket,
  subscribePacket,
} from './mqttPackets.ts'

export interface RawPacket {
  readonly type: number
  /** The lower four bits of the first byte. */
  readonly flags: number
  readonly body: Buffer
}

/** A message as a subscriber gets it. */
export interface RawMessage {
  readonly topic: string
  readonly payload: string
}

/** An MQTT 3.1.1 connection that does only what it is told, right or wrong. */
export class RawMqtt implements Disposable {
  readonly socket: Socket
  /** Everything received and not yet taken, in order. */
  readonly received: RawPacket[] = []
  isClosed = false
  #rest: Buffer = Buffer.alloc(0)
  #nextId = 1
  /** Who waits for a packet or the end. */
  readonly #waiting = new Set<() => void>()

  private constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.socket.on('error', () => {})
    this.socket.on('data', chunk => this.#read(chunk))
    this.socket.once('close', () => {
      this.isClosed = true
      this.#tell()
    })
  }

  /** A socket that has not said anything yet. */
  static dial(port: number): RawMqtt {
    return new RawMqtt(port)
  }

  /** @throws when it is refused or not answered */
  static async open(port: number, options: ConnectOptions): Promise<RawMqtt> {
    const client = new RawMqtt(port)
    const code = await client.connect(options)
    if (code === 0) return client
    client.close()
    throw new Error(`CONNACK ${code} for '${options.username}'`)
  }

  /** @returns the return code of CONNACK; -1 when the socket was closed instead */
  async connect(options: ConnectOptions, withinMs = 20_000): Promise<number> {
    this.socket.write(connectPacket(options))
    return (await this.next(packetType.connack, withinMs))?.body[1] ?? -1
  }

  write(bytes: Buffer): void {
    if (!this.isClosed) this.socket.write(bytes)
  }

  /** Publishes at QoS 1. @returns whether it was acknowledged; false when the connection ended instead */
  async publish(topic: string | Buffer, payload: string | Buffer, withinMs = 20_000): Promise<boolean> {
    const id = this.#takeId()
    this.write(publishPacket(mqttText(topic), payload, { qos: 1, id }))
    const ack = await this.#first(
      ({ type, body }) => type === packetType.puback && body.readUInt16BE(0) === id,
      `PUBACK ${id}`,
      withinMs,
    )
    return ack !== undefined
  }

  /** @returns the granted QoS of each filter, 128 for a refusal; undefined when the connection ended instead */
  async subscribe(...filters: (string | Buffer)[]): Promise<number[] | undefined> {
    this.write(subscribePacket(filters, { id: this.#takeId() }))
    const answer = await this.next(packetType.suback)
    return answer && [...answer.body.subarray(2)]
  }

  /** The next packet of a type, others stay; undefined when the connection ends before. @throws after `withinMs` */
  next(type: number, withinMs = 20_000): Promise<RawPacket | undefined> {
    return this.#first(packet => packet.type === type, `MQTT packet ${type}`, withinMs)
  }

  #first(
    wanted: (packet: RawPacket) => boolean,
    what: string,
    withinMs: number,
  ): Promise<RawPacket | undefined> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.received.findIndex(wanted)
        if (at >= 0) end(() => resolve(this.received.splice(at, 1)[0]))
        else if (this.isClosed) end(() => resolve(undefined))
      }
      const end = (settle: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        settle()
      }
      const timer = setTimeout(() => {
        end(() => reject(new Error(`${what}: not within ${withinMs} ms`)))
      }, withinMs)
      this.#waiting.add(look)
      look()
    })
  }

  /** Messages that have come, once the broker has answered a ping: what is not there by then does not come. */
  async messages(): Promise<RawMessage[]> {
    this.write(pingPacket)
    await this.next(packetType.pingresp)
    return this.received.filter(({ type }) => type === packetType.publish).map(messageOf)
  }

  close(): void {
    this.socket.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #takeId(): number {
    const id = this.#nextId
    this.#nextId = id === 65_535 ? 1 : id + 1
    return id
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    for (;;) {
      const header = headerOf(bytes)
      if (header === undefined || bytes.length < header.end) break
      const [first] = bytes
      this.received.push({
        type: first >> 4,
        flags: first & 15,
        body: bytes.subarray(header.body, header.end),
      })
      bytes = bytes.subarray(header.end)
    }
    this.#rest = bytes
    this.#tell()
  }

  #tell(): void {
    for (const look of [...this.#waiting]) look()
  }
}

function headerOf(bytes: Buffer): { body: number; end: number } | undefined {
  let length = 0
  for (let at = 1; at < Math.min(5, bytes.length); at++) {
    length |= (bytes[at] & 0x7f) << (7 * (at - 1))
    if (bytes[at] < 0x80) return { body: at + 1, end: at + 1 + length }
  }
}

function messageOf({ flags, body }: RawPacket): RawMessage {
  const end = 2 + body.readUInt16BE(0)
  const payload = (flags & 6) === 0 ? end : end + 2
  return { topic: body.toString('utf8', 2, end), payload: body.toString('utf8', payload) }
}
