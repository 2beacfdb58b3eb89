import type { Platform } from '@ohmstead/testkit'
import { base, Sender, valueAt } from './sender.ts'

const site = 'faults'

interface Answer {
  series: { times: number[]; values: number[] }[]
}

export interface AckLogOptions {
  /** Where the devices find the broker; a proxy's port, where there is one between. */
  readonly port?: number
}

export interface PublishOptions {
  /** Most readings of a device on their way without an acknowledgement. */
  readonly window?: number
  /** Whether devices come back after a broken connection. */
  readonly reconnect?: boolean
}

/**
 * Devices that publish numbered readings at QoS 1 and remember which were acknowledged; afterwards they ask the
 * platform for every one of them.
 */
export class AckLog {
  readonly #platform: Platform
  readonly #senders: ReadonlyMap<string, Sender>
  readonly #token: string
  #counting = true

  private constructor(platform: Platform, senders: ReadonlyMap<string, Sender>, token: string) {
    this.#platform = platform
    this.#senders = senders
    this.#token = token
  }

  static async open(platform: Platform, devices: number, options: AckLogOptions = {}): Promise<AckLog> {
    const names = Array.from({ length: devices }, (_, at) => `device-${at}`)
    await platform.api('POST', '/api/sites', { id: site, name: 'Faults', timezone: 'UTC' })
    for (const id of names) await platform.api('POST', `/api/sites/${site}/devices`, { id, name: id })
    const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
      name: 'faults',
      site,
      scopes: ['read', 'write'],
    })
    const login = { port: options.port ?? platform.mqttPort, username: site, password: token, site }
    const senders = new Map(names.map(device => [device, new Sender({ ...login, device })]))
    return new AckLog(platform, senders, token)
  }

  /** Opens the site over HTTP. */
  get token(): string {
    return this.#token
  }

  get acknowledged(): number {
    let sum = 0
    for (const { acked } of this.#senders.values()) sum += acked.size
    return sum
  }

  /** Connections that the server, or what lies between, has ended. */
  get broken(): number {
    let sum = 0
    for (const { broken } of this.#senders.values()) sum += broken
    return sum
  }

  /** From now until the next round no acknowledgement counts: one that is read while the power fails proves nothing. */
  freeze(): void {
    this.#counting = false
  }

  /** Publishes on all devices until `until` settles (which usually ends the server), then lets go of the sockets. */
  async publishUntil(until: Promise<unknown>, options: PublishOptions = {}): Promise<void> {
    this.#counting = true
    const { window = 200, reconnect = false } = options
    const senders = [...this.#senders.values()]
    const runs = senders.map(sender => sender.publish({ window, reconnect, counts: () => this.#counting }))
    try {
      await until
    } finally {
      for (const sender of senders) sender.stop()
      await Promise.all(runs)
    }
  }

  /** Publishes until `work` has ended, whatever it does to the server meanwhile. */
  async publishDuring<T>(work: () => Promise<T>, options: PublishOptions = {}): Promise<T> {
    const working = work()
    await this.publishUntil(working, { reconnect: true, ...options })
    return working
  }

  /** Reads everything back. Both figures must be 0. */
  async check(): Promise<{ lost: number; twice: number }> {
    let lost = 0
    let twice = 0
    for (const [device, { acked, next }] of this.#senders) {
      const stored = await this.#stored(device, next)
      twice += stored.times.length - stored.values.size
      for (const n of acked) if (stored.values.get(n) !== valueAt(n)) lost++
    }
    return { lost, twice }
  }

  async #stored(device: string, end: number): Promise<{ times: number[]; values: Map<number, number> }> {
    const times: number[] = []
    const values = new Map<number, number>()
    const step = 200_000
    for (let from = 0; from < end; from += step) {
      const query = `device=${device}&field=power&from=${base + from}&to=${base + from + step}&resolution=raw`
      for (const one of (await this.#ask(query)).series)
        for (const [at, time] of one.times.entries()) {
          times.push(time)
          values.set(time - base, one.values[at])
        }
    }
    return { times, values }
  }

  /** With the token: a session may have ended when the clock was moved. */
  async #ask(query: string): Promise<Answer> {
    const answer = await fetch(`${this.#platform.url}/api/sites/${site}/readings?${query}`, {
      headers: { authorization: `Bearer ${this.#token}` },
    })
    if (!answer.ok) throw new Error(`readings: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
}
