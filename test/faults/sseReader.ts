import { connect, type Socket } from 'node:net'
import { until } from '@ohmstead/testkit'
import type { FaultSite } from './site.ts'

export interface SseEvent {
  readonly type: string
  readonly data: unknown
}

/** A reader of a site's stream on a bare socket, so that it can stop reading without telling anybody. */
export class SseReader implements Disposable {
  readonly events: SseEvent[] = []
  isClosed = false
  bytes = 0
  readonly #socket: Socket
  #text = ''
  #begun = false

  private constructor(site: FaultSite, query: string) {
    this.#socket = connect(site.platform.httpPort, '127.0.0.1')
    this.#socket.on('error', () => {})
    this.#socket.on('data', chunk => this.#read(chunk))
    this.#socket.once('close', () => (this.isClosed = true))
    const lines = [
      `GET /api/sites/${site.id}/stream${query} HTTP/1.1`,
      'Host: 127.0.0.1',
      ...Object.entries(site.headers).map(([name, value]) => `${name}: ${value}`),
    ]
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  }

  /** @param query as `?types=presence` */
  static async open(site: FaultSite, query = ''): Promise<SseReader> {
    const reader = new SseReader(site, query)
    await until('the stream begins', () => reader.#begun || reader.isClosed)
    if (reader.isClosed) throw new Error('the stream was refused')
    return reader
  }

  /** Reads nothing any more; what arrives fills the buffers of the system. */
  freeze(): void {
    this.#socket.pause()
  }

  thaw(): void {
    this.#socket.resume()
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.bytes += chunk.length
    this.#text += chunk.toString('latin1')
    if (this.#text.includes('retry:')) this.#begun = true
    const blocks = this.#text.split('\n\n')
    this.#text = blocks.pop()!
    for (const block of blocks) {
      const type = /^event: (.*)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (type !== undefined) this.events.push({ type, data: parsed(data) })
    }
  }
}

/** Lengths of chunks may stand inside; whoever needs the data asks for small events, which come whole. */
function parsed(data: string | undefined): unknown {
  try {
    return JSON.parse(data ?? 'null')
  } catch {
    return undefined
  }
}
