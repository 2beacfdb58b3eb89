import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Clock, systemClock } from '@ohmstead/model'
import { Aedes } from 'aedes'
import { sessionKey } from './admission.ts'
import { Audience } from './audience.ts'
import type { Bus } from './bus.ts'
import type { ClientStream } from './clientStream.ts'
import { type BrokerStats, Counters } from './counters.ts'
import type { Pass } from './door.ts'
import { embeddedBus } from './embeddedBus.ts'
import { Emitter } from './emitter.ts'
import { type Address, type Certificate, Entrance } from './entrance.ts'
import type { BusHooks, EndReason, InboundMessage, Session } from './hooks.ts'
import { Lane } from './lane.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { type AedesClient, type Hub, Link, tickMs } from './link.ts'
import { packet } from './packets.ts'
import { Penalties } from './penalties.ts'
import { SessionStore, type StoredPacket } from './sessionStore.ts'
import type { Transport } from './transport.ts'

export interface BrokerOptions<Principal> {
  hooks: BusHooks<Principal>
  /** Plain MQTT; absent = none. Port 0 = any free one. */
  tcp?: Address
  tls?: Address & Certificate
  /** SQLite file of sessions and retained messages; absent = they end with the process. */
  file?: string
  limits?: Partial<Limits>
  clock?: Clock
}

export interface Broker<Principal = unknown> extends AsyncDisposable {
  /** The bus as this process uses it, without a socket. */
  readonly bus: Bus
  readonly ports: { readonly mqtt: number | undefined; readonly mqtts: number | undefined }
  /**
   * Takes over an HTTP upgrade as MQTT over WebSocket (subprotocol `mqtt` or `mqttv3.1`), or answers it with a refusal.
   * `address` is the real peer's when a trusted proxy stands before it.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, options?: { address?: string }): void
  sessions(): Session<Principal>[]
  /** Closes the sessions that match, as when a credential is revoked or rights have changed; answers how many. */
  disconnect(match: (session: Session<Principal>) => boolean): number
  /** Lifts the back-off of clients that were quarantined under this user name. */
  pardon(username: string, clientId: string): void
  /** A renewed certificate for connections from now on. */
  renew(certificate: Certificate): void
  stats(): BrokerStats
  /** Stops accepting, lets hooks and output finish for at most `drainTimeoutMs`, closes. Calling it again is harmless. */
  close(): Promise<void>
}

/** @throws ListenFailed · StateFileUnusable */
export async function openBroker<Principal>(options: BrokerOptions<Principal>): Promise<Broker<Principal>> {
  const broker = new EmbeddedBroker(options)
  try {
    await broker.open(options)
    return broker
  } catch (error) {
    await broker.close()
    throw error
  }
}

const hourMs = 3600_000

class EmbeddedBroker<Principal> implements Broker<Principal>, Hub<Principal> {
  readonly limits: Limits
  readonly hooks: BusHooks<Principal>
  readonly counters = new Counters()
  readonly quarantine: Penalties
  readonly failures: Penalties
  readonly bus: Bus
  readonly #clock: Clock
  readonly #store: SessionStore
  readonly #emitter = new Emitter()
  readonly #aedes: Aedes
  readonly #lane: Lane
  readonly #entrance: Entrance
  readonly #audience: Audience
  readonly #links = new Set<Link<Principal>>()
  readonly #byKey = new Map<string, Link<Principal>>()
  #tick = 0
  #stopTicking: (() => void) | undefined
  #inFlightMessages = 0
  #inFlightBytes = 0
  #partialBytes = 0
  #allHeld = false
  #closing: Promise<void> | undefined
  #idle: (() => void)[] = []
  #willsOnTheirWay = 0

  constructor(options: BrokerOptions<Principal>) {
    this.limits = { ...defaultLimits, ...options.limits }
    this.hooks = options.hooks
    this.#clock = options.clock ?? systemClock
    this.quarantine = new Penalties({ clock: this.#clock })
    this.failures = new Penalties({ clock: this.#clock, free: 5 })
    this.#store = this.#openStore(options.file)
    this.#audience = new Audience(this.#emitter, this.#store)
    this.#entrance = new Entrance({
      limits: this.limits,
      counters: this.counters,
      accept: (transport, pass) => this.#accept(transport, pass),
      mayUpgrade: this.hooks.mayUpgrade,
      trouble: (error, context) => this.hooks.trouble?.(error, context),
    })
    this.#aedes = this.#createAedes()
    this.#lane = new Lane(this.#aedes)
    this.bus = this.#createBus()
  }

  #openStore(file: string | undefined): SessionStore {
    return new SessionStore({
      file,
      clock: this.#clock,
      limits: this.limits,
      trouble: error => this.hooks.trouble?.(error, 'state'),
      // aedes wants every filter of a SUBSCRIBE kept as soon as one of them is granted.
      mayKeep: (client, filter, qos) => this.#linkOf(client as AedesClient)?.grants(filter, qos) ?? true,
    })
  }

  #createBus(): Bus {
    return embeddedBus({
      emitter: this.#emitter,
      retained: filter => this.#store.retainedFor(filter),
      publish: (message, done) => {
        this.#lane.publish(message, null, error => {
          if (error) done(error)
          else this.#whenCommitted(message.qos > 0, done)
        })
      },
      trouble: error => this.hooks.trouble?.(error, 'listener'),
      limits: this.limits,
      clock: this.#clock,
    })
  }

  // ---- opening and closing

  async open(options: BrokerOptions<Principal>): Promise<void> {
    await this.#aedes.listen()
    for (const will of this.#store.takeOrphanWills()) this.#lane.publish(will, null)
    this.#beat()
    if (options.tcp !== undefined) await this.#entrance.listen(options.tcp)
    if (options.tls !== undefined) await this.#entrance.listenTls(options.tls)
  }

  get ports() {
    return this.#entrance.ports
  }

  renew(certificate: Certificate): void {
    this.#entrance.renew(certificate)
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #shutDown(): Promise<void> {
    this.#entrance.close()
    for (const link of this.#links) {
      if (link.isOpen) link.hold('draining')
      else link.end('shutdown')
    }
    await this.#drained(() => this.#isBusy())
    await this.bus.close()
    for (const link of this.#links) link.shuttingDown()
    await new Promise<void>(resolve => this.#aedes.close(() => resolve()))
    for (const link of this.#links) link.end('shutdown')
    await this.#drained(() => this.#willsOnTheirWay > 0)
    await this.#lane.empty()
    this.#stopTicking?.()
    this.#store.close()
  }

  /** Resolves when nothing is under way any more, or when it has taken too long. */
  async #drained(busy: () => boolean): Promise<void> {
    const deadline = this.#tick + Math.ceil(this.limits.drainTimeoutMs / tickMs)
    while (this.#tick < deadline && busy()) await new Promise<void>(resolve => this.#idle.push(resolve))
  }

  #isBusy(): boolean {
    return this.#inFlightMessages > 0 || this.#links.values().some(link => link.outputBytes > 0)
  }

  /** The broker's own time: it does not jump when the wall clock is set. */
  #beat(): void {
    this.#stopTicking = this.#clock.after(tickMs, () => {
      this.#tick++
      this.#sweep()
      this.#beat()
    })
  }

  #sweep(): void {
    let output = 0
    let most: Link<Principal> | undefined
    for (const link of this.#links) {
      link.sweep(this.#tick)
      output += link.outputBytes
      if (link.outputBytes > (most?.outputBytes ?? 0)) most = link
    }
    if (output > this.limits.maxTotalOutputBytes) most?.end('slow-reader')
    if (this.#tick % (hourMs / tickMs) === 0) this.#store.anHourPassed(key => this.#byKey.has(key))
    this.#wakeIdle()
  }

  #wakeIdle(): void {
    const idle = this.#idle
    this.#idle = []
    for (const wake of idle) wake()
  }

  // ---- connections

  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    options: { address?: string } = {},
  ): void {
    this.#entrance.handleUpgrade(request, socket, head, options.address)
  }

  #accept(transport: Transport, pass: Pass): Link<Principal> {
    const link = new Link<Principal>(this, transport, pass)
    this.#links.add(link)
    this.counters.connectionsTotal++
    if (this.#allHeld) link.hold('allFlights')
    link.start()
    return link
  }

  sessions(): Session<Principal>[] {
    return [...this.#byKey.values()].map(link => link.session!)
  }

  disconnect(match: (session: Session<Principal>) => boolean): number {
    const links = [...this.#byKey.values()].filter(link => match(link.session!))
    for (const link of links) link.end('disconnected')
    return links.length
  }

  pardon(username: string, clientId: string): void {
    this.quarantine.forgive(sessionKey(username, clientId))
  }

  // ---- Hub

  now(): number {
    return this.#clock.now()
  }
  tick(): number {
    return this.#tick
  }
  roomFor(key: string): boolean {
    return this.#store.roomFor(key)
  }
  receivedIds(key: string): number[] {
    return this.#store.receivedIds(key)
  }

  lastPacketId(key: string): number | undefined {
    return this.#store.lastPacketId(key)
  }

  attach(stream: ClientStream): AedesClient {
    return this.#aedes.handle(stream) as unknown as AedesClient
  }

  takingOver(link: Link<Principal>): void {
    this.#byKey.get(link.key)?.takenOver()
  }

  opened(link: Link<Principal>): void {
    this.counters.sessionsTotal++
    this.#byKey.set(link.key, link)
    this.hooks.connected?.(link.session!)
  }

  closed(link: Link<Principal>, reason: EndReason): void {
    if (!link.wasOpen) return
    this.counters.ended.add(reason)
    if (this.#byKey.get(link.key) === link) this.#byKey.delete(link.key)
    this.hooks.disconnected?.(link.session!, reason)
  }

  gone(link: Link<Principal>): void {
    this.#links.delete(link)
  }

  partial(change: number): boolean {
    this.#partialBytes += change
    return this.#partialBytes <= this.limits.maxPartialBytes
  }

  inFlight(messages: number, bytes: number): void {
    this.#inFlightMessages += messages
    this.#inFlightBytes += bytes
    if (this.#inFlightMessages === 0 && this.#idle.length > 0) this.#wakeIdle()
    const load = this.#inFlightBytes / this.limits.maxInFlightBytes
    if (load >= 1 && !this.#allHeld) this.#holdAll(true)
    else if (load <= 0.5 && this.#allHeld) this.#holdAll(false)
  }

  #holdAll(held: boolean): void {
    this.#allHeld = held
    for (const link of this.#links) {
      if (held) link.hold('allFlights')
      else link.release('allFlights')
    }
  }

  /**
   * Hands accepted messages on: to whoever listens and, when asked for, to the retained ones. The acknowledgement waits
   * for what that changed in the broker's own state.
   */
  distribute(
    link: Link<Principal>,
    messages: readonly InboundMessage[],
    acks: readonly number[],
    done: () => void,
  ): void {
    const wanted = messages.filter(message => message.retain || this.#audience.hears(message.topic))
    if (link.persistent) this.#rememberReceived(link, acks)
    let left = wanted.length
    const finish = () => this.#whenCommitted(acks.length > 0, done)
    if (left === 0) finish()
    for (const { topic, payload, qos, retain } of wanted) {
      this.#lane.publish({ topic, payload, qos, retain }, link.client ?? null, () => {
        if (--left === 0) finish()
      })
    }
  }

  #whenCommitted(owed: boolean, done: () => void): void {
    if (owed && this.#store.dirty) void this.#store.committed().then(done)
    else done()
  }

  #rememberReceived(link: Link<Principal>, acks: readonly number[]): void {
    for (const ack of acks) {
      if (ack >> 16 !== packet.pubrec) continue
      const messageId = ack & 0xffff
      void this.#store.incomingStorePacket({ id: link.key }, { ...receivedMarker, messageId })
    }
  }

  released(link: Link<Principal>, id: number): void {
    this.#store.incomingDelPacket({ id: link.key }, { messageId: id }).catch(() => {
      // It was never written: the session is older than the message.
    })
  }

  // ---- aedes

  #createAedes(): Aedes {
    const aedes = new Aedes({
      mq: this.#emitter,
      persistence: this.#store,
      maxClientsIdLength: 0xffff,
      maxTopicLevels: 100,
      connectTimeout: this.limits.connectTimeoutMs,
      // Readers that take nothing are dropped here, and sooner; without a limit of its own aedes listens once per message.
      drainTimeout: 60_000,
      authorizePublish: (client, packet, done) => {
        this.#takeWill(
          this.#linkOf(client as unknown as AedesClient),
          packet as unknown as InboundMessage,
          done,
        )
      },
      authorizeSubscribe: (client, subscription, done) => {
        const granted = this.#grants(this.#linkOf(client as unknown as AedesClient), subscription)
        done(null, granted ? subscription : null)
      },
      authorizeForward: (client, packet) => {
        const qos = this.#linkOf(client as unknown as AedesClient)?.forwards(packet.topic, packet.qos)
        if (qos === undefined) return null
        const live = packet.qos > 0 && packet.messageId === undefined
        if (live && !this.#store.claim(client, packet as unknown as StoredPacket)) return null
        return qos === packet.qos ? packet : { ...packet, qos }
      },
    })
    // Only the wills of another process are orphans, and those were published at the start.
    ;(aedes.brokers as Record<string, number>)[aedes.id] = Number.POSITIVE_INFINITY
    aedes.on('connackSent', (_connack, client) => this.#linkOf(client as unknown as AedesClient)?.connected())
    const answered = (_filters: unknown, client: unknown) => this.#linkOf(client as AedesClient)?.subscribed()
    aedes.on('subscribe', answered)
    aedes.on('unsubscribe', answered)
    for (const event of ['clientError', 'connectionError'] as const) aedes.on(event, () => {})
    ;(aedes as unknown as NodeJS.EventEmitter).on('error', (error: Error) =>
      this.hooks.trouble?.(error, 'aedes'),
    )
    return aedes
  }

  /** A right that was withdrawn while a client was away ends the subscription that its session still has. */
  #grants(link: Link<Principal> | undefined, { topic, qos }: { topic: string; qos: 0 | 1 | 2 }): boolean {
    if (link?.grants(topic, qos) === true) return true
    this.counters.deniedSubscriptions++
    if (link?.persistent) void this.#store.removeSubscriptions({ id: link.key }, [topic])
    return false
  }

  /** The last will of a client that went without a word takes the way of any message of its own. */
  #takeWill(
    link: Link<Principal> | undefined,
    will: InboundMessage,
    done: (error?: Error | null) => void,
  ): void {
    const { topic, payload, qos, retain } = will
    if (link?.session === undefined || !this.hooks.mayPublish(link.session, topic)) {
      done(new Error('the will is not allowed'))
      return
    }
    const message = { topic, payload, qos, retain, dup: false }
    this.#willsOnTheirWay++
    const answer = (error?: Error) => {
      this.#willsOnTheirWay--
      done(error ?? null)
      this.#wakeIdle()
    }
    if (link.claims(topic)) link.intake([message], answer)
    else Promise.resolve(link.publish(message)).then(() => answer(), answer)
  }

  #linkOf(client: AedesClient | null): Link<Principal> | undefined {
    return (client?.conn as ClientStream<Link<Principal>> | undefined)?.owner
  }

  stats(): BrokerStats {
    const { refused, ended, violations, ...counts } = this.counters
    const links = [...this.#links]
    return {
      ...counts,
      refused: refused.toRecord(),
      ended: ended.toRecord(),
      violations: violations.toRecord(),
      connections: this.#entrance.door.total,
      sessions: this.#byKey.size,
      unauthenticated: this.#entrance.door.waiting,
      quarantined: this.quarantine.active,
      inFlightBytes: this.#inFlightBytes,
      inFlightMessages: this.#inFlightMessages,
      partialBytes: this.#partialBytes,
      outputBytes: links.reduce((sum, link) => sum + link.outputBytes, 0),
      paused: links.filter(link => link.held).length,
      retained: this.#store.retained,
      retainedBytes: this.#store.retainedBytes,
      queued: this.#store.queued,
      queuedBytes: this.#store.queuedBytes,
      droppedFromQueue: this.#store.droppedFromQueue,
      droppedRetained: this.#store.droppedRetained,
      persistentSessions: this.#store.sessions,
      stateWriteFailures: this.#store.writeFailures,
    }
  }
}

const receivedMarker = {
  cmd: 'publish',
  topic: '',
  payload: Buffer.alloc(0),
  qos: 2 as const,
  retain: false,
  dup: false,
}
