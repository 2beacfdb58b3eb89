import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a webhook was told. */
export interface Told {
  readonly id: string
  readonly seq: number
}

/** Receives webhooks, remembers what it took in its order, and refuses each n-th. */
export class HookReceiver implements AsyncDisposable {
  readonly taken: Told[] = []
  refused = 0
  readonly #server: Server
  readonly #refuseEvery: number
  #asked = 0

  private constructor(refuseEvery: number) {
    this.#refuseEvery = refuseEvery
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      try {
        for await (const part of request) parts.push(part)
      } catch {
        // The sender was killed.
        return
      }
      response.writeHead(this.#take(Buffer.concat(parts).toString())).end()
    })
  }

  static async open({ refuseEvery }: { refuseEvery: number }): Promise<HookReceiver> {
    const receiver = new HookReceiver(refuseEvery)
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  /** Each thing once, in the order in which it was taken first. */
  get first(): Told[] {
    return [...new Map(this.taken.toReversed().map(one => [one.id, one])).values()].reverse()
  }

  #take(body: string): number {
    if (++this.#asked % this.#refuseEvery === 0) {
      this.refused++
      return 503
    }
    const { id, seq } = JSON.parse(body) as Told
    this.taken.push({ id, seq })
    return 204
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
