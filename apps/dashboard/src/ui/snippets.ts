import type { Connection } from '@ohmstead/sdk'

export const ways = ['http', 'mqtt', 'node'] as const
export type Way = (typeof ways)[number]

export interface SnippetParts {
  readonly site: string
  readonly device: string
  /** `<site>/<device>`. */
  readonly username: string
  readonly password: string
}

const reading = '{"measurement":"electricalMeter","fields":{"power":412.5}}'

/**
 * One reading on each way in, ready to paste; MQTT is left out where devices cannot reach it. Ids and secrets hold no
 * character that a shell would read.
 */
export function snippets(
  { site, device, username, password }: SnippetParts,
  to: Connection,
): Partial<Record<Way, string>> {
  const broker = to.mqtts ?? to.mqtt
  const tls = to.mqtts ? ' --tls-use-os-certs' : ''
  return {
    http: `curl -u '${username}:${password}' \\
  -H 'Content-Type: application/json' \\
  -d '${reading}' \\
  ${to.http}/api/sites/${site}/devices/${device}/readings`,
    ...(broker && {
      mqtt: `mosquitto_pub -h ${broker.host} -p ${broker.port}${tls} -q 1 \\
  -u '${username}' -P '${password}' \\
  -t sites/${site}/devices/${device}/readings \\
  -m '${reading}'`,
    }),
    node: `import { DeviceLink } from '@ohmstead/sdk/mqtt'

await using link = await DeviceLink.open({
  url: '${to.webSocket}',
  site: '${site}',
  device: '${device}',
  username: '${username}',
  password: '${password}',
})
await link.send({ measurement: 'electricalMeter', fields: { power: 412.5 } })`,
  }
}

/**
 * What is known before the server has said more, or when only this page knows: a proxy before the server that it is not
 * told to trust hides from it that the page came over HTTPS.
 */
export function seenFrom(page: Pick<Location, 'origin' | 'host'>, told: Connection | undefined): Connection {
  if (told && new URL(told.http).host !== page.host) return told
  const here = { http: page.origin, webSocket: `${page.origin.replace(/^http/, 'ws')}/mqtt` }
  return { mqtt: null, mqtts: null, ...told, ...here }
}
