import { z } from 'zod'
import { isProxyRange } from '../trustedProxies.ts'

/** From text too, as the environment and flags give it. */
const number = () => z.coerce.number('expected a number')
const port = number().int().min(0).max(65535)
const milliseconds = number().int().positive()
const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false'], 'expected true or false').transform(text => text === 'true'),
])
const secret = z.string().min(1).optional()
// The refusal does not repeat what was given: it holds a password.
const postgresUrl = z.string().refine(text => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''), {
  error: 'expected postgres://user:password@host:5432/database',
})

/**
 * Everything that can be set, with its default. The reference page, `ohmstead.yaml`, the environment
 * (`OHMSTEAD_HTTP_PORT`) and the flags (`--http-port`) all come from this schema.
 */
export const Config = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .default('./data')
    .describe('Folder of the readings, the registry and the ledger.'),
  http: z
    .strictObject({
      host: z
        .string()
        .default('127.0.0.1')
        .describe('Address that HTTP listens on; 0.0.0.0 for the whole network.'),
      port: port
        .default(8080)
        .describe('Port of the API, the dashboard and MQTT over WebSocket. 0 takes a free one.'),
      publicUrl: z
        .url()
        .optional()
        .describe('Where people reach the platform, when a proxy stands before it.'),
      trustedProxies: z
        .array(
          z.string().refine(isProxyRange, {
            error: 'expected an address, a network such as 10.1.0.0/16, loopback, linklocal or uniquelocal',
          }),
        )
        .default([])
        .describe(
          'Addresses, networks (10.1.0.0/16), or loopback, linklocal, uniquelocal, whose X-Forwarded-* headers are believed, over HTTP and WebSocket.',
        ),
    })
    .prefault({}),
  registry: z
    .strictObject({
      url: postgresUrl
        .optional()
        .describe(
          'postgres://user:password@host:5432/database that keeps sites, devices, people and the audit log; without it, a SQLite file in the data folder. Secret: better in the environment or the file than as a flag.',
        ),
      connections: number().int().min(2).default(8).describe('Most connections to PostgreSQL at a time.'),
    })
    .prefault({}),
  mqtt: z
    .strictObject({
      host: z
        .string()
        .default('127.0.0.1')
        .describe('Address that MQTT listens on; 0.0.0.0 for the whole network.'),
      port: port.default(1883).describe('Port of MQTT. 0 takes a free one.'),
      tlsPort: port.optional().describe('Port of MQTT over TLS; needs tlsCert and tlsKey.'),
      tlsCert: z.string().optional().describe('PEM file with the certificate chain.'),
      tlsKey: z.string().optional().describe('PEM file with the private key.'),
      publicHost: z
        .string()
        .min(1)
        .optional()
        .describe('Name or address under which devices reach MQTT, when it is not the one of the dashboard.'),
      publicPort: port
        .optional()
        .describe('Port of MQTT as devices reach it, when a router or proxy maps it.'),
      publicTlsPort: port
        .optional()
        .describe('Port of MQTT over TLS as devices reach it; also when a proxy ends TLS.'),
      maxPacketBytes: number().int().min(1024).default(262_144).describe('Largest MQTT packet, bytes.'),
      maxConnections: number().int().positive().default(20_000).describe('Most connections at a time.'),
    })
    .prefault({}),
  ingest: z
    .strictObject({
      commitEveryMs: number()
        .int()
        .min(0)
        .default(10)
        .describe(
          'Least time between two commits, ms: readings that arrive meanwhile share one. While commits are large, 2.5 times that.',
        ),
      maxFutureMs: milliseconds
        .default(600_000)
        .describe('A reading further in the future than this is refused.'),
      maxPendingValues: number()
        .int()
        .positive()
        .default(500_000)
        .describe('Values waiting for a commit before senders are slowed down.'),
    })
    .prefault({}),
  rules: z
    .strictObject({
      latenessMs: number()
        .int()
        .min(0)
        .max(60_000)
        .default(2_000)
        .describe(
          'How long rules wait for readings on their way, ms: what comes later still counts, but corrects what was said.',
        ),
      keepDays: number()
        .int()
        .min(14)
        .max(36_500)
        .default(730)
        .describe(
          'How many days alerts that are over, and events, are kept. Open alerts stay, and so does what a webhook has still to be told.',
        ),
      privateWebhooks: flag
        .default(false)
        .describe('Whether webhooks of rules may lead to addresses inside this network.'),
    })
    .prefault({}),
  admin: z
    .strictObject({
      email: z.email().optional().describe('First account; used only while there is none.'),
      password: secret.describe('Its password; used only while there is no account.'),
    })
    .prefault({}),
  smtp: z
    .strictObject({
      url: secret.describe('smtp://user:password@host:port; without it no mail is sent.'),
      from: z.string().optional().describe('Sender of mails.'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
        .default('info')
        .describe('Least level that is logged.'),
    })
    .prefault({}),
})
export type Config = z.infer<typeof Config>
