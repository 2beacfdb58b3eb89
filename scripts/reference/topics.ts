import { channels } from './contract.ts'
import { code, fence, generated, plain, table } from './markdown.ts'
import { type Schema, typeText } from './schema.ts'

export function topicsPage(): string {
  const rows = channels.map(({ topic, from, to, summary }) => [
    code(topic),
    `${from} → ${to}`,
    plain(summary),
  ])
  const payloads = channels
    .filter(({ name }) => name !== 'powiot')
    .map(({ name, payload }) => `### ${name}\n\n${fence('ts', typeText(payload as Schema))}`)
  return `# Topics

${generated} A topic is the REST path of the thing. Ids are 1–63 of \`a–z\`, \`0–9\` and \`-\`, beginning with a letter or digit. The same as
AsyncAPI 3: [asyncapi.json](/asyncapi.json){target="_self"}.

${table(['topic', 'from → to', ''], rows)}

## Signing in

${table(
  ['user name', 'password', 'may'],
  [
    [code('{site}/{device}'), 'the device’s password', 'publish under its own prefix, read its own commands'],
    [
      code('{site}'),
      'a token of the site',
      'publish for the site’s devices and on `sensors/#` (scope write), subscribe inside the site (scope read)',
    ],
    ['an e-mail address', 'a token of that person', 'what the person’s roles allow'],
    ['a token’s id', 'that token', 'what the token opens'],
  ],
)}

[Rights](./rights#on-topics) has the whole table. MQTT 3.1.1 over TCP, over TLS when a certificate is configured, and over WebSocket at
\`/mqtt\` on the HTTP port. A client that speaks MQTT 5 is told to fall back. QoS 0, 1 and 2; only QoS 1 and 2 promise that a reading is
on disk once it is acknowledged.

## Payloads

JSON in UTF-8, 256 KiB a packet unless \`mqtt.maxPacketBytes\` says otherwise.

${payloads.join('\n\n')}
`
}

/** The bus contract as AsyncAPI 3.0. */
export function asyncApi(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Ohmstead',
      version: '1',
      description: 'The bus contract. Readings are acknowledged when they are on disk.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: '127.0.0.1:1883',
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        security: [{ $ref: '#/components/securitySchemes/password' }],
      },
    },
    channels: Object.fromEntries(channels.map(channel => [channel.name, channelOf(channel)])),
    operations: Object.fromEntries(
      channels.flatMap(({ name, direction, summary }) =>
        (direction === 'relay' ? (['receive', 'send'] as const) : [direction]).map(action => [
          `${action}-${name}`,
          { action, channel: { $ref: `#/channels/${name}` }, summary },
        ]),
      ),
    ),
    components: { securitySchemes: { password: { type: 'userPassword' } } },
  }
}

function channelOf({ name, topic, payload }: (typeof channels)[number]): object {
  const parameters = Object.fromEntries(
    [...topic.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => [parameter, {}]),
  )
  return { address: topic, parameters, messages: { [name]: { payload } } }
}
