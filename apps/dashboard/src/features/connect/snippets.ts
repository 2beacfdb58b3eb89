export const ways = ['http', 'mqtt', 'node'] as const
export type Way = (typeof ways)[number]

export interface SnippetParts {
  readonly site: string
  readonly device: string
  /** `<site>/<device>`. */
  readonly username: string
  readonly password: string
  /** Of this page: HTTP and MQTT over WebSocket are on the same port. */
  readonly origin: string
  readonly host: string
}

const reading = '{"measurement":"electricalMeter","fields":{"power":412.5}}'

/** One reading on each way in, ready to paste. Ids and secrets hold no character that a shell would read. */
export function snippets({
  site,
  device,
  username,
  password,
  origin,
  host,
}: SnippetParts): Record<Way, string> {
  return {
    http: `curl -u '${username}:${password}' \\
  -H 'Content-Type: application/json' \\
  -d '${reading}' \\
  ${origin}/api/sites/${site}/devices/${device}/readings`,
    mqtt: `mosquitto_pub -h ${host} -p 1883 -q 1 \\
  -u '${username}' -P '${password}' \\
  -t sites/${site}/devices/${device}/readings \\
  -m '${reading}'`,
    node: `import { DeviceLink } from '@ohmstead/sdk/mqtt'

await using link = await DeviceLink.open({
  url: '${origin.replace(/^http/, 'ws')}/mqtt',
  site: '${site}',
  device: '${device}',
  username: '${username}',
  password: '${password}',
})
await link.send({ measurement: 'electricalMeter', fields: { power: 412.5 } })`,
  }
}
