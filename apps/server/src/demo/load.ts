import type { Ledger } from '@ohmstead/ledger'
import type { Clock } from '@ohmstead/model'
import type { ReadingStore } from '@ohmstead/telemetry'
import { backfill, type Filled } from './backfill.ts'
import type { DemoState } from './demoState.ts'
import { incidentsBefore } from './incidents.ts'
import { type Checkpoint, Simulation } from './simulation.ts'
import { demoSites } from './sites/index.ts'
import { hasPower } from './spec.ts'

export interface Loaded {
  readonly filled: readonly Filled[]
  readonly checkpoints: Readonly<Record<string, Checkpoint>>
}

export interface LoadOptions {
  readonly store: ReadingStore
  readonly ledger: Ledger
  readonly state: DemoState
  readonly clock: Clock
  /** How far one of the two parts of the work is: share of the way, 0–1, and values or meters so far. */
  readonly report: (part: 'readings' | 'energy', done: number, count: number) => void
  readonly signal: AbortSignal
}

/**
 * Brings the readings up to now.
 * @returns what was filled, and where each site's simulation stands
 */
export async function loadReadings({ store, state, clock, report, signal }: LoadOptions): Promise<Loaded> {
  const simulations = simulationsOf(state)
  const end = clock.now()
  const filled = await backfill({
    store,
    simulations,
    incidents: incidentsBefore(state.loadedAt),
    start: state.start,
    end,
    signal,
    progress: (done, values) => report('readings', done, values),
  })
  const checkpoints = Object.fromEntries(simulations.map(each => [each.site.id, each.checkpoint(end)]))
  return { filled, checkpoints }
}

/** Has the ledger look at what was filled, meter after meter, and waits for it. */
export async function loadEnergy(filled: readonly Filled[], options: LoadOptions): Promise<void> {
  const { ledger, report, signal } = options
  const meters = filled.filter(isMeter)
  for (const [index, { site, device, from, to }] of meters.entries()) {
    signal.throwIfAborted()
    ledger.touch(site, device, from, to)
    await ledger.settled({ site, device })
    report('energy', (index + 1) / meters.length, index + 1)
  }
}

function isMeter({ site, device }: Filled): boolean {
  const spec = demoSites.find(({ id }) => id === site)?.devices.find(({ id }) => id === device)
  return spec !== undefined && hasPower(spec)
}

export function simulationsOf({
  seed,
  start,
  loadedAt,
  checkpoints,
}: Omit<DemoState, 'account'>): Simulation[] {
  const { swaps } = incidentsBefore(loadedAt)
  return demoSites.map(site => {
    const own = swaps.filter(swap => swap.site === site.id)
    return new Simulation(seed, site, { start, checkpoint: checkpoints[site.id], swaps: own })
  })
}
