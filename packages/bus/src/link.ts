import { generate } from 'mqtt-packet'
import { type Gate, judge } from './admission.ts'
import { ClientStream, type StreamOwner } from './clientStream.ts'
import type { Pass } from './door.ts'
import { ProtocolViolation, type Violation } from './errors.ts'
import { Framer } from './frames.ts'
import type { EndReason, InboundMessage, Session } from './hooks.ts'
import { Inbound, type InboundHost } from './inbound.ts'
import { Outbox } from './outbox.ts'
import { type Connect, connack, packet, pingResponse, readConnect, readFilters, refusal } from './packets.ts'
import { isTopicFilter, isTopicName, matches } from './topics.ts'
import type { Transport } from './transport.ts'

/** aedes' client, as far as it is used here. */
export interface AedesClient {
  id: string
  clean: boolean
  subscriptions: Record<string, { qos: 0 | 1 | 2 }>
  conn: unknown
  /** The packet id of the next message to this client. */
  _nextId: number
}

/** What a connection needs of the broker around it. */
export interface Hub<Principal> extends Gate<Principal> {
  /** Ticks of the broker's own monotonic time, `tickMs` each. */
  tick(): number
  receivedIds(key: string): number[]
  lastPacketId(key: string): number | undefined
  attach(stream: ClientStream): AedesClient
  opened(link: Link<Principal>): void
  closed(link: Link<Principal>, reason: EndReason): void
  /** The socket itself is closed too. */
  gone(link: Link<Principal>): void
  takingOver(link: Link<Principal>): void
  distribute(
    link: Link<Principal>,
    messages: readonly InboundMessage[],
    acks: readonly number[],
    done: () => void,
  ): void
  released(link: Link<Principal>, id: number): void
  inFlight(messages: number, bytes: number): void
  partial(change: number): boolean
}

export const tickMs = 250
const ticks = (ms: number): number => Math.ceil(ms / tickMs)

/** Why a connection is not read at the moment; several may hold. */
const hold = {
  admission: 1,
  ownFlight: 2,
  allFlights: 4,
  forwarding: 8,
  draining: 16,
  rate: 32,
  subscription: 64,
} as const
export type Hold = keyof typeof hold

type State = 'waiting' | 'admission' | 'opening' | 'open' | 'closed'

const unlimited = 0
const nothing = Buffer.alloc(0)

/** One connection: from its first byte to its last. It judges every packet; aedes gets what concerns subscriptions. */
export class Link<Principal = unknown> implements StreamOwner, InboundHost {
  readonly #hub: Hub<Principal>
  readonly #transport: Transport
  readonly #framer: Framer
  readonly #outbox: Outbox
  #state: State = 'waiting'
  #holds = 0
  #stream: ClientStream | undefined
  #client: AedesClient | undefined
  #inbound: Inbound | undefined
  #session: Session<Principal> | undefined
  #persistent = false
  #reason: EndReason | undefined
  /** Tick by which this has to be let in. */
  readonly #deadline: number
  #lastSeen: number
  #keepAliveTicks = unlimited
  #partialBytes = 0
  #partialSince = 0
  #ownMessages = 0
  /** Messages since the last tick. */
  #recent = 0
  #ownBytes = 0
  #early: Buffer = nothing
  #subscribing = false
  #endedAt = 0
  #transportGone = false
  readonly #filters = new Map<string, 0 | 1 | 2>()
  key = ''

  readonly #pass: Pass
  #whenOpen: (() => void) | undefined
  wasOpen = false

  constructor(hub: Hub<Principal>, transport: Transport, pass: Pass) {
    this.#hub = hub
    this.#pass = pass
    this.#transport = transport
    this.#framer = new Framer(hub.limits.maxConnectBytes)
    this.#outbox = new Outbox(transport, () => hub.tick())
    this.#lastSeen = hub.tick()
    this.#deadline = hub.tick() + ticks(hub.limits.connectTimeoutMs)
  }

  start(): void {
    this.#transport.start({ data: chunk => this.#read(chunk), closed: () => this.#transportClosed() })
  }

  get session(): Session<Principal> | undefined {
    return this.#session
  }
  get client(): AedesClient | undefined {
    return this.#client
  }
  get isOpen(): boolean {
    return this.#state === 'open'
  }
  get persistent(): boolean {
    return this.#persistent
  }
  get address(): string {
    return this.#transport.address
  }
  get held(): boolean {
    return this.#holds !== 0
  }
  /** Bytes that wait to be written to this peer. */
  get outputBytes(): number {
    return this.#outbox.bytes + (this.#stream?.writableLength ?? 0)
  }

  // ---- bytes in

  #read(chunk: Buffer): void {
    if (this.#state === 'closed') return
    try {
      if (this.#mustWait) {
        this.#keepForLater(chunk)
        return
      }
      // Whoever does not even begin like MQTT need not be waited for.
      if (
        this.#state === 'waiting' &&
        this.#framer.heldBytes === 0 &&
        chunk.length > 0 &&
        chunk[0] !== 0x10
      ) {
        throw new ProtocolViolation('unexpected-packet', 'first packet is no CONNECT') // [MQTT-3.1.0-1]
      }
      this.#framer.feed(chunk, this.#onPacket)
      this.#inbound?.flush()
      this.#account()
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error
      this.#inbound?.flush()
      this.#violated(error.reason)
    }
  }

  /** Whether the next packet has to wait for what became of the last one. */
  get #mustWait(): boolean {
    return this.#state === 'admission' || this.#state === 'opening' || this.#subscribing
  }

  /** What comes in though the transport was asked to pause. */
  #keepForLater(chunk: Buffer): void {
    const { maxConnectBytes, maxPacketBytes } = this.#hub.limits
    this.#early = Buffer.concat([this.#early, chunk])
    const most = this.#state === 'open' ? maxPacketBytes + maxConnectBytes : maxConnectBytes
    if (this.#early.length > most) throw new ProtocolViolation('too-large', 'sent without waiting')
  }

  /** Goes on with what had to wait. */
  #goOn(why: Hold): void {
    const early = this.#early
    this.#early = nothing
    this.#read(early)
    if (!this.#mustWait) this.release(why)
  }

  #account(): void {
    const held = this.#state === 'closed' ? 0 : this.#framer.heldBytes
    if (this.#state !== 'open' && held > this.#hub.limits.maxConnectBytes + 5)
      throw new ProtocolViolation('too-large')
    if (held > 0 && this.#partialBytes === 0) this.#partialSince = this.#hub.tick()
    const change = held - this.#partialBytes
    this.#partialBytes = held
    if (change !== 0 && !this.#hub.partial(change) && change > 0) this.end('overload')
  }

  readonly #onPacket = (bytes: Buffer, at: number, body: number, end: number): boolean => {
    if (this.#state === 'open') return this.#packet(bytes, at, body, end)
    if (this.#state !== 'waiting' || bytes[at] !== 0x10) throw new ProtocolViolation('unexpected-packet')
    const connect = readConnect(bytes, body, end)
    this.#state = 'admission'
    this.hold('admission')
    if ('refuse' in connect)
      this.#refuse(connect.refuse, connect.refuse === connack.unacceptableProtocol ? 'protocol' : 'client-id')
    else void this.#admit(connect)
    return false
  }

  #packet(bytes: Buffer, at: number, body: number, end: number): boolean {
    this.#lastSeen = this.#hub.tick()
    const first = bytes[at]
    const length = end - body
    switch (first >> 4) {
      case packet.publish:
        return this.#inbound!.publish(first, bytes, body, end)
      case packet.puback:
      case packet.pubrec:
      case packet.pubcomp:
        return this.#forward(bytes, at, end, (first & 15) === 0 && length === 2)
      case packet.pubrel:
        if (first !== 0x62 || length !== 2) throw new ProtocolViolation('malformed', 'PUBREL')
        this.#inbound!.release((bytes[body] << 8) | bytes[body + 1])
        return true
      case packet.subscribe:
        return this.#subscription(bytes, at, body, end, first === 0x82)
      case packet.unsubscribe:
        return this.#subscription(bytes, at, body, end, first === 0xa2)
      case packet.pingreq:
        if (first !== 0xc0 || length !== 0) throw new ProtocolViolation('malformed', 'PINGREQ')
        this.send(pingResponse)
        return true
      case packet.disconnect:
        if (first !== 0xe0 || length !== 0) throw new ProtocolViolation('malformed', 'DISCONNECT')
        this.#reason ??= 'client'
        this.#inbound!.flush()
        this.#forward(bytes, at, end, true)
        return false
      default:
        throw new ProtocolViolation('unexpected-packet')
    }
  }

  #subscription(bytes: Buffer, at: number, body: number, end: number, wellFormed: boolean): boolean {
    if (!wellFormed) throw new ProtocolViolation('malformed', 'reserved flags')
    const subscribes = bytes[at] >> 4 === packet.subscribe
    for (const filter of readFilters(bytes, body, end, subscribes)) {
      if (!isTopicFilter(filter, this.#hub.limits)) throw new ProtocolViolation('bad-filter')
      if (!subscribes) this.#filters.delete(filter)
    }
    this.#forward(bytes, at, end, true)
    // aedes takes packets in parallel: an UNSUBSCRIBE and a SUBSCRIBE of one filter behind it would end as neither.
    this.#subscribing = true
    this.hold('subscription')
    return false
  }

  /** aedes is done with a SUBSCRIBE or UNSUBSCRIBE. */
  subscribed(): void {
    if (!this.#subscribing) return
    this.#subscribing = false
    setImmediate(() => {
      if (this.#state === 'open') this.#goOn('subscription')
    })
  }

  #forward(bytes: Buffer, at: number, end: number, wellFormed: boolean): boolean {
    if (!wellFormed) throw new ProtocolViolation('malformed')
    if (!this.#stream!.push(bytes.subarray(at, end))) this.hold('forwarding')
    return true
  }

  // ---- being let in

  async #admit(connect: Connect): Promise<void> {
    const verdict = await judge(connect, this.#transport, this.#hub)
    if (this.#state !== 'admission') return
    if ('violation' in verdict) this.#violated(verdict.violation)
    else if ('refuse' in verdict) this.#refuse(verdict.refuse, verdict.why)
    else this.#open(connect, verdict.key, verdict.session)
  }

  #open(connect: Connect, key: string, session: Session<Principal>): void {
    this.#state = 'opening'
    this.key = key
    this.#session = session
    this.#persistent = !connect.clean
    // A silent client is gone after 1.5 × keep-alive. [MQTT-3.1.2-24]
    if (connect.keepAlive > 0) this.#keepAliveTicks = ticks(connect.keepAlive * 1500) + 1
    this.#framer.maxLength = this.#hub.limits.maxPacketBytes
    this.#hub.takingOver(this)
    this.#stream = new ClientStream<Link<Principal>>(this)
    this.#client = this.#hub.attach(this.#stream)
    // aedes begins anywhere; what is sent again keeps its id [MQTT-4.4.0-1], so a new message must not get the same.
    const lastId = this.#persistent ? this.#hub.lastPacketId(key) : undefined
    if (lastId !== undefined) this.#client._nextId = (lastId % 65_535) + 1
    // The name of the session inside; keep-alive is watched here, and who the client is has been settled.
    this.#stream.push(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: connect.clean,
        keepalive: 0,
        clientId: key,
        ...(connect.will === undefined ? {} : { will: connect.will }),
      }),
    )
  }

  /** aedes has accepted: its first bytes are the CONNACK. From here on the session exists. */
  #letIn(): void {
    this.wasOpen = true
    this.#pass.letIn()
    this.#whenOpen?.()
    this.#hub.opened(this)
  }

  /** aedes has sent its CONNACK and takes the packets that follow. */
  connected(): void {
    if (this.#state !== 'opening') return
    const receivedIds = this.#persistent ? this.#hub.receivedIds(this.key) : []
    this.#inbound = new Inbound(this, { maxReceivedIds: this.#hub.limits.maxReceivedIds, receivedIds })
    setImmediate(() => {
      if (this.#state !== 'opening') return
      this.#state = 'open'
      this.#lastSeen = this.#hub.tick()
      this.release('admission')
      this.#goOn('subscription')
    })
  }

  #refuse(code: number, why: string): void {
    if (this.#state === 'closed') return
    this.#hub.counters.refused.add(why)
    this.#outbox.send(refusal(code))
    this.#closeSoftly()
  }

  // ---- reading or not

  hold(why: Hold): void {
    if (this.#holds === 0) this.#transport.pause()
    this.#holds |= hold[why]
  }

  release(why: Hold): void {
    if ((this.#holds & hold[why]) === 0) return
    this.#holds &= ~hold[why]
    if (this.#holds !== 0 || this.#state === 'closed') return
    this.#lastSeen = this.#hub.tick() // it could not be heard meanwhile
    this.#transport.resume()
  }

  // ---- StreamOwner

  wanted(): void {
    this.release('forwarding')
  }

  output(bytes: Buffer, taken: () => void): void {
    if (!this.wasOpen && this.#state === 'opening') this.#letIn()
    this.#outbox.send(bytes)
    this.#outbox.whenRoom(taken)
  }

  streamClosed(): void {
    this.#close()
  }

  // ---- InboundHost

  isTopic(name: string): boolean {
    return isTopicName(name, this.#hub.limits)
  }

  mayPublish(topic: string): boolean {
    return this.#hub.hooks.mayPublish(this.#session!, topic)
  }

  claims(topic: string): boolean {
    const { hooks } = this.#hub
    return hooks.intake !== undefined && hooks.claims?.(topic) === true
  }

  intake(messages: readonly InboundMessage[], done: (error?: Error) => void): void {
    const { counters, hooks } = this.#hub
    this.#count(messages)
    counters.claimed += messages.length
    try {
      hooks.intake!(this.#session!, messages, done)
    } catch (error) {
      done(error as Error)
    }
  }

  publish(message: InboundMessage): Promise<void> | void {
    this.#count([message])
    return this.#hub.hooks.publish?.(this.#session!, message)
  }

  #count(messages: readonly InboundMessage[]): void {
    const { counters } = this.#hub
    counters.received += messages.length
    this.#recent += messages.length
    const { maxMessagesPerSecond } = this.#hub.limits
    if (this.#recent * 1000 >= maxMessagesPerSecond * tickMs && (this.#holds & hold.rate) === 0) {
      counters.throttled++
      this.hold('rate')
    }
    for (const { payload } of messages) counters.receivedBytes += payload.length
  }

  distribute(messages: readonly InboundMessage[], acks: readonly number[], done: () => void): void {
    this.#hub.distribute(this, messages, acks, done)
  }

  send(bytes: Buffer): void {
    this.#outbox.send(bytes)
    if (this.#outbox.bytes > this.#hub.limits.maxOutputBytes) this.end('slow-reader')
  }

  inFlight(messages: number, bytes: number): void {
    const { maxClientInFlightBytes, maxClientInFlightMessages } = this.#hub.limits
    this.#ownMessages += messages
    this.#ownBytes += bytes
    const load = Math.max(
      this.#ownMessages / maxClientInFlightMessages,
      this.#ownBytes / maxClientInFlightBytes,
    )
    if (load >= 1) this.hold('ownFlight')
    else if (load <= 0.5) this.release('ownFlight')
    this.#hub.inFlight(messages, bytes)
  }

  acknowledged(count: number): void {
    this.#hub.counters.acknowledged += count
  }

  notStored(_error: Error, count: number, owed: boolean): void {
    this.#hub.counters.notStored += count
    if (owed) this.end('not-stored')
  }

  denied(): void {
    this.#hub.counters.deniedPublishes++
    this.#hub.quarantine.offend(this.key)
    this.#inbound?.flush()
    this.end('denied')
  }

  released(id: number): void {
    if (this.#persistent) this.#hub.released(this, id)
  }

  // ---- subscriptions, asked by aedes

  /** Whether this client may have this subscription; if so, it counts as had. */
  grants(filter: string, qos: 0 | 1 | 2): boolean {
    const { limits, hooks } = this.#hub
    const within = this.#filters.has(filter) || this.#filters.size < limits.maxSubscriptions
    if (!within || filter.startsWith('$') || !hooks.maySubscribe(this.#session!, filter)) return false
    this.#filters.set(filter, qos)
    return true
  }

  /**
   * Whether a message is to be sent on, and at which QoS at most: the highest that a matching subscription was granted.
   * One that waited in a queue may have no such subscription any more.
   */
  forwards(topic: string, qos: 0 | 1 | 2): 0 | 1 | 2 | undefined {
    const { limits, counters } = this.#hub
    const waiting = this.outputBytes
    if (waiting > limits.maxOutputBytes) {
      this.end('slow-reader')
      return undefined
    }
    if (qos === 0) {
      if (waiting <= limits.maxOutputBytes / 2) return 0
      counters.droppedForSlowReader++
      return undefined
    }
    let granted: 0 | 1 | 2 | undefined
    for (const [filter, level] of this.#filters) {
      if (level > (granted ?? -1) && matches(filter, topic)) granted = level
      if (granted !== undefined && granted >= qos) return qos
    }
    return granted
  }

  // ---- time

  /** Called every tick. */
  sweep(tick: number): void {
    const { limits } = this.#hub
    if (this.#state === 'closed' || this.#transportGone) {
      if (tick - this.#endedAt <= ticks(limits.drainTimeoutMs)) return
      this.#close()
      this.#transport.destroy()
      return
    }
    if (this.#state !== 'open') {
      if (tick >= this.#deadline) this.#tooLate()
      return
    }
    this.#renewAllowance()
    const fault = this.#fault(tick)
    if (fault !== undefined) this.end(fault)
    else if (
      !this.held &&
      this.#partialBytes > 0 &&
      tick - this.#partialSince > ticks(limits.packetTimeoutMs)
    ) {
      this.#violated('slow-packet')
    }
  }

  /** What was sent beyond the rate is paid for with ticks without reading. */
  #renewAllowance(): void {
    this.#recent = Math.max(
      0,
      this.#recent - Math.ceil((this.#hub.limits.maxMessagesPerSecond * tickMs) / 1000),
    )
    if (this.#recent === 0) this.release('rate')
  }

  #fault(tick: number): EndReason | undefined {
    const { limits } = this.#hub
    if (this.#outbox.stuckFor >= ticks(limits.frozenAfterMs)) return 'frozen-reader'
    if (this.outputBytes > limits.maxOutputBytes) return 'slow-reader'
    // A client that we do not read is not silent.
    const silent = this.#keepAliveTicks !== unlimited && tick - this.#lastSeen > this.#keepAliveTicks
    return silent && !this.held ? 'keep-alive' : undefined
  }

  #tooLate(): void {
    this.#hub.counters.refused.add('connect-timeout')
    this.end('connection-lost')
  }

  // ---- the end

  #violated(reason: Violation): void {
    if (this.#state === 'closed') return
    this.#hub.counters.violations.add(reason)
    if (this.#state === 'open') this.#hub.quarantine.offend(this.key)
    else this.#hub.counters.refused.add('violation')
    this.end('violation')
  }

  /** Calls `then` when the client is let in. */
  whenOpen(then: () => void): void {
    this.#whenOpen = then
  }

  /** The same client has come again, on another connection. */
  takenOver(): void {
    this.#reason ??= 'taken-over'
  }

  /** What ends from now on ends because of us. */
  shuttingDown(): void {
    this.#reason ??= 'shutdown'
  }

  /** Closes now; what waits is not sent. */
  end(reason: EndReason): void {
    this.#reason ??= reason
    this.#close()
  }

  #transportClosed(): void {
    this.#transportGone = true
    this.#endedAt = this.#hub.tick()
    this.#outbox.close()
    const stream = this.#stream
    // A DISCONNECT that aedes has not read yet decides about the will.
    if (this.#state !== 'closed' && stream !== undefined && stream.readableLength > 0) stream.push(null)
    else if (this.#state === 'closed') this.#hub.gone(this)
    else this.#close()
  }

  /** Closes for reading, lets the last bytes out. */
  #closeSoftly(): void {
    this.#finish()
    this.#outbox.whenEmpty(() => this.#transport.end())
  }

  #close(): void {
    if (this.#state === 'closed') return
    this.#finish()
    this.#outbox.close()
    this.#transport.destroy()
    this.#stream?.destroy()
  }

  #finish(): void {
    this.#state = 'closed'
    this.#endedAt = this.#hub.tick()
    if (this.#partialBytes > 0) this.#hub.partial(-this.#partialBytes)
    this.#partialBytes = 0
    this.#early = nothing
    this.#hub.closed(this, this.#reason ?? 'connection-lost')
    if (this.#transportGone) this.#hub.gone(this)
  }
}
