import type { Clock, Instant, Site } from '@ohmstead/model'
import type { Logger } from 'pino'

const dayMs = 86_400_000
const everyMs = 6 * 3_600_000

export interface RetentionParts {
  readonly sites: { all(): readonly Site[] }
  readonly store: { retain(before: Instant): Promise<void> }
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Readings before this may go; null keeps all. The store drops whole partitions that all sites share, so that the site
 * that keeps longest decides, and one that keeps all keeps all.
 */
export function retainedFrom(sites: readonly Pick<Site, 'retentionDays'>[], now: Instant): Instant | null {
  const days = sites.map(site => site.retentionDays)
  if (days.length === 0 || days.includes(null)) return null
  return now - Math.max(...(days as number[])) * dayMs
}

/** Looks now and then for readings that have been kept long enough. The answer ends it. */
export function keepRetention({ sites, store, clock, log }: RetentionParts): () => void {
  let cancel = () => {}
  const look = async () => {
    const before = retainedFrom(sites.all(), clock.now())
    try {
      if (before !== null) await store.retain(before)
    } catch (err) {
      log.warn({ err }, 'old readings could not be dropped; it is tried again')
    }
    cancel = clock.after(everyMs, look)
  }
  cancel = clock.after(60_000, look)
  return () => cancel()
}
