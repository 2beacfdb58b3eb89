import type { Energy, EnergyBucket } from '@ohmstead/sdk'

/** The day that is still going on, of each group. Its completeness is of the time until now. */
export function byKey(energy: Energy): Map<string, EnergyBucket> {
  const groups = new Map<string, EnergyBucket>()
  for (const { key, buckets } of energy.groups) {
    const bucket = buckets.at(-1)
    if (bucket !== undefined) groups.set(key, bucket)
  }
  return groups
}
