import { HttpConnection, httpRequest } from '@ohmstead/testkit'
import { reading192 } from './site.ts'

/** Times of one kind of request, ms from the moment it was due: a request that had to wait is charged for it. */
export interface Outcome {
  readonly times: number[]
  failed: number
}

export interface Stage {
  readonly writes: number
  readonly reads: number
  readonly seconds: number
  /** Sent, not counted. */
  readonly warmUp?: boolean
}

export interface LoadOptions {
  readonly port: number
  readonly token: string
  readonly site: string
  readonly devices: readonly string[]
  readonly connections: number
}

/** What never changes in a device's requests. */
interface Prepared {
  readonly read: string
  /** Up to the body, which is always 192 bytes. */
  readonly writeHead: string
}

/** Requests over kept-alive connections; who finds none free waits, and is charged for it. */
export class HttpLoad implements Disposable {
  readonly #connections: HttpConnection[]
  readonly #free: HttpConnection[]
  readonly #prepared: readonly Prepared[]
  readonly #waiting: ((connection: HttpConnection) => void)[] = []
  #n = 0

  private constructor(connections: HttpConnection[], prepared: readonly Prepared[]) {
    this.#connections = connections
    this.#free = [...connections]
    this.#prepared = prepared
  }

  static async open(options: LoadOptions): Promise<HttpLoad> {
    const opening = Array.from({ length: options.connections }, () =>
      HttpConnection.open('127.0.0.1', options.port),
    )
    return new HttpLoad(await Promise.all(opening), prepare(options))
  }

  /** Sends at given rates whether or not answers come (open loop). `rate`: answered writes/s of the last stage. */
  async run(stages: readonly Stage[]): Promise<{ writes: Outcome; reads: Outcome; rate: number }> {
    let last = { writes: newOutcome(), reads: newOutcome(), rate: 0 }
    for (const { writes: writeRate, reads: readRate, seconds, warmUp } of stages) {
      const { writes, reads } = warmUp ? { writes: newOutcome(), reads: newOutcome() } : last
      const before = writes.times.length
      const start = performance.now()
      await Promise.all([
        paced(writeRate, seconds, writes, () => this.#write()),
        paced(readRate, seconds, reads, () => this.#read()),
      ])
      const rate = ((writes.times.length - before) * 1000) / (performance.now() - start)
      last = { ...last, rate }
    }
    return last
  }

  /** As many writes as the connections get through. @returns writes per second */
  async saturate(seconds: number): Promise<number> {
    const end = performance.now() + seconds * 1000
    let done = 0
    const worker = async () => {
      while (performance.now() < end) if (await this.#write()) done++
    }
    await Promise.all(this.#connections.map(worker))
    return done / seconds
  }

  #write(): Promise<boolean> {
    const n = this.#n++
    const { writeHead } = this.#prepared[n % this.#prepared.length]
    return this.#send(writeHead + reading192(Date.now(), n))
  }

  #read(): Promise<boolean> {
    return this.#send(this.#prepared[(this.#n * 31) % this.#prepared.length].read)
  }

  async #send(request: string): Promise<boolean> {
    const connection =
      this.#free.pop() ?? (await new Promise<HttpConnection>(take => this.#waiting.push(take)))
    try {
      return (await connection.send(request)) === 200
    } finally {
      const next = this.#waiting.shift()
      if (next) next(connection)
      else this.#free.push(connection)
    }
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close()
  }
}

function prepare({ token, site, devices }: LoadOptions): Prepared[] {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return devices.map(device => ({
    read: httpRequest('GET', `/api/sites/${site}/readings/latest?device=${device}`, headers),
    writeHead: httpRequest('POST', `/api/sites/${site}/devices/${device}/readings`, {
      ...headers,
      'content-length': '192',
    }),
  }))
}

const newOutcome = (): Outcome => ({ times: [], failed: 0 })

/** Sends when a request is due, however many are still on their way. */
async function paced(
  rate: number,
  seconds: number,
  outcome: Outcome,
  send: () => Promise<boolean>,
): Promise<void> {
  const start = performance.now()
  const total = rate * seconds
  let open = total
  const over = Promise.withResolvers<void>()
  const one = async (dueAt: number) => {
    if (await send()) outcome.times.push(performance.now() - dueAt)
    else outcome.failed++
    if (--open === 0) over.resolve()
  }
  for (let sent = 0; sent < total; ) {
    // The first is due at once.
    const due = Math.min(total, 1 + Math.floor(((performance.now() - start) * rate) / 1000))
    for (; sent < due; sent++) one(start + (sent * 1000) / rate).catch(over.reject)
    await new Promise(tick => setTimeout(tick, 1))
  }
  if (total > 0) await over.promise
}
