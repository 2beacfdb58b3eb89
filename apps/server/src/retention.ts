import type { Clock, Instant, Site } from '@ohmstead/model'
import type { Logger } from 'pino'

const dayMs = 86_400_000
const everyMs = 6 * 3_600_000

type Keeping = Pick<Site, 'id' | 'retentionDays'>

export interface RetentionParts {
  readonly sites: { all(): readonly Keeping[] }
  readonly store: { retain(before: Instant, site: string): Promise<void> }
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Readings of the site before this may go; null keeps all. The start of a UTC day, so that the store has work with it once
 * a day and not at every look.
 */
export function retainedFrom(site: Pick<Site, 'retentionDays'> | undefined, now: Instant): Instant | null {
  const days = site?.retentionDays ?? null
  return days === null ? null : (Math.floor(now / dayMs) - days) * dayMs
}

/** Looks now and then for readings that their sites have kept long enough. The answer ends it. */
export function keepRetention({ sites, store, clock, log }: RetentionParts): () => void {
  let cancel = () => {}
  let ended = false
  const look = async () => {
    for (const site of sites.all()) {
      const before = retainedFrom(site, clock.now())
      if (before === null || ended) continue
      await store.retain(before, site.id).catch(err => {
        log.warn({ err, site: site.id }, 'old readings could not be dropped; it is tried again')
      })
    }
    if (!ended) cancel = clock.after(everyMs, look)
  }
  cancel = clock.after(60_000, look)
  return () => {
    ended = true
    cancel()
  }
}
