import type { Ledger } from '@ohmstead/ledger'
import type { Clock } from '@ohmstead/model'
import type { ReadingStore } from '@ohmstead/telemetry'
import { Progress } from '../transfer/progress.ts'
import { backfill, type Filled } from './backfill.ts'
import type { DemoState } from './demoState.ts'
import { incidentsBefore } from './incidents.ts'
import { type Checkpoint, Simulation } from './simulation.ts'
import { demoSites } from './sites/index.ts'
import { hasPower } from './spec.ts'

export interface LoadOptions {
  readonly store: ReadingStore
  readonly ledger: Ledger
  readonly state: DemoState
  readonly clock: Clock
  readonly out: NodeJS.WritableStream
  readonly signal: AbortSignal
}

/**
 * Brings readings and energy up to now.
 * @returns where each site's simulation stands
 */
export async function loadHistory(options: LoadOptions): Promise<Record<string, Checkpoint>> {
  const { store, ledger, state, clock, out, signal } = options
  const incidents = incidentsBefore(state.loadedAt)
  const simulations = simulationsOf(state)
  const bar = new Progress({ out, clock, label: 'readings', unit: 'values' })
  const end = clock.now()
  const filled = await backfill({
    store,
    simulations,
    incidents,
    start: state.start,
    end,
    signal,
    progress: (done, values) => bar.update(done, values),
  })
  bar.end()
  const energy = new Progress({ out, clock, label: 'energy  ', unit: 'meters' })
  const meters = filled.filter(isMeter)
  for (const [index, { site, device, from, to }] of meters.entries()) {
    signal.throwIfAborted()
    ledger.touch(site, device, from, to)
    await ledger.settled()
    energy.update((index + 1) / meters.length, index + 1)
  }
  energy.end()
  return Object.fromEntries(simulations.map(each => [each.site.id, each.checkpoint(end)]))
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
