import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'

/** Where the broker is and who asks. A device's user name is `<site>/<device>`; with a site token it is the site's id. */
export interface Credentials {
  /** `mqtt://host:1883`, `mqtts://…`, or `ws://host:8080/mqtt` where only that passes. */
  readonly url: string
  readonly username: string
  readonly password: string
  /** A fixed id keeps a session over restarts; without one each connection is new. */
  readonly clientId?: string
  /** Passed on to mqtt.js as they are: certificates, proxies, timing. */
  readonly transport?: IClientOptions
}

/** Makes the connection; tests hand in one that needs no socket. */
export type Dial = (url: string, options: IClientOptions) => MqttClient

/** Resolves once the broker has said yes; rejects on refused credentials or when `signal` aborts first. */
export async function open(
  { url, username, password, clientId, transport }: Credentials,
  options: IClientOptions,
  { signal, dial = mqtt.connect }: { signal?: AbortSignal | undefined; dial?: Dial | undefined },
): Promise<MqttClient> {
  signal?.throwIfAborted()
  const client = dial(url, {
    ...(clientId === undefined ? {} : { clientId, clean: false }),
    reconnectPeriod: 1000,
    ...transport,
    ...options,
    username,
    password,
  })
  try {
    await connected(client, signal)
    return client
  } catch (error) {
    client.end(true)
    throw error
  }
}

function connected(client: MqttClient, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      client.off('connect', good)
      client.off('error', bad)
      signal?.removeEventListener('abort', stop)
      then()
    }
    const good = () => settle(resolve)
    const bad = (error: Error) => settle(() => reject(error))
    const stop = () => settle(() => reject(signal?.reason))
    client.on('connect', good)
    client.on('error', bad)
    signal?.addEventListener('abort', stop, { once: true })
    // After the first connection errors are answered by mqtt.js with another try; unheard they would be thrown.
    client.on('error', () => {})
  })
}
