import { z } from 'zod'
import type { Config } from '../../config/config.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'

const Endpoint = z.object({ host: z.string(), port: z.number().int() })

export const Connection = z.object({
  http: z.string().describe('Base of the API, without a slash at the end.'),
  webSocket: z.string().describe('URL of MQTT over WebSocket.'),
  mqtt: Endpoint.nullable().describe('MQTT; null when it can only be reached on the server itself.'),
  mqtts: Endpoint.nullable().describe('MQTT over TLS; null when there is none.'),
})
export type Connection = z.infer<typeof Connection>

/** How devices reach this server. */
export function connectionRoutes(app: App, { config, mqttPorts }: Services): void {
  app.get(
    '/api/connection',
    {
      config: { action: 'signed-in' },
      schema: {
        operationId: 'getConnection',
        tags: ['devices'],
        summary: 'How devices reach this server: addresses of HTTP, MQTT, MQTT over TLS and over WebSocket',
        description:
          'As configured (`http.publicUrl`, `mqtt.publicHost`, `mqtt.publicPort`, `mqtt.publicTlsPort`), else as this request came.',
        response: { 200: Connection },
      },
    },
    async request => connectionOf(config, mqttPorts(), request),
  )
}

/** What is listened on, as far as it is. */
export interface MqttPorts {
  readonly mqtt: number | undefined
  readonly mqtts: number | undefined
}

/** @param asked the address that the asker used: where nothing is configured, it reaches devices' ports too */
export function connectionOf(
  { http, mqtt }: Pick<Config, 'http' | 'mqtt'>,
  ports: MqttPorts,
  asked: { readonly protocol: string; readonly host: string; readonly hostname: string },
): Connection {
  const base = http.publicUrl?.replace(/\/$/, '') ?? `${asked.protocol}://${asked.host}`
  const name = http.publicUrl === undefined ? asked.hostname : new URL(http.publicUrl).hostname
  // IPv6 addresses stand in brackets in a URL only.
  const host = mqtt.publicHost ?? name.replace(/^\[(.*)\]$/, '$1')
  // Somebody passes on what arrives elsewhere, or the asker is on this machine.
  const passedOn = mqtt.publicHost !== undefined || isLoopback(host)
  const at = (port: number | undefined, publicPort: number | undefined) => {
    if (publicPort !== undefined) return { host, port: publicPort }
    return port === undefined || (isLoopback(mqtt.host) && !passedOn) ? null : { host, port }
  }
  return {
    http: base,
    webSocket: `${base.replace(/^http/, 'ws')}/mqtt`,
    mqtt: at(ports.mqtt, mqtt.publicPort),
    mqtts: at(ports.mqtts, mqtt.publicTlsPort),
  }
}

const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)
