import { bearsEnergy } from '@ohmstead/ledger'
import type { Instant, Series } from '@ohmstead/model'
import type { ReadingStore, TimeRange } from '@ohmstead/telemetry'
import { seriesOf } from './history.ts'
import type { Need } from './needs.ts'
import { slotStream } from './slots.ts'

/** How far from its own time a stored reading may change slots, ms. */
const reachOfReadingMs = 86_400_000

export interface Looking {
  readonly site: string
  readonly needs: readonly Need[]
  readonly store: Pick<ReadingStore, 'select' | 'raw' | 'latest'>
}

/**
 * Since when something may have come that a rule was not given before the last end.
 * @param recent times of what was stored last, by series
 */
export function recentFrom(
  recent: readonly ({ series: Series } & TimeRange)[],
  { site, needs, store }: Looking,
): Instant | undefined {
  const ids = new Set(seriesOf({ store, site, needs }).map(({ id }) => id))
  const slots = needs.find(({ measurement }) => measurement === slotStream)
  const froms = recent.flatMap(({ series, from }) => [
    ...(ids.has(series.id) ? [from - 1] : []),
    // A reading changes the slots between those before and after it.
    ...(slots && series.site === site && isOfMeter(slots, series) ? [from - reachOfReadingMs] : []),
  ])
  return froms.length === 0 ? undefined : Math.min(...froms)
}

const isOfMeter = ({ devices }: Need, series: Series) =>
  bearsEnergy(series) && (devices === null || devices.has(series.device))
