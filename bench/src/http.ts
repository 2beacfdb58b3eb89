import { HttpConnection, httpRequest, Platform, tempFolder } from '@ohmstead/testkit'
import { type Benchmark, type Figure, quantile } from './report.ts'
import { makeSite, reading192 } from './site.ts'

const homes = 50
const plugs = 15
const lanes = 200
const site = 'urban'
const devices = Array.from(
  { length: homes * plugs },
  (_, at) => `home-${Math.floor(at / plugs)}-plug-${at % plugs}`,
)

/** Times of one kind of request, ms from the moment it was due: a request that had to wait is charged for it. */
interface Outcome {
  readonly times: number[]
  failed: number
}

interface Stage {
  readonly writes: number
  readonly reads: number
  readonly seconds: number
  /** Sent, not counted. */
  readonly warmUp?: boolean
}

/** Stepwise as published: 30 → 140 requests/s, then back to 70. */
const steps = [30, 50, 70, 100, 120, 140, 70]

/** PeerEnergyCloud's test plans 1 and 2 (paper, section 5.3), and the same beyond their saturation. */
export const http: Benchmark = {
  name: 'http',
  title: 'PeerEnergyCloud’s test plans: durable HTTP posts of one 192-byte reading, 50 homes × 15 plugs',
  async run(say) {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    say(`making ${devices.length} devices`)
    const token = await makeSite(platform, site, devices)
    using load = await HttpLoad.open(platform.httpPort, token)

    say('test plan 1: writes alone, 30 → 140 → 70 /s')
    const plan1 = await load.run(steps.map(writes => ({ writes, reads: 0, seconds: 3 })))
    say('test plan 2: 60 writes/s, reads 30 → 140 → 70 /s')
    const plan2 = await load.run(steps.map(reads => ({ writes: 60, reads, seconds: 3 })))
    say('8 000 writes/s beside 2 000 reads/s')
    const target = await load.run([
      { writes: 4000, reads: 1000, seconds: 4, warmUp: true },
      { writes: 8000, reads: 2000, seconds: 10 },
    ])
    say('writes to saturation')
    const saturated = await load.saturate(10)
    return [
      ...latencies('plan 1, writes', plan1.writes, 'published: saturated at 100–140 /s'),
      ...latencies('plan 2, writes', plan2.writes),
      ...latencies('plan 2, reads', plan2.reads, 'published: most below 100 ms'),
      ...latencies('8 000 writes/s', target.writes, undefined, 100),
      ...latencies('2 000 reads/s beside them', target.reads),
      {
        name: 'achieved under that load',
        value: target.rate,
        unit: 'writes/s',
        target: '≥ 8 000 /s',
        met: target.rate >= 7_900,
      },
      { name: 'durable posts at saturation', value: saturated, unit: '/s', note: `${lanes} connections` },
    ]
  },
}

function latencies(name: string, { times, failed }: Outcome, note?: string, p99TargetMs?: number): Figure[] {
  if (times.length === 0) return []
  const p99 = quantile(times, 0.99)
  const held =
    p99TargetMs === undefined
      ? {}
      : { target: `p99 < ${p99TargetMs} ms, none failed`, met: p99 < p99TargetMs && failed === 0 }
  return [
    { name: `${name}: p50`, value: quantile(times, 0.5), unit: 'ms' },
    {
      name: `${name}: p99`,
      value: p99,
      unit: 'ms',
      ...held,
      note: [`${times.length} answered, ${failed} failed`, note].filter(Boolean).join('; '),
    },
  ]
}

/** Requests over kept-alive connections; who finds none free waits, and is charged for it. */
class HttpLoad implements Disposable {
  readonly #connections: HttpConnection[]
  readonly #free: HttpConnection[]
  #waiting: ((connection: HttpConnection) => void)[] = []
  readonly #headers: Record<string, string>
  #n = 0

  private constructor(connections: HttpConnection[], token: string) {
    this.#connections = connections
    this.#free = [...connections]
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  }

  static async open(port: number, token: string): Promise<HttpLoad> {
    const opening = Array.from({ length: lanes }, () => HttpConnection.open('127.0.0.1', port))
    return new HttpLoad(await Promise.all(opening), token)
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
    const device = devices[n % devices.length]
    return this.#send(
      httpRequest(
        'POST',
        `/api/sites/${site}/devices/${device}/readings`,
        this.#headers,
        reading192(Date.now(), n),
      ),
    )
  }

  #read(): Promise<boolean> {
    const device = devices[(this.#n * 31) % devices.length]
    return this.#send(
      httpRequest('GET', `/api/sites/${site}/readings/latest?device=${device}`, this.#headers),
    )
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

const newOutcome = (): Outcome => ({ times: [], failed: 0 })

/** Sends when a request is due, however many are still on their way. */
async function paced(
  rate: number,
  seconds: number,
  outcome: Outcome,
  send: () => Promise<boolean>,
): Promise<void> {
  const start = performance.now()
  const running = new Set<Promise<void>>()
  const total = rate * seconds
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - start) * rate) / 1000))
    for (; sent < due; sent++) {
      const dueAt = start + (sent * 1000) / rate
      const one = send().then(ok => {
        if (ok) outcome.times.push(performance.now() - dueAt)
        else outcome.failed++
        running.delete(one)
      })
      running.add(one)
    }
    await new Promise(tick => setTimeout(tick, 1))
  }
  await Promise.all(running)
}
