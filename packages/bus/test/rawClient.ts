import { connect, type Socket } from 'node:net'
import { generate, type Packet, parser } from 'mqtt-packet'

export interface RawConnect {
  clientId?: string
  clean?: boolean
  username?: string
  password?: string
  keepalive?: number
  will?: { topic: string; payload: Buffer; qos: 0 | 1 | 2; retain: boolean }
}

/** An MQTT client that does only what it is told, right or wrong. */
export class RawClient {
  readonly socket: Socket
  readonly closed: Promise<void>
  /** Everything received, in order. */
  readonly received: Packet[] = []
  #wake: (() => void)[] = []
  isClosed = false

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.socket.on('error', () => {})
    this.closed = new Promise(resolve => this.socket.once('close', () => resolve()))
    const reader = parser()
    reader.on('packet', packet => {
      this.received.push(packet)
      this.#tell()
    })
    this.socket.on('data', chunk => reader.parse(chunk))
    this.socket.once('close', () => {
      this.isClosed = true
      this.#tell()
    })
  }

  /** Connects and expects to be let in. */
  static async open(port: number, options: RawConnect = {}): Promise<RawClient> {
    const client = new RawClient(port)
    const connack = await client.connect(options)
    if (connack.returnCode !== 0) throw new Error(`refused with ${connack.returnCode}`)
    return client
  }

  async connect(options: RawConnect = {}) {
    const { clientId = 'c', clean = true, username, password, keepalive = 0, will } = options
    const credentials =
      username === undefined ? {} : { username, password: Buffer.from(password ?? 'secret') }
    this.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId,
      clean,
      keepalive,
      ...credentials,
      ...(will ? { will } : {}),
    })
    return await this.next('connack')
  }

  send(packet: Packet): void {
    this.socket.write(generate(packet))
  }

  write(...bytes: (number | string | Buffer)[]): void {
    const parts = bytes.map(part =>
      typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as string),
    )
    this.socket.write(Buffer.concat(parts))
  }

  publish(
    topic: string,
    payload: string | Buffer,
    options: { qos?: 0 | 1 | 2; id?: number; retain?: boolean; dup?: boolean } = {},
  ): void {
    const { qos = 0, id, retain = false, dup = false } = options
    this.send({
      cmd: 'publish',
      topic,
      payload,
      qos,
      retain,
      dup,
      ...(id === undefined ? {} : { messageId: id }),
    })
  }

  async subscribe(filter: string, qos: 0 | 1 | 2 = 0, id = 1): Promise<number> {
    this.send({ cmd: 'subscribe', messageId: id, subscriptions: [{ topic: filter, qos }] })
    return Number((await this.next('suback')).granted[0])
  }

  /** The next packet that was not taken yet and is a `cmd`; others before it stay for later. @throws when the socket closes first */
  async next<Command extends Packet['cmd']>(cmd: Command): Promise<Extract<Packet, { cmd: Command }>> {
    for (;;) {
      const at = this.received.findIndex(packet => packet.cmd === cmd)
      if (at >= 0) {
        const [packet] = this.received.splice(at, 1)
        return packet as Extract<Packet, { cmd: Command }>
      }
      if (this.isClosed) throw new Error(`closed while waiting for ${cmd}`)
      await new Promise<void>(resolve => this.#wake.push(resolve))
    }
  }

  /** Everything the broker has sent once it answers a ping: what did not come by then will not come. */
  async settled(): Promise<Packet[]> {
    this.send({ cmd: 'pingreq' })
    await this.next('pingresp')
    return this.received
  }

  end(): void {
    this.socket.destroy()
  }

  #tell(): void {
    const wake = this.#wake
    this.#wake = []
    for (const each of wake) each()
  }
}
