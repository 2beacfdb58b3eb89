import type { IncomingMessage } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import { OhmsteadError } from '@ohmstead/model'
import { WebSocketServer } from 'ws'
import type { Counters } from './counters.ts'
import { Door, type Pass } from './door.ts'
import type { Limits } from './limits.ts'
import { socketTransport, type Transport, webSocketTransport } from './transport.ts'

/** A listening port could not be opened. */
export class ListenFailed extends OhmsteadError {
  override readonly name = 'ListenFailed'
  readonly code = 'OHM_BUS_LISTEN'
  constructor(what: string, host: string, port: number, cause: Error) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'the port is taken' : cause.message
    super(`cannot listen for ${what} on ${host}:${port}: ${reason}`, { cause })
  }
}

export interface Address {
  host: string
  /** 0 = any free one. */
  port: number
}

/** PEM. */
export interface Certificate {
  cert: string | Buffer
  key: string | Buffer
}

export interface EntranceOptions {
  limits: Limits
  counters: Counters
  /** A peer has come in; answers how to be told that it is known. */
  accept(transport: Transport, pass: Pass): { whenOpen(then: () => void): void }
  mayUpgrade: ((request: IncomingMessage) => boolean) | undefined
  trouble(error: Error, context: string): void
}

const minVersion = 'TLSv1.2'

/** The ways in: TCP, TLS and WebSocket, all through one door that counts. */
export class Entrance {
  readonly door: Door
  readonly #options: EntranceOptions
  readonly #webSockets: WebSocketServer
  /** Passes of sockets in their TLS handshake, by peer. */
  readonly #handshaking = new Map<string, Pass>()
  #tcp: Server | undefined
  #tls: TlsServer | undefined
  #closed = false

  constructor(options: EntranceOptions) {
    this.#options = options
    this.door = new Door(options.limits)
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.limits.maxPacketBytes + 5,
      handleProtocols: offered => protocols.find(protocol => offered.has(protocol)) ?? false,
    })
  }

  get ports() {
    const portOf = (server: Server | undefined) => (server?.address() as AddressInfo | null | undefined)?.port
    return { mqtt: portOf(this.#tcp), mqtts: portOf(this.#tls) }
  }

  async listen(at: Address): Promise<void> {
    const server = createServer(socket => {
      const pass = this.#enter(socket)
      if (pass !== undefined) this.#options.accept(socketTransport(socket, 'tcp'), pass)
    })
    this.#tcp = server
    await this.#open(server, 'MQTT', at)
  }

  async listenTls(at: Address & Certificate): Promise<void> {
    const { cert, key } = at
    const handshakeTimeout = this.#options.limits.connectTimeoutMs
    const server = createTlsServer({ cert, key, minVersion, handshakeTimeout }, socket => {
      const pass = this.#handshaking.get(peerOf(socket))
      if (pass === undefined) socket.destroy()
      else this.#options.accept(socketTransport(socket, 'tls'), pass)
    })
    // A socket counts from its first moment, not only from the end of its handshake.
    server.on('connection', (socket: Socket) => {
      const pass = this.#enter(socket)
      if (pass === undefined) return
      const peer = peerOf(socket)
      this.#handshaking.set(peer, pass)
      socket.once('close', () => this.#handshaking.delete(peer))
    })
    server.on('tlsClientError', () => this.#options.counters.refused.add('tls'))
    this.#tls = server
    await this.#open(server, 'MQTT over TLS', at)
  }

  #open(server: Server, what: string, { host, port }: Address): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', error => reject(new ListenFailed(what, host, port, error)))
      server.listen(port, host, () => {
        server.removeAllListeners('error')
        server.on('error', error => this.#options.trouble(error, what))
        resolve()
      })
    })
  }

  renew(certificate: Certificate): void {
    this.#tls?.setSecureContext({ ...certificate, minVersion })
  }

  close(): void {
    this.#closed = true
    this.#tcp?.close()
    this.#tls?.close()
    this.#webSockets.close()
  }

  /** Counts a socket in, or destroys it because there are too many. */
  #enter(socket: Socket): Pass | undefined {
    const pass = this.#passFor(socket.remoteAddress ?? '')
    if (pass === undefined) socket.destroy()
    else socket.once('close', pass.leave)
    return pass
  }

  #passFor(address: string): Pass | undefined {
    if (this.#closed) return undefined
    const pass = this.door.enter(address)
    if (pass === undefined) this.#options.counters.refused.add('too-many')
    return pass
  }

  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    address = (socket as Socket).remoteAddress ?? '',
  ): void {
    socket.on('error', () => socket.destroy())
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(text => text.trim())
    const fault = this.#upgradeFault(request, offered)
    const pass = fault === undefined ? this.#passFor(address) : undefined
    if (pass === undefined) {
      refuseUpgrade(socket, fault ?? '503 Service Unavailable')
      return
    }
    socket.once('close', pass.leave)
    const unguard = this.#guard(socket)
    this.#webSockets.handleUpgrade(request, socket, head, webSocket => {
      this.#options.accept(webSocketTransport(webSocket, address), pass).whenOpen(unguard)
    })
  }

  #upgradeFault(request: IncomingMessage, offered: readonly string[]): string | undefined {
    if (!protocols.some(protocol => offered.includes(protocol))) return '400 Bad Request'
    if (!(this.#options.mayUpgrade ?? sameOrigin)(request)) return '403 Forbidden'
    return undefined
  }

  /** `ws` gathers a message before it hands it on: of a stranger only so much may come in at all. */
  #guard(socket: Duplex): () => void {
    const { limits, counters } = this.#options
    let left = limits.maxConnectBytes + webSocketOverhead
    const count = (chunk: Buffer) => {
      left -= chunk.length
      if (left >= 0) return
      counters.refused.add('violation')
      counters.violations.add('too-large')
      socket.destroy()
    }
    socket.on('data', count)
    return () => socket.off('data', count)
  }
}

const protocols = ['mqtt', 'mqttv3.1']
const webSocketOverhead = 1024

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
