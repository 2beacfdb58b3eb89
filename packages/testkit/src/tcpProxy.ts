import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

interface Pair {
  readonly client: Socket
  readonly server: Socket
  /** Bytes that the client has sent. */
  sent: number
}

/**
 * A link between clients and a server on loopback that goes wrong on demand: late, cut in the middle of a packet, or
 * half-open, where everything disappears and neither side is told.
 */
export class TcpProxy implements AsyncDisposable {
  /** Every piece is late by so much, each way. */
  delayMs = 0
  /** The next connections are cut after so many bytes of their clients; asked once for each. */
  cutAfter: () => number = () => Number.POSITIVE_INFINITY
  cuts = 0
  readonly #target: number
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #swallows: 'nothing' | 'answers' | 'all' = 'nothing'

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer({ noDelay: true }, client => this.#join(client))
  }

  /** Listens on a free loopback port and passes everything on to `target`. */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /**
   * From now on nothing arrives anywhere and no close is told: the cable was pulled. With `answers` the server still
   * gets everything, and only what it says is gone.
   */
  swallow(what: 'answers' | 'all' = 'all'): void {
    this.#swallows = what
  }

  /** New connections work again; those from before the fault stay dead. */
  heal(): void {
    for (const pair of this.#pairs) this.#drop(pair)
    this.#swallows = 'nothing'
  }

  /** Resets all connections now. */
  cut(): void {
    for (const pair of this.#pairs) this.#drop(pair)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket): void {
    const server = connect({ host: '127.0.0.1', port: this.#target, noDelay: true })
    const pair: Pair = { client, server, sent: 0 }
    this.#pairs.add(pair)
    this.#carry(pair, client, server, this.cutAfter())
    this.#carry(pair, server, client, Number.POSITIVE_INFINITY)
  }

  #carry(pair: Pair, from: Socket, to: Socket, limit: number): void {
    from.on('error', () => {})
    const swallowed = () => this.#swallows === 'all' || (this.#swallows === 'answers' && from === pair.server)
    from.on('data', chunk => {
      if (swallowed()) return
      if (from === pair.client) pair.sent += chunk.length
      const left =
        pair.sent > limit ? chunk.subarray(0, Math.max(0, chunk.length - (pair.sent - limit))) : chunk
      this.#later(() => {
        if (swallowed()) return
        if (!to.destroyed) to.write(left)
        if (left.length < chunk.length) this.#cutPair(pair)
      })
    })
    from.on('close', () => this.#later(() => this.#swallows === 'nothing' && this.#drop(pair)))
  }

  #later(run: () => void): void {
    if (this.delayMs === 0) run()
    else setTimeout(run, this.delayMs)
  }

  #cutPair(pair: Pair): void {
    this.cuts++
    // What was let through has to arrive before the end does.
    pair.server.end()
    pair.client.destroy()
  }

  #drop(pair: Pair): void {
    pair.client.destroy()
    pair.server.destroy()
    this.#pairs.delete(pair)
  }
}
