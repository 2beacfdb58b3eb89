import type { Energy, EnergyBucket } from '@ohmstead/sdk'

/** Energy since local midnight. null is unknown. `completeness` is of the time until now, 0–1. */
export interface Today {
  readonly importWh: number | null
  readonly exportWh: number | null
  readonly completeness: number
}

/** Adds slots up. A slot that lies ahead, or has only just begun, is not missing yet. */
export function todayOf(buckets: readonly EnergyBucket[], now: number): Today {
  let knownMs = 0
  let allMs = 0
  for (const { start, end, completeness } of buckets) {
    const from = Date.parse(start)
    const passed = Math.min(Date.parse(end), now) - from
    if (passed <= 0) continue
    const whole = Date.parse(end) - from
    allMs += passed
    knownMs += Math.min(passed, completeness * whole)
  }
  return {
    importWh: sum(buckets.map(bucket => bucket.importWh)),
    exportWh: sum(buckets.map(bucket => bucket.exportWh)),
    completeness: allMs === 0 ? 0 : knownMs / allMs,
  }
}

/** One day's energy of each device. */
export function byDevice(energy: Energy): Map<string, EnergyBucket> {
  const devices = new Map<string, EnergyBucket>()
  for (const { key, buckets } of energy.groups) {
    const bucket = buckets.at(-1)
    if (bucket !== undefined) devices.set(key, bucket)
  }
  return devices
}

/** null when nothing is known, which is not the same as nothing used. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
}
