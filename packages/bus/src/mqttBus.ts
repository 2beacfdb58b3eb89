import { systemClock } from '@ohmstead/model'
import type { IClientOptions, MqttClient } from 'mqtt'
import type { Bus, BusMessage } from './bus.ts'
import { busOn } from './busOn.ts'
import { SubscriptionRefused } from './errors.ts'
import { guarded } from './listener.ts'
import { matches } from './topics.ts'

export interface ConnectOptions {
  username?: string
  password?: string
  clientId?: string
  /** PEM of the authority that signed the broker's certificate, for `mqtts:` and `wss:`. */
  ca?: string | Buffer
  connectTimeoutMs?: number
  /** Told what a listener threw; absent = a warning of the process. */
  trouble?(error: Error): void
}

type Listener = (message: BusMessage) => void

/**
 * The bus over a connection (`mqtt:`, `mqtts:`, `ws:`, `wss:`); it comes back by itself after an interruption and
 * subscribes again.
 */
export async function connectBus(url: string, options: ConnectOptions = {}): Promise<Bus> {
  const { username, password, clientId, ca, connectTimeoutMs = 10_000 } = options
  const trouble = options.trouble ?? ((error: Error) => process.emitWarning(error))
  const settings: IClientOptions = {
    protocolVersion: 4,
    clean: true,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: 1000,
  }
  // Only who connects from outside pays for the client.
  const { connectAsync } = await import('mqtt')
  const client = await connectAsync(
    url,
    { ...settings, ...defined({ username, password, clientId, ca }) },
    false,
  )
  const filters = new Map<string, Set<Listener>>()
  client.on('error', () => {
    // The client tries again by itself; who waits for an answer has a timeout of their own.
  })
  client.on('message', (topic, payload, { retain }) => {
    for (const [filter, listeners] of filters) {
      if (!matches(filter, topic)) continue
      for (const listener of listeners) guarded(listener, trouble)({ topic, payload, retain })
    }
  })
  return busOn(
    {
      publish: async (topic, payload, { qos, retain }) =>
        void (await client.publishAsync(topic, payload, { qos, retain })),
      subscribe: (filter, listener) => subscribe(client, filters, filter, listener),
      close: () => client.endAsync(),
    },
    systemClock,
  )
}

async function subscribe(
  client: MqttClient,
  filters: Map<string, Set<Listener>>,
  filter: string,
  listener: Listener,
) {
  const listeners = filters.get(filter) ?? new Set<Listener>()
  const mine: Listener = message => listener(message)
  filters.set(filter, listeners.add(mine))
  const leave = async () => {
    listeners.delete(mine)
    if (listeners.size > 0 || filters.get(filter) !== listeners) return
    filters.delete(filter)
    if (!client.disconnecting) await client.unsubscribeAsync(filter)
  }
  try {
    const [grant] = await client.subscribeAsync(filter, { qos: 1 })
    if (grant !== undefined && grant.qos > 2) throw new SubscriptionRefused(filter)
  } catch (error) {
    listeners.delete(mine)
    if (listeners.size === 0) filters.delete(filter)
    throw error instanceof SubscriptionRefused ? error : new SubscriptionRefused(filter)
  }
  return leave
}

function defined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<Value>
}
