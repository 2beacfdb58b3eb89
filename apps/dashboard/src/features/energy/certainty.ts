import type { EnergyBucket } from '@ohmstead/sdk'

/** How much of a bar is hatched: it says how much of its time was interpolated or estimated. */
export type Hatching = 'none' | 'some' | 'most'

type Judged = Pick<EnergyBucket, 'importWh' | 'exportWh' | 'completeness' | 'quality'>

/** Half of what is known, and more, is `most`. Nothing known has nothing to hatch. */
export function hatchingOf({ quality, completeness }: Judged): Hatching {
  const uncertain = (quality.interpolated ?? 0) + (quality.estimated ?? 0)
  if (completeness <= 0 || uncertain < trace) return 'none'
  return uncertain >= completeness / 2 ? 'most' : 'some'
}

/** Less than this share of the time is rounding: a second of a day. */
const trace = 1e-5

/** Why a bar is blank or too short; null where all of it is known. */
export type Gap = 'ahead' | 'unknown' | 'partly' | null

/** @param start of the bar, epoch ms */
export function gapOf(bucket: Judged, start: number, now: number): Gap {
  if (start >= now) return 'ahead'
  if (bucket.importWh === null && bucket.exportWh === null) return 'unknown'
  return bucket.completeness < 1 - trace ? 'partly' : null
}

/** Whether people changed some of it. */
export function isEdited({ quality }: Judged): boolean {
  return (quality.edited ?? 0) > 0
}

/** Shares of the time that were not plainly measured, in the order in which they are told. */
export function qualityShares({
  quality,
}: Judged): { name: 'interpolated' | 'estimated' | 'recovered' | 'edited' | 'missing'; share: number }[] {
  return (['interpolated', 'estimated', 'recovered', 'edited', 'missing'] as const)
    .map(name => ({ name, share: quality[name] ?? 0 }))
    .filter(({ share }) => share >= trace)
}
