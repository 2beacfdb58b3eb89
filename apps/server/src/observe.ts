import type { Broker } from '@ohmstead/bus'
import type { Ledger } from '@ohmstead/ledger'
import type { Clock } from '@ohmstead/model'
import type { ReadingStore, StoreStatus } from '@ohmstead/telemetry'
import type { Committer } from './ingest/committer.ts'
import type { Metrics } from './metrics.ts'
import type { AlertStore } from './rules/alerts/alertStore.ts'
import type { RuleService } from './rules/service.ts'

export interface Observed {
  readonly metrics: Metrics
  readonly store: Pick<ReadingStore, 'status'>
  readonly ledger: Pick<Ledger, 'lag'>
  readonly broker: Pick<Broker, 'stats'>
  readonly committer: Pick<Committer, 'pending'>
  readonly rules: Pick<RuleService, 'units' | 'outlets'>
  readonly alerts: Pick<AlertStore, 'openCount'>
  readonly clock: Clock
}

/** Figures that the parts keep themselves, read when Prometheus asks. */
export function observe(observed: Observed): void {
  const { metrics, store, ledger, broker, committer, clock } = observed
  observeRules(observed)
  const status = remembered(clock, () => store.status())
  metrics.gauge('ohmstead_ingest_pending_values', 'Values that wait for a commit', () => committer.pending)
  metrics.gauge(
    'ohmstead_ledger_lag_seconds',
    'Age of the oldest reading whose energy is not computed yet',
    () => ledger.lag() / 1000,
  )
  metrics.gauge('ohmstead_store_series', 'Series in the store', async () => (await status()).series)
  metrics.gauge('ohmstead_store_values', 'Values in the store', async () => (await status()).values)
  metrics.gauge('ohmstead_store_bytes', 'Size of the store on disk', async () => (await status()).bytes)
  metrics.gauge(
    'ohmstead_store_uncompacted_values',
    'Values still in arrival order',
    async () => (await status()).uncompacted,
  )
  metrics.gauge(
    'ohmstead_store_compaction_progress',
    'Share of the running compaction that is done, 0 when none runs',
    async () => {
      const { running, progress } = (await status()).compaction
      return running ? progress : 0
    },
  )
  metrics.total(
    'ohmstead_store_damaged_reads_total',
    'Reads and compactions that met a damaged block of the readings file',
    async () => (await status()).damagedReads,
  )
  const bus = () => broker.stats()
  metrics.gauge('ohmstead_mqtt_sessions', 'Clients that are let in', () => bus().sessions)
  metrics.gauge('ohmstead_mqtt_connections', 'Open sockets of the broker', () => bus().connections)
  metrics.gauge(
    'ohmstead_mqtt_in_flight_bytes',
    'Payload bytes that wait for their commit',
    () => bus().inFlightBytes,
  )
  metrics.gauge(
    'ohmstead_mqtt_paused_connections',
    'Connections that are not read because too much is in flight',
    () => bus().paused,
  )
  metrics.gauge(
    'ohmstead_mqtt_quarantined_clients',
    'Clients that wait out a back-off',
    () => bus().quarantined,
  )
  metrics.totals(
    'ohmstead_mqtt_refused_total',
    'Connections refused before they were let in',
    () => bus().refused,
  )
  metrics.totals('ohmstead_mqtt_ended_total', 'Sessions ended', () => bus().ended)
  metrics.totals('ohmstead_mqtt_violations_total', 'Violations of the protocol', () => bus().violations)
  metrics.total(
    'ohmstead_mqtt_not_stored_total',
    'Messages given back because they could not be stored',
    () => bus().notStored,
  )
  metrics.total('ohmstead_mqtt_received_total', 'Messages received', () => bus().received)
  metrics.total(
    'ohmstead_mqtt_denied_publishes_total',
    'Publishes that were not allowed',
    () => bus().deniedPublishes,
  )
  metrics.total(
    'ohmstead_mqtt_denied_subscriptions_total',
    'Subscriptions that were not allowed',
    () => bus().deniedSubscriptions,
  )
  metrics.total(
    'ohmstead_mqtt_dropped_for_slow_reader_total',
    'QoS 0 messages a slow subscriber missed',
    () => bus().droppedForSlowReader,
  )
  metrics.total(
    'ohmstead_mqtt_dropped_from_queue_total',
    'Queued messages dropped at a bound',
    () => bus().droppedFromQueue,
  )
}

function observeRules({ metrics, rules, alerts }: Observed): void {
  const sum = (of: (unit: RuleService['units'][number]) => number) =>
    rules.units.reduce((total, unit) => total + of(unit), 0)
  metrics.gauge('ohmstead_rules_running', 'Rules that run', () =>
    sum(({ state }) => (state === 'running' ? 1 : 0)),
  )
  metrics.gauge('ohmstead_rules_stopped', 'Rules that were stopped for what they did', () =>
    sum(({ state }) => (state === 'stopped' ? 1 : 0)),
  )
  metrics.gauge('ohmstead_rules_waiting_readings', 'Readings whose time has not come for a rule', () =>
    sum(({ waiting }) => waiting),
  )
  metrics.gauge('ohmstead_rules_held_events', 'Events and partial matches that rules hold', () =>
    sum(({ held }) => held),
  )
  metrics.gauge('ohmstead_alerts_open', 'Alerts that are not cleared', () => alerts.openCount())
  metrics.totals(
    'ohmstead_webhook_posts_total',
    'Posts of webhooks by outcome',
    () => rules.outlets.webhooks.counts,
  )
}

/** One look serves all figures of a scrape. */
function remembered(clock: Clock, look: () => Promise<StoreStatus>): () => Promise<StoreStatus> {
  let at = Number.NEGATIVE_INFINITY
  let last: Promise<StoreStatus> | undefined
  return () => {
    if (last && Math.abs(clock.now() - at) < 500) return last
    at = clock.now()
    last = look()
    return last
  }
}
