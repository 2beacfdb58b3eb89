import type { MqttClient } from 'mqtt'

/** A JSON message; `payload` is what JSON.parse made of it. */
export interface Message {
  readonly topic: string
  readonly payload: unknown
  readonly retained: boolean
}

/**
 * Messages of one filter, until `signal` aborts or the caller leaves. Messages that are not JSON are passed over:
 * topics of the contract carry nothing else.
 */
export async function* messages(
  client: MqttClient,
  filter: string,
  { signal, qos = 1 }: { signal?: AbortSignal | undefined; qos?: 0 | 1 | 2 } = {},
): AsyncGenerator<Message, void, void> {
  const waiting: Message[] = []
  let wake = () => {}
  const matches = matcher(filter)
  const hear = (topic: string, bytes: Buffer, packet: { retain: boolean }) => {
    if (!matches(topic)) return
    const payload = parsed(bytes)
    if (payload !== undefined) waiting.push({ topic, payload, retained: packet.retain })
    wake()
  }
  const stop = () => wake()
  client.on('message', hear)
  client.on('close', stop)
  signal?.addEventListener('abort', stop)
  try {
    await client.subscribeAsync(filter, { qos })
    while (!signal?.aborted && !client.disconnecting) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else await new Promise<void>(resolve => (wake = resolve))
    }
  } finally {
    client.off('message', hear)
    client.off('close', stop)
    signal?.removeEventListener('abort', stop)
    if (client.connected) await client.unsubscribeAsync(filter).catch(() => {})
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

/** `+` stands for one level, `#` for the rest. [MQTT-4.7.1] */
function matcher(filter: string): (topic: string) => boolean {
  const wanted = filter.split('/')
  return topic => {
    const levels = topic.split('/')
    for (const [at, want] of wanted.entries()) {
      if (want === '#') return true
      if (want !== '+' && want !== levels[at]) return false
      if (levels[at] === undefined) return false
    }
    return levels.length === wanted.length
  }
}
