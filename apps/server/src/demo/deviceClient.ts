import { type Clock, type Instant, topics } from '@ohmstead/model'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { type FieldSource, fieldsOf, reportsAt } from './fields.ts'
import type { DeviceLogin } from './install.ts'
import { hash } from './random.ts'
import type { Simulation } from './simulation.ts'
import type { DeviceSpec } from './spec.ts'

export interface DeviceClientOptions {
  /** mqtt://127.0.0.1:1883 */
  readonly url: string
  readonly login: DeviceLogin
  readonly spec: DeviceSpec
  readonly simulation: Simulation
  readonly clock: Clock
}

/** Messages that a device keeps while nobody acknowledges them; then its memory is full. */
const memory = 5_000
/** After so many refusals in a row the device has been removed, or got another password: it falls silent. */
const refusals = 8

/** One simulated device on the bus: reports what it measures, keeps what is not acknowledged, comes back by itself. */
export class DeviceClient {
  readonly #options: DeviceClientOptions
  readonly #fields: readonly FieldSource[]
  readonly #client: MqttClient
  readonly #firstAt: number
  #waiting = 0
  #refused = 0
  #cancel: () => void = () => {}
  #closed = false

  constructor(options: DeviceClientOptions) {
    const { login, spec, url } = options
    this.#options = options
    this.#fields = fieldsOf(spec)
    // Devices of one period are spread over it, always at the same second.
    this.#firstAt = hash(login.username) % spec.everySeconds
    this.#client = connect(url, clientOptions(login))
    this.#client.on('connect', () => this.#connected())
    this.#client.on('error', error => this.#failed(error))
    this.#plan()
  }

  /** Not acknowledged yet. */
  get waiting(): number {
    return this.#waiting
  }

  #connected(): void {
    this.#refused = 0
    const { site, device } = this.#options.login
    const status = { state: 'online', model: this.#options.spec.type, firmware: '1.0.0', simulated: true }
    this.#client.publish(topics.status(site, device), JSON.stringify(status), { qos: 1, retain: true })
  }

  #failed(error: Error & { code?: unknown }): void {
    // 4: bad user name or password, 5: not authorized. [MQTT 3.1.1, table 3.1]
    if (error.code !== 4 && error.code !== 5) return
    if (++this.#refused >= refusals) void this.close()
  }

  #plan(): void {
    if (this.#closed) return
    const { clock, spec } = this.#options
    const period = spec.everySeconds * 1000
    const offset = this.#firstAt * 1000
    const next = (Math.floor((clock.now() - offset) / period) + 1) * period + offset
    this.#cancel = clock.after(next - clock.now(), () => {
      this.#report(next)
      this.#plan()
    })
  }

  #report(at: Instant): void {
    if (this.#closed || this.#waiting >= memory) return
    const { login, simulation } = this.#options
    this.#waiting++
    const payload = JSON.stringify(messageAt(simulation, this.#fields, at))
    this.#client.publish(topics.readings(login.site, login.device), payload, { qos: 1 }, () => {
      this.#waiting--
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#cancel()
    await this.#client.endAsync().catch(() => {})
  }
}

/** What the device sends at a whole second: a reading, or one for each of its measurements. */
export function messageAt(simulation: Simulation, fields: readonly FieldSource[], at: Instant): object {
  const day = simulation.dayAt(at)
  const readings = reportsAt(fields, day, (at - day.day.start) / 1000).map(report => ({
    ...report,
    time: at,
  }))
  return readings.length === 1 ? readings[0] : readings
}

function clientOptions({ site, device, username, password }: DeviceLogin): IClientOptions {
  return {
    clientId: `${site}-${device}`,
    username,
    password,
    clean: false,
    keepalive: 30,
    reconnectPeriod: 2000 + (hash(username) % 3000),
    connectTimeout: 10_000,
    will: {
      topic: topics.status(site, device),
      payload: Buffer.from('{"state":"offline"}'),
      qos: 1,
      retain: true,
    },
  }
}
