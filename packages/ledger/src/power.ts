import { type Instant, slotMs } from '@ohmstead/model'
import { isHeld } from './cadence.ts'
import { filterSamples, lowerBound, type Range, type Samples } from './columns.ts'
import { type SlotEnergy, slotEnergy } from './slotEnergy.ts'

/** Energy from power samples, both directions: what is positive is import, what is negative is export. */
export interface PowerEnergy {
  readonly imports: SlotEnergy
  readonly exports: SlotEnergy
}

/** A lone sample so many times over what the device can draw, and over its neighbours, is a fault of the sensor. */
const spikeOverCap = 2
const spikeOverNeighbours = 10

/**
 * Power samples without lone absurd ones. The last sample is open as long as nothing follows that confirms it.
 * @param capW the most that the device draws for longer
 */
export function withoutSpikes(samples: Samples, capW: number): Samples {
  const { values } = samples
  const sizeAt = (i: number) => Math.abs(values[i] ?? 0)
  return filterSamples(samples, (_, value, i) => {
    const size = Math.abs(value)
    if (size <= spikeOverCap * capW) return true
    return size <= spikeOverNeighbours * Math.max(sizeAt(i - 1), sizeAt(i + 1))
  })
}

/** W × ms in a mWh. */
const wattMsPerMilliWh = 3600

/**
 * Power samples, W, integrated by trapezoid and split at slot borders and at the zero crossing. Where two samples are
 * further apart than the hold limit nothing is known between them.
 * @param sign -1 for power that is positive when it is exported
 */
export function powerEnergy(samples: Samples, range: Range, sign: 1 | -1): PowerEnergy {
  const imports = slotEnergy(range)
  const exports: SlotEnergy = { ...slotEnergy(range), coveredMs: imports.coveredMs }
  const into = sign === 1 ? { imports, exports } : { imports: exports, exports: imports }
  integrate(samples, range, into)
  toMilliWh(imports.milliWh)
  toMilliWh(exports.milliWh)
  return { imports, exports }
}

function integrate({ times, values }: Samples, range: Range, into: PowerEnergy): void {
  const positive = into.imports.milliWh
  const covered = into.imports.coveredMs
  const begin = Math.max(1, lowerBound(times, range.from))
  for (let i = begin; i < times.length; i++) {
    const from = times[i - 1]!
    if (from >= range.to) break
    const to = times[i]!
    if (!isHeld(times, i, to - from)) continue
    const p0 = values[i - 1]!
    const p1 = values[i]!
    const slot = Math.floor((from - range.from) / slotMs)
    if (slot >= 0 && p0 >= 0 && p1 >= 0 && to <= range.from + (slot + 1) * slotMs) {
      positive[slot]! += ((p0 + p1) / 2) * (to - from)
      covered[slot]! += to - from
    } else addStep(from, to, p0, p1, range, into)
  }
}

function addStep(from: Instant, to: Instant, p0: number, p1: number, range: Range, into: PowerEnergy): void {
  const at = (time: Instant) => (time === to ? p1 : p0 + ((p1 - p0) * (time - from)) / (to - from))
  let begin = Math.max(from, range.from)
  const last = Math.min(to, range.to)
  while (begin < last) {
    const slot = Math.floor((begin - range.from) / slotMs)
    const end = Math.min(last, range.from + (slot + 1) * slotMs)
    into.imports.coveredMs[slot]! += end - begin
    addSigned(into, slot, at(begin), at(end), end - begin)
    begin = end
  }
}

/** W·ms of a line from `p0` to `p1`; a triangle for each sign when it crosses zero. */
function addSigned(into: PowerEnergy, slot: number, p0: number, p1: number, ms: number): void {
  const positive = into.imports.milliWh
  const negative = into.exports.milliWh
  if (p0 >= 0 && p1 >= 0) positive[slot]! += ((p0 + p1) / 2) * ms
  else if (p0 <= 0 && p1 <= 0) negative[slot]! -= ((p0 + p1) / 2) * ms
  else {
    const [up, down] = p0 > 0 ? [p0, -p1] : [p1, -p0]
    positive[slot]! += (up / 2) * (up / (up + down)) * ms
    negative[slot]! += (down / 2) * (down / (up + down)) * ms
  }
}

function toMilliWh(wattMs: Float64Array): void {
  for (let k = 0; k < wattMs.length; k++) wattMs[k] = Math.round(wattMs[k]! / wattMsPerMilliWh)
}
