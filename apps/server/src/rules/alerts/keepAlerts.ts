import type { Clock } from '@ohmstead/model'
import type { Logger } from 'pino'
import type { AlertStore, Pruning } from './alertStore.ts'

export interface KeepAlertsParts {
  readonly alerts: Pick<AlertStore, 'prune'>
  /** Whom to wait for. */
  readonly told: () => Pick<Pruning, 'told' | 'hooks'>
  readonly keepDays: number
  readonly clock: Clock
  readonly log: Logger
}

const dayMs = 86_400_000
const everyMs = 6 * 3_600_000
/** Between two parts, so that nothing else waits long. */
const pauseMs = 50

/** Forgets now and then what rules said long ago and what is over since, part by part. The answer ends it. */
export function keepAlerts({ alerts, told, keepDays, clock, log }: KeepAlertsParts): () => void {
  let cancel = () => {}
  const look = (from: number) => {
    let next: number | null = null
    try {
      next = alerts.prune({ before: clock.now() - keepDays * dayMs, ...told(), from })
    } catch (err) {
      log.warn({ err }, 'old alerts and events could not be dropped; it is tried again')
    }
    const wait = next === null ? everyMs : pauseMs
    cancel = clock.after(wait, () => look(next ?? 0))
  }
  cancel = clock.after(60_000, () => look(0))
  return () => cancel()
}
