import { Aedes } from 'aedes'
import type { IncomingMessage } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import { type Clock, OhmsteadError, systemClock } from '@ohmstead/model'
import { WebSocketServer } from 'ws'
import type { Bus } from './bus.ts'
import type { ClientStream } from './clientStream.ts'
import { type BrokerStats, Counters } from './counters.ts'
import { Door, type Pass } from './door.ts'
import { embeddedBus } from './embeddedBus.ts'
import { Emitter } from './emitter.ts'
import type { BusHooks, EndReason, InboundMessage, Session } from './hooks.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { type AedesClient, type Hub, Link, tickMs } from './link.ts'
import { Lane } from './lane.ts'
import { Penalties } from './penalties.ts'
import { SessionStore } from './sessionStore.ts'
import { socketTransport, type Transport, webSocketTransport } from './transport.ts'

/** A listening port could not be opened. */
export class ListenFailed extends OhmsteadError {
  override readonly name = 'ListenFailed'
  readonly code = 'OHM_BUS_LISTEN'
  constructor(what: string, host: string, port: number, cause: Error) {
    const reason = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'the port is taken' : cause.message
    super(`cannot listen for ${what} on ${host}:${port}: ${reason}`, { cause })
  }
}

export interface TlsOptions {
  host: string
  port: number
  /** PEM. */
  cert: string | Buffer
  key: string | Buffer
}

export interface BrokerOptions<Principal> {
  hooks: BusHooks<Principal>
  /** Plain MQTT; absent = none. Port 0 = any free one. */
  tcp?: { host: string; port: number }
  tls?: TlsOptions
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
  renew(certificate: { cert: string | Buffer; key: string | Buffer }): void
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
const mostHeard = 10_000

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
  readonly #webSockets: WebSocketServer
  #tcp: Server | undefined
  #tls: TlsServer | undefined
  readonly #links = new Set<Link<Principal>>()
  readonly #byKey = new Map<string, Link<Principal>>()
  readonly #door: Door
  /** Passes of sockets in their TLS handshake, by peer. */
  readonly #handshaking = new Map<string, Pass>()
  #tick = 0
  #stopTicking: (() => void) | undefined
  #inFlightMessages = 0
  #inFlightBytes = 0
  #partialBytes = 0
  #allHeld = false
  #closing: Promise<void> | undefined
  readonly #heard = new Map<string, boolean>()
  #heardVersion = ''
  #idle: (() => void)[] = []

  constructor(options: BrokerOptions<Principal>) {
    this.limits = { ...defaultLimits, ...options.limits }
    this.hooks = options.hooks
    this.#clock = options.clock ?? systemClock
    this.quarantine = new Penalties({ clock: this.#clock })
    this.failures = new Penalties({ clock: this.#clock, free: 5 })
    this.#door = new Door(this.limits)
    this.#store = this.#openStore(options.file)
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.limits.maxPacketBytes + 5,
      handleProtocols: offered => ['mqtt', 'mqttv3.1'].find(protocol => offered.has(protocol)) ?? false,
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
    if (options.tcp !== undefined) this.#tcp = await this.#listen(createServer(), 'MQTT', options.tcp, 'tcp')
    if (options.tls !== undefined) await this.#listenTls(options.tls)
  }

  async #listenTls(options: TlsOptions): Promise<void> {
    const { cert, key } = options
    const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: this.limits.connectTimeoutMs })
    // A socket counts from its first moment, not only from the end of its handshake.
    server.on('connection', (socket: Socket) => {
      const pass = this.#enter(socket)
      if (pass === undefined) return
      const peer = peerOf(socket)
      this.#handshaking.set(peer, pass)
      socket.once('close', () => this.#handshaking.delete(peer))
    })
    server.on('tlsClientError', () => this.counters.refused.add('tls'))
    this.#tls = (await this.#listen(server, 'MQTT over TLS', options, 'tls')) as TlsServer
  }

  #listen(server: Server, what: string, at: { host: string; port: number }, kind: 'tcp' | 'tls'): Promise<Server> {
    server.on(kind === 'tcp' ? 'connection' : 'secureConnection', (socket: Socket) => {
      const pass = kind === 'tcp' ? this.#enter(socket) : this.#handshaking.get(peerOf(socket))
      if (pass === undefined) socket.destroy()
      else this.#accept(socketTransport(socket, kind), pass)
    })
    return new Promise((resolve, reject) => {
      server.once('error', error => reject(new ListenFailed(what, at.host, at.port, error)))
      server.listen(at.port, at.host, () => {
        server.removeAllListeners('error')
        server.on('error', error => this.hooks.trouble?.(error, what))
        resolve(server)
      })
    })
  }

  get ports() {
    const portOf = (server: Server | undefined) => (server?.address() as AddressInfo | null | undefined)?.port
    return { mqtt: portOf(this.#tcp), mqtts: portOf(this.#tls) }
  }

  renew(certificate: { cert: string | Buffer; key: string | Buffer }): void {
    this.#tls?.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' })
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #shutDown(): Promise<void> {
    this.#tcp?.close()
    this.#tls?.close()
    for (const link of this.#links) {
      if (link.isOpen) link.hold('draining')
      else link.end('shutdown')
    }
    await this.#drained()
    await this.bus.close()
    for (const link of this.#links) link.shuttingDown()
    await new Promise<void>(resolve => this.#aedes.close(() => resolve()))
    for (const link of this.#links) link.end('shutdown')
    await this.#lane.empty()
    this.#stopTicking?.()
    this.#store.close()
  }

  /** Resolves when no message waits for a hook and no output for a socket, or when it has taken too long. */
  async #drained(): Promise<void> {
    const deadline = this.#tick + Math.ceil(this.limits.drainTimeoutMs / tickMs)
    while (this.#tick < deadline && this.#isBusy()) await new Promise<void>(resolve => this.#idle.push(resolve))
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

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, options: { address?: string } = {}): void {
    socket.on('error', () => socket.destroy())
    const address = options.address ?? (socket as Socket).remoteAddress ?? ''
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(text => text.trim())
    if (!offered.includes('mqtt') && !offered.includes('mqttv3.1')) return refuseUpgrade(socket, '400 Bad Request')
    if (!(this.hooks.mayUpgrade ?? sameOrigin)(request)) return refuseUpgrade(socket, '403 Forbidden')
    const pass = this.#closing === undefined ? this.#door.enter(address) : undefined
    if (pass === undefined) {
      this.counters.refused.add('too-many')
      return refuseUpgrade(socket, '503 Service Unavailable')
    }
    socket.once('close', pass.leave)
    const unguard = this.#guardWebSocket(socket)
    this.#webSockets.handleUpgrade(request, socket, head, webSocket => {
      const link = this.#accept(webSocketTransport(webSocket, address), pass)
      link.whenOpen(unguard)
    })
  }

  /** `ws` gathers a message before it hands it on: before a client is known, only so much may come in at all. */
  #guardWebSocket(socket: Duplex): () => void {
    let left = this.limits.maxConnectBytes + 1024
    const count = (chunk: Buffer) => {
      left -= chunk.length
      if (left >= 0) return
      this.counters.refused.add('violation')
      this.counters.violations.add('too-large')
      socket.destroy()
    }
    socket.on('data', count)
    return () => socket.off('data', count)
  }

  /** Counts a socket in, or destroys it because there are too many. */
  #enter(socket: Socket): Pass | undefined {
    const pass = this.#closing === undefined ? this.#door.enter(socket.remoteAddress ?? '') : undefined
    if (pass === undefined) {
      this.counters.refused.add('too-many')
      socket.destroy()
      return undefined
    }
    socket.once('close', pass.leave)
    return pass
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
    this.quarantine.forgive(`${encodeURIComponent(username)}|${clientId}`)
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
  distribute(link: Link<Principal>, messages: readonly InboundMessage[], acks: readonly number[], done: () => void): void {
    const wanted = messages.filter(message => message.retain || this.#hears(message.topic))
    if (link.persistent) this.#rememberReceived(link, acks)
    let left = wanted.length
    const finish = () => this.#whenCommitted(acks.length > 0, done)
    if (left === 0) return finish()
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
      if (ack >> 16 !== 5) continue
      const messageId = ack & 0xffff
      void this.#store.incomingStorePacket({ id: link.key }, { ...receivedMarker, messageId })
    }
  }

  released(link: Link<Principal>, id: number): void {
    this.#store.incomingDelPacket({ id: link.key }, { messageId: id }).catch(() => {
      // It was never written: the session is older than the message.
    })
  }

  /** Whether a subscriber, present or absent, wants `topic`; remembered until subscriptions change. */
  #hears(topic: string): boolean {
    const version = `${this.#emitter.version} ${this.#store.version}`
    if (version !== this.#heardVersion || this.#heard.size > mostHeard) this.#heard.clear()
    this.#heardVersion = version
    let heard = this.#heard.get(topic)
    if (heard === undefined) this.#heard.set(topic, (heard = this.#emitter.hears(topic) || this.#store.hears(topic)))
    return heard
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
        this.#takeWill(this.#linkOf(client as unknown as AedesClient), packet as unknown as InboundMessage, done)
      },
      authorizeSubscribe: (client, subscription, done) => {
        const granted = this.#linkOf(client as unknown as AedesClient)?.grants(subscription.topic, subscription.qos) ?? false
        if (!granted) this.counters.deniedSubscriptions++
        done(null, granted ? subscription : null)
      },
      authorizeForward: (client, packet) => {
        const qos = this.#linkOf(client as unknown as AedesClient)?.forwards(packet.topic, packet.qos)
        if (qos === undefined) return null
        return qos === packet.qos ? packet : { ...packet, qos }
      },
    })
    // Only the wills of another process are orphans, and those were published at the start.
    ;(aedes.brokers as Record<string, number>)[aedes.id] = Number.POSITIVE_INFINITY
    aedes.on('connackSent', (_connack, client) => this.#linkOf(client as unknown as AedesClient)?.connected())
    for (const event of ['clientError', 'connectionError'] as const) aedes.on(event, () => {})
    ;(aedes as unknown as NodeJS.EventEmitter).on('error', (error: Error) => this.hooks.trouble?.(error, 'aedes'))
    return aedes
  }

  /** The last will of a client that went without a word takes the way of any message of its own. */
  #takeWill(link: Link<Principal> | undefined, will: InboundMessage, done: (error?: Error | null) => void): void {
    const session = link?.session
    if (link === undefined || session === undefined) return done(new Error('will without a session'))
    if (!this.hooks.mayPublish(session, will.topic)) return done(new Error('will denied'))
    const message = { topic: will.topic, payload: will.payload, qos: will.qos, retain: will.retain, dup: false }
    const answer = (error?: Error) => done(error ?? null)
    if (link.claims(will.topic)) link.intake([message], answer)
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
      connections: this.#door.total,
      sessions: this.#byKey.size,
      unauthenticated: this.#door.waiting,
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

const receivedMarker = { cmd: 'publish', topic: '', payload: Buffer.alloc(0), qos: 2 as const, retain: false, dup: false }

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}

/** A browser names the page's origin; it has to be ours. Programs send none. */
function sameOrigin({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return true
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
