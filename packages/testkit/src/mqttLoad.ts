import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connectPacket, mqttText, publishPacket } from './mqttPackets.ts'

/** What a connection logs in with and where it publishes. */
export interface LoadTarget {
  readonly host: string
  readonly port: number
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly topic: string
}

export interface LoadOptions {
  /** Payload of message `n`, counted from 0. */
  readonly payload: (n: number) => string | Buffer
  /** Messages to send; unbounded when absent (until `stop`). */
  readonly count?: number
  /** Most messages on their way without PUBACK. */
  readonly window: number
  /** Called with the number of each message whose PUBACK was read, in that order. */
  readonly acked?: (n: number) => void
}

/**
 * One raw MQTT 3.1.1 connection that publishes at QoS 1 as fast as its window lets it, with little work of its own:
 * a load for benchmarks and the keeper of an acknowledgement log for fault tests.
 */
export class MqttLoad {
  sent = 0
  acknowledged = 0
  readonly #target: LoadTarget
  readonly #options: LoadOptions
  readonly #topic: Buffer
  #socket!: Socket
  #rest: Buffer = Buffer.alloc(0)
  /** Packet id → message number. */
  #inFlight = new Int32Array(65_536).fill(-1)
  #nextId = 1
  #stopped = false
  #done = Promise.withResolvers<void>()

  constructor(target: LoadTarget, options: LoadOptions) {
    this.#target = target
    this.#options = options
    this.#topic = mqttText(target.topic)
    this.#done.promise.catch(() => {})
  }

  /** Connects and logs in. @throws when the broker refuses or cannot be reached */
  async connect(): Promise<void> {
    const { host, port } = this.#target
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.on('error', () => {})
    await once(this.#socket, 'connect')
    this.#socket.write(connectPacket(this.#target))
    const closed = once(this.#socket, 'close').then(() => {
      throw new Error('the broker closed the connection instead of an answer')
    })
    const [answer] = (await Promise.race([once(this.#socket, 'data'), closed])) as [Buffer]
    if (answer[0] !== 0x20 || answer[3] !== 0)
      throw new Error(`CONNACK ${answer[3]} for '${this.#target.username}'`)
    this.#socket.on('data', chunk => this.#read(chunk))
    this.#socket.on('close', () => this.#done.reject(new Error('the broker closed the connection')))
  }

  /** Publishes; resolves when all of `count` are acknowledged, rejects when the connection ends before. */
  run(): Promise<void> {
    this.#fill()
    return this.#done.promise
  }

  /** No more messages; those on their way may still be acknowledged. */
  stop(): void {
    this.#stopped = true
  }

  close(): void {
    this.#stopped = true
    this.#socket.destroy()
  }

  #fill(): void {
    const { window, payload, count = Number.POSITIVE_INFINITY } = this.#options
    const packets: Buffer[] = []
    while (!this.#stopped && this.sent < count && this.sent - this.acknowledged < window) {
      const id = this.#nextId
      this.#nextId = id === 65_535 ? 1 : id + 1
      this.#inFlight[id] = this.sent
      packets.push(publishPacket(this.#topic, payload(this.sent), { id }))
      this.sent++
    }
    if (packets.length > 0) this.#socket.write(Buffer.concat(packets))
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    let at = 0
    // Only PUBACK is expected here: type, length 2, packet id.
    for (; at + 4 <= bytes.length; at += 4) {
      if (bytes[at] !== 0x40) throw new Error(`unexpected packet type ${bytes[at]}`)
      const id = bytes.readUInt16BE(at + 2)
      this.acknowledged++
      this.#options.acked?.(this.#inFlight[id])
    }
    this.#rest = bytes.subarray(at)
    if (this.acknowledged === this.#options.count) this.#done.resolve()
    this.#fill()
  }
}
