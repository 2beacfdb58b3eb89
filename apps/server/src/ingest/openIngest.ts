import type { Clock } from '@ohmstead/model'
import type { Registry } from '@ohmstead/registry'
import { Batch, type ReadingStore, StoreUnavailable } from '@ohmstead/telemetry'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { EventHub } from '../events.ts'
import type { Health } from '../health.ts'
import type { Metrics } from '../metrics.ts'
import type { PresenceBoard } from '../presence.ts'
import { Gate } from './admission.ts'
import { Availability } from './availability.ts'
import { Committer } from './committer.ts'
import type { Ingest } from './ingest.ts'
import { Intake } from './intake.ts'
import { LineIntake } from './lineIntake.ts'
import { MqttIntake } from './mqttIntake.ts'
import { PlatformIngest } from './platformIngest.ts'
import { takePowiot } from './powiotIntake.ts'
import { Quarantine } from './quarantine.ts'
import { Recorder, type TouchListener } from './recorder.ts'
import { SeriesIndex } from './seriesIndex.ts'

/** While the store is down a client's messages are held for so long; then it is sent away and keeps them itself. */
const holdMs = 60_000

export interface IngestParts {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly store: Pick<ReadingStore, 'append' | 'resolve'>
  readonly registry: Pick<Registry, 'sites' | 'devices'>
  readonly ledger: TouchListener
  readonly events: EventHub
  readonly metrics: Metrics
  readonly presence: PresenceBoard
  readonly health: Health
  /** Told of each batch that is durable. */
  readonly stored?: (batch: Batch) => void
}

export interface OpenIngest {
  readonly ingest: Ingest
  readonly mqtt: MqttIntake
  readonly committer: Committer
  /** A device or a whole site is gone: nothing of it is remembered. */
  readonly forget: (site: string, device?: string) => void
  /** Commits what waits. */
  close(): Promise<void>
}

/** Everything between a sender and the store, put together. */
export function openIngest(parts: IngestParts): OpenIngest {
  const { config, clock, log, store, registry, events, metrics, presence, health, ledger } = parts
  // Nobody may be sending when the store comes back, so that it is asked.
  const availability = new Availability(clock, async () => {
    await store.append(new Batch(1))
    health.well('store')
  })
  const index = new SeriesIndex(store)
  const committer: Committer = new Committer({
    store,
    clock,
    everyMs: config.ingest.commitEveryMs,
    maxPendingValues: config.ingest.maxPendingValues,
    committed(batch, tookMs) {
      metrics.commits.inc({ outcome: 'durable' })
      metrics.commitSeconds.observe(tookMs / 1000)
      metrics.valuesStored.inc(batch.length)
      availability.back()
      health.well('store')
      recorder.committed(batch)
      parts.stored?.(batch)
    },
    failed(error) {
      metrics.commits.inc({ outcome: 'failed' })
      if (!(error instanceof StoreUnavailable)) log.error({ err: error }, 'a commit failed')
      health.trouble('store', (error as Error).message, clock.now())
      availability.lost()
    },
    unheard: err => log.error({ err }, 'what follows a commit failed; its readings are stored'),
  })
  const recorder: Recorder = new Recorder({ committer, index, events, ledger })
  const gate = new Gate(registry, () => metrics.devicesCreated.inc())
  const quarantine = new Quarantine()
  const intake = new Intake({
    gate,
    recorder,
    committer,
    quarantine,
    presence,
    events,
    metrics,
    clock,
    maxFutureMs: config.ingest.maxFutureMs,
  })
  const lines = new LineIntake({
    gate,
    intake,
    recorder,
    index,
    committer,
    presence,
    metrics,
    clock,
    maxFutureMs: config.ingest.maxFutureMs,
  })
  const mqtt = new MqttIntake({
    intake,
    committer,
    availability,
    metrics,
    powiot: (origin, message) => takePowiot(intake, origin, message),
    holdMs,
    clock,
  })
  return {
    ingest: new PlatformIngest({ intake, lines, committer, quarantine }),
    mqtt,
    committer,
    forget(site, device) {
      index.forget(site, device)
      presence.forget(site, device)
      if (device === undefined) quarantine.forget(site)
    },
    async close() {
      availability.close()
      await committer.drain()
    },
  }
}
