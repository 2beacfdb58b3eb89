import type { Ledger } from '@ohmstead/ledger'
import type { Clock } from '@ohmstead/model'
import type { Registry } from '@ohmstead/registry'
import type { ReadingStore } from '@ohmstead/telemetry'
import type { Logger } from 'pino'
import type { Accounts } from './accounts/accounts.ts'
import type { Config } from './config/config.ts'
import type { DemoHost } from './demo/demoHost.ts'
import type { EventHub } from './events.ts'
import type { Health } from './health.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { Metrics } from './metrics.ts'
import type { PresenceBoard } from './presence.ts'
import type { Removals } from './removals.ts'
import type { AlertStore } from './rules/alerts/alertStore.ts'
import type { Replays } from './rules/replays.ts'
import type { RuleService } from './rules/service.ts'

/** What the HTTP API, the broker's hooks and the jobs are built from. Composed once, in `platform.ts`. */
export interface Services {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly registry: Registry
  readonly accounts: Accounts
  readonly store: ReadingStore
  readonly ledger: Ledger
  readonly rules: RuleService
  readonly alerts: AlertStore
  readonly replays: Replays
  /** What keys of webhooks follow from. */
  readonly webhookSecret: string
  readonly ingest: Ingest
  readonly events: EventHub
  readonly health: Health
  readonly metrics: Metrics
  readonly presence: PresenceBoard
  readonly removals: Pick<Removals, 'settled'>
  /** Ports that devices' MQTT is listened on; undefined where it is not. */
  readonly mqttPorts: () => { readonly mqtt: number | undefined; readonly mqtts: number | undefined }
  readonly demo: Pick<DemoHost, 'status' | 'start' | 'resume' | 'remove' | 'elsewhere'>
}
