import { topics } from '@ohmstead/model'
import type { MqttClient } from 'mqtt'
import type { NewReading, Value } from '../types.ts'
import { messages } from './messages.ts'
import { type Credentials, type Dial, open } from './session.ts'

/** An order to the device. `expires` is epoch ms. */
export interface Command {
  readonly id: string
  readonly capability: string
  readonly value: Value
  readonly expires?: number
}

export type ResultState = 'acknowledged' | 'observed' | 'failed'

export interface DeviceOptions extends Credentials {
  readonly site: string
  readonly device: string
  readonly signal?: AbortSignal
  readonly dial?: Dial
}

/** The platform as one device sees it. Closing says goodbye; a broken connection lets the will speak. */
export class DeviceLink implements AsyncDisposable {
  readonly #client: MqttClient
  readonly #topics: { readings: string; status: string; commands: string; results: string }

  private constructor(client: MqttClient, site: string, device: string) {
    this.#client = client
    this.#topics = {
      readings: topics.readings(site, device),
      status: topics.status(site, device),
      commands: topics.commands(site, device),
      results: topics.results(site, device),
    }
  }

  /** Connects with the will that tells everyone when this device falls silent. */
  static async open({ site, device, signal, dial, ...credentials }: DeviceOptions): Promise<DeviceLink> {
    const will = {
      topic: topics.status(site, device),
      payload: Buffer.from('{"state":"offline"}'),
      qos: 1,
      retain: true,
    } as const
    const client = await open(credentials, { will }, { signal, dial })
    return new DeviceLink(client, site, device)
  }

  /**
   * Resolves when the readings are durable: the broker acknowledges after the commit. While it cannot, or while the
   * network is away, they are kept here and sent again.
   */
  async send(readings: NewReading | readonly NewReading[]): Promise<void> {
    await this.#publish(this.#topics.readings, readings)
  }

  /** Says how the device is; kept by the broker for whoever asks later. */
  async status(status: { state: string } & Record<string, unknown>): Promise<void> {
    await this.#publish(this.#topics.status, status, true)
  }

  /** Orders to this device, until `signal` aborts. */
  async *commands(signal?: AbortSignal): AsyncGenerator<Command, void, void> {
    for await (const { payload } of messages(this.#client, this.#topics.commands, { signal })) {
      if (isCommand(payload)) yield payload
    }
  }

  /** Answers an order. */
  async result(id: string, state: ResultState, detail?: string): Promise<void> {
    await this.#publish(this.#topics.results, { id, state, ...(detail === undefined ? {} : { detail }) })
  }

  /** Finishes what is being sent, says offline, disconnects. */
  async drain(): Promise<void> {
    if (this.#client.connected) await this.status({ state: 'offline' })
    await this.#client.endAsync()
  }

  /** Disconnects without waiting for what is being sent. */
  async close(): Promise<void> {
    await this.#client.endAsync(true)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#client.disconnecting) await this.drain()
  }

  async #publish(topic: string, payload: unknown, retain = false): Promise<void> {
    await this.#client.publishAsync(topic, JSON.stringify(payload), { qos: 1, retain })
  }
}

function isCommand(payload: unknown): payload is Command {
  return typeof payload === 'object' && payload !== null && 'id' in payload && 'capability' in payload
}
