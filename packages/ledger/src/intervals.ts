import type { Samples } from './columns.ts'
import { certainty, StepColumns, type Steps } from './counters.ts'

/**
 * Energies of intervals that ended at each sample's time, as steps. Where intervals overlap, a later one counts from the
 * end of the one before, with its share. An interval longer than a slot is known in total only.
 * @param samples whole mWh, of one direction
 * @param intervalMs length of each
 */
export function intervalSteps(samples: Samples, intervalMs: number): Steps {
  const { times, values } = samples
  const out = new StepColumns(times.length)
  let previous = Number.NEGATIVE_INFINITY
  for (let i = 0; i < times.length; i++) {
    const to = times[i]!
    const from = Math.max(previous, to - intervalMs)
    previous = to
    const energy = Math.round((values[i]! * (to - from)) / intervalMs)
    out.add(from, to, energy, energy === 0 || intervalMs <= 900_000 ? certainty.measured : certainty.spread)
  }
  return out.done()
}
