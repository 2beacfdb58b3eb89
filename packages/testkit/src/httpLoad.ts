import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const endOfHead = Buffer.from('\r\n\r\n')

/**
 * One kept-alive HTTP/1.1 connection with one request on its way at a time and little work of its own: a load that leaves
 * the machine to the server under test. Understands answers with `Content-Length` and answers without a body.
 */
export class HttpConnection {
  readonly #socket: Socket
  #rest: Buffer = Buffer.alloc(0)
  #waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', chunk => this.#read(chunk))
    socket.on('error', () => {})
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')))
  }

  static async open(host: string, port: number): Promise<HttpConnection> {
    const socket = connect({ host, port, noDelay: true })
    await once(socket, 'connect')
    return new HttpConnection(socket)
  }

  /** @param request head and body, see `httpRequest` @returns the status */
  send(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    const head = bytes.indexOf(endOfHead)
    const length =
      head < 0 ? Number.POSITIVE_INFINITY : head + 4 + contentLength(bytes.toString('latin1', 0, head))
    if (bytes.length < length) {
      this.#rest = bytes
      return
    }
    this.#rest = bytes.subarray(length)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(Number(bytes.toString('latin1', 9, 12)))
  }
}

function contentLength(head: string): number {
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? []
  return Number(length ?? 0)
}

/** A request as it goes over the wire. */
export function httpRequest(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = body === '' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`
  return `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}${length}\r\n${body}`
}
