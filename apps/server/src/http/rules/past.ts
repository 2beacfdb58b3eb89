import { InvalidInput } from '@ohmstead/model'
import type { z } from 'zod'
import type { LaneOptions } from '../../rules/lane.ts'
import { unsaved } from '../../rules/trial.ts'
import type { Services } from '../../services.ts'
import { siteOf } from '../lookup.ts'
import { timeRange } from '../time.ts'
import type { Period, Trial } from './replaySchemas.ts'

const longestMs = 400 * 86_400_000

/** @throws RuleFault · InvalidInput */
export function laneOf(
  { registry, rules }: Pick<Services, 'registry' | 'rules'>,
  site: string,
  given: z.output<typeof Trial>,
  called: string,
) {
  const compiled = rules.compile(site, given)
  const rule = unsaved(site, called, given)
  const { zone } = rules.surroundings(site)
  const placeOf = (device: string) => registry.devices.known(site, device)?.place ?? null
  return { rule, compiled, zone, store: rules.readings, placeOf } satisfies Partial<LaneOptions>
}

/** @throws InvalidInput · NotFound */
export function periodOf(
  { registry, clock }: Pick<Services, 'registry' | 'clock'>,
  site: string,
  { from, to }: z.output<typeof Period>,
) {
  const { timezone: zone } = siteOf(registry, site)
  const range = timeRange({ from: String(from), to: String(to) }, { zone, now: clock.now() })
  if (range.to - range.from > longestMs) throw new InvalidInput('from', 'at most 400 days before `to`')
  return range
}
