import { MqttLoad, type Platform } from '@ohmstead/testkit'

const site = 'faults'
/** Message `n` of a device carries the value n at this time plus n ms. */
const base = Date.UTC(2026, 0, 1)

interface Answer {
  series: { times: number[]; values: number[] }[]
}

/**
 * Devices that publish numbered readings at QoS 1 and remember which were acknowledged; afterwards they ask the
 * platform for every one of them.
 */
export class AckLog {
  readonly #platform: Platform
  readonly #devices: string[]
  readonly #acked = new Map<string, Set<number>>()
  /** First number of the next round of each device. */
  readonly #next = new Map<string, number>()
  #token = ''
  #counting = true

  private constructor(platform: Platform, devices: string[]) {
    this.#platform = platform
    this.#devices = devices
    for (const device of devices) this.#acked.set(device, new Set())
  }

  static async open(platform: Platform, devices: number): Promise<AckLog> {
    const log = new AckLog(
      platform,
      Array.from({ length: devices }, (_, at) => `device-${at}`),
    )
    await platform.api('POST', '/api/sites', { id: site, name: 'Faults', timezone: 'UTC' })
    for (const id of log.#devices) await platform.api('POST', `/api/sites/${site}/devices`, { id, name: id })
    const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
      name: 'faults',
      site,
      scopes: ['read', 'write'],
    })
    log.#token = token
    return log
  }

  get token(): string {
    return this.#token
  }

  get acknowledged(): number {
    let sum = 0
    for (const acked of this.#acked.values()) sum += acked.size
    return sum
  }

  /** From now until the next round no acknowledgement counts: one that is read while the power fails proves nothing. */
  freeze(): void {
    this.#counting = false
  }

  /** Publishes on all devices until `until` settles (which usually ends the server), then lets go of the sockets. */
  async publishUntil(until: Promise<unknown>, options: { window?: number } = {}): Promise<void> {
    this.#counting = true
    const loads = this.#devices.map(device => this.#load(device, options.window ?? 200))
    await Promise.all(loads.map(load => load.connect()))
    const runs = loads.map(load => load.run().catch(() => {}))
    await until
    for (const load of loads) load.close()
    await Promise.all(runs)
    for (const [at, device] of this.#devices.entries())
      this.#next.set(device, (this.#next.get(device) ?? 0) + loads[at].sent)
  }

  #load(device: string, window: number): MqttLoad {
    const first = this.#next.get(device) ?? 0
    const acked = this.#acked.get(device)!
    return new MqttLoad(
      {
        host: '127.0.0.1',
        port: this.#platform.mqttPort,
        clientId: device,
        username: site,
        password: this.#token,
        topic: `sites/${site}/devices/${device}/readings`,
      },
      {
        window,
        payload: n =>
          `{"measurement":"electricalMeter","time":${base + first + n},"fields":{"power":${(first + n) % 5000}}}`,
        acked: n => {
          if (this.#counting) acked.add(first + n)
        },
      },
    )
  }

  /** Reads everything back. Both figures must be 0. */
  async check(): Promise<{ lost: number; twice: number }> {
    let lost = 0
    let twice = 0
    for (const device of this.#devices) {
      const stored = await this.#stored(device)
      twice += stored.times.length - stored.values.size
      for (const n of this.#acked.get(device)!) if (stored.values.get(n) !== n % 5000) lost++
    }
    return { lost, twice }
  }

  async #stored(device: string): Promise<{ times: number[]; values: Map<number, number> }> {
    const times: number[] = []
    const values = new Map<number, number>()
    const end = this.#next.get(device) ?? 0
    const step = 200_000
    for (let from = 0; from < end; from += step) {
      const query = `device=${device}&field=power&from=${base + from}&to=${base + from + step}&resolution=raw`
      const { series } = await this.#platform.api<Answer>('GET', `/api/sites/${site}/readings?${query}`)
      for (const one of series)
        for (const [at, time] of one.times.entries()) {
          times.push(time)
          values.set(time - base, one.values[at])
        }
    }
    return { times, values }
  }
}
