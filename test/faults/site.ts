import type { ConnectOptions, Platform } from '@ohmstead/testkit'

/** A device's login for MQTT, and where it publishes. */
export interface DeviceLogin extends Required<Pick<ConnectOptions, 'clientId' | 'username' | 'password'>> {
  readonly device: string
  readonly readings: string
}

/** One site with devices that have credentials of their own, as attacks and hurt networks need it. */
export class FaultSite {
  readonly platform: Platform
  readonly id: string
  /** Reads and writes the site. */
  readonly token: string
  readonly #devices = new Map<string, DeviceLogin>()

  private constructor(platform: Platform, id: string, token: string) {
    this.platform = platform
    this.id = id
    this.token = token
  }

  static async make(platform: Platform, devices: readonly string[], id = 'home'): Promise<FaultSite> {
    await platform.api('POST', '/api/sites', { id, name: id, timezone: 'UTC' })
    const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
      name: id,
      site: id,
      scopes: ['read', 'write'],
    })
    const site = new FaultSite(platform, id, token)
    for (const device of devices) await site.#make(device)
    return site
  }

  async #make(device: string): Promise<void> {
    const path = `/api/sites/${this.id}/devices`
    await this.platform.api('POST', path, { id: device, name: device })
    const { username, password } = await this.platform.api<{ username: string; password: string }>(
      'POST',
      `${path}/${device}/credentials`,
      {},
    )
    const readings = `sites/${this.id}/devices/${device}/readings`
    this.#devices.set(device, { device, clientId: device, username, password, readings })
  }

  device(name: string): DeviceLogin {
    return this.#devices.get(name)!
  }

  /** Opens MQTT for the whole site. */
  get login(): Required<Pick<ConnectOptions, 'clientId' | 'username' | 'password'>> {
    return { clientId: 'program', username: this.id, password: this.token }
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` }
  }

  /** GET below the site, with its token. @throws on any answer that is not 2xx */
  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.platform.url}/api/sites/${this.id}${path}`, { headers: this.headers })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  /** Every stored value of a device, by field and time. */
  async stored(device: string, from = Date.UTC(2000, 0, 1)): Promise<Map<string, number | string | boolean>> {
    const query = `device=${device}&from=${from}&to=${Date.now() + 86_400_000}&resolution=raw`
    const { series } = await this.get<{
      series: { field: string; times: number[]; values: (number | string | boolean)[] }[]
    }>(`/readings?${query}`)
    return new Map(
      series.flatMap(({ field, times, values }) =>
        times.map((time, at) => [`${field}@${time}`, values[at]] as const),
      ),
    )
  }
}

/** The sum of a metric over all its labels; of those lines only that contain `label`. */
export async function metric(platform: Platform, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${platform.url}/metrics`)).text()
  const lines = text
    .split('\n')
    .filter(line => line.startsWith(name) && /^[ {]/.test(line.slice(name.length)))
  return lines
    .filter(line => line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
