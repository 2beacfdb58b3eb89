import {
  type Bucket,
  type By,
  calendarBuckets,
  type Instant,
  type Quality,
  qualities,
  slotMs,
} from '@ohmstead/model'
import type { Range } from './columns.ts'
import { ancestors, type MeterDirectory } from './directory.ts'
import { qualityIndex, type SlotColumns } from './meter.ts'

export type Group = 'site' | 'place' | 'device'

export interface EnergyQuery {
  readonly site: string
  /** Default: the site's. */
  readonly zone?: string
  readonly from: Instant
  readonly to: Instant
  readonly by: By
  readonly group: Group
  /** Only these meters; virtual ones may be named. Default: every device that has energy. */
  readonly devices?: readonly string[]
  /** For `group: 'place'`: where a device is; null is nowhere, in a group with an empty key. */
  readonly placeOf?: (device: string) => string | null
}

export interface EnergyBucket {
  readonly start: Instant
  readonly end: Instant
  /** Wh; null when nothing is known. */
  readonly importWh: number | null
  readonly exportWh: number | null
  /** Share of the time up to now that readings account for, 0–1. */
  readonly completeness: number
  /** Shares of that time by quality, `missing` included; their sum is 1. */
  readonly quality: Readonly<Record<Quality, number>>
}

export interface EnergyGroup {
  /** A device, a place, or the site. */
  readonly key: string
  readonly buckets: readonly EnergyBucket[]
}

export interface EnergyAnswer {
  readonly by: By
  readonly timezone: string
  readonly groups: readonly EnergyGroup[]
}

/** A meter's part in a group. What is subtracted is counted in another group. */
export interface Part {
  readonly device: string
  readonly sign: 1 | -1
}

/**
 * Which meters make which group, so that nothing counts twice: a device under a sub-meter is in its parent already.
 * By place it counts where it is, and is taken from the place of its parent. Asked for one by one, each stands for itself.
 */
export function groupsOf(
  query: Pick<EnergyQuery, 'site' | 'group' | 'placeOf'>,
  meters: readonly string[],
  directory: MeterDirectory,
): Map<string, Part[]> {
  const groups = new Map<string, Part[]>()
  const add = (key: string, part: Part) => groups.set(key, [...(groups.get(key) ?? []), part])
  const keyOf = (device: string) => {
    if (query.group === 'device') return device
    return query.group === 'site' ? query.site : (query.placeOf?.(device) ?? '')
  }
  const present = new Set(meters)
  for (const device of meters) {
    const key = keyOf(device)
    const parent = ancestors(directory, query.site, device).find(id => present.has(id))
    if (query.group === 'device' || parent === undefined) add(key, { device, sign: 1 })
    else if (keyOf(parent) !== key) {
      add(key, { device, sign: 1 })
      add(keyOf(parent), { device, sign: -1 })
    }
  }
  if (query.group === 'site' && groups.size === 0) groups.set(query.site, [])
  return groups
}

export interface PartSlots {
  readonly sign: 1 | -1
  readonly slots: SlotColumns
  /** Start of its first slot with energy, and of its last when it is out of use; it is expected between. */
  readonly first: Instant
  readonly last: Instant
}

/** Whole slots that the buckets of a query need. */
export function slotsOf(buckets: readonly Bucket[]): Range {
  const first = buckets[0]
  const last = buckets.at(-1)
  if (!first || !last) return { from: 0, to: 0 }
  return { from: Math.floor(first.start / slotMs) * slotMs, to: Math.ceil(last.end / slotMs) * slotMs }
}

export function bucketsOf(query: EnergyQuery, zone: string): Bucket[] {
  return calendarBuckets({ from: query.from, to: query.to }, query.by, zone)
}

/** Energy of one group in each bucket. A slot belongs to the bucket in which it begins. */
export function sumBuckets(
  parts: readonly PartSlots[],
  buckets: readonly Bucket[],
  now: Instant,
): EnergyBucket[] {
  const single = parts.length === 1 ? parts[0]!.slots : null
  const sums = single ? { imports: single.importMilliWh, exports: single.exportMilliWh } : netSlots(parts)
  return buckets.map(({ start, end }) => {
    const range = slotIndices(parts, start, end)
    const energy = {
      importWh: sums ? total(sums.imports, range) : null,
      exportWh: sums ? total(sums.exports, range) : null,
    }
    return { start, end, ...energy, ...completeness(parts, range, { start, end: Math.min(end, now) }) }
  })
}

function slotIndices(parts: readonly PartSlots[], start: Instant, end: Instant): [number, number] {
  const first = parts[0]?.slots.first ?? 0
  return [Math.ceil((start - first) / slotMs), Math.ceil((end - first) / slotMs)]
}

/** Wh; NaNs are unknown and left out; null when there is nothing else. */
function total(milliWh: Float64Array, [first, last]: readonly [number, number]): number | null {
  let sum = 0
  let known = false
  for (let k = first; k < last; k++) {
    const energy = milliWh[k]!
    if (Number.isNaN(energy)) continue
    sum += energy
    known = true
  }
  return known ? sum / 1000 : null
}

/** Parts added up; where more is taken away than there is, the rest flows the other way. */
function netSlots(parts: readonly PartSlots[]): { imports: Float64Array; exports: Float64Array } | null {
  const model = parts[0]?.slots
  if (!model) return null
  const imports = new Float64Array(model.length).fill(Number.NaN)
  const exports = new Float64Array(model.length).fill(Number.NaN)
  for (const { sign, slots } of [...parts].sort((a, b) => b.sign - a.sign)) {
    for (let k = 0; k < model.length; k++) {
      if (sign === 1) {
        imports[k] = plus(imports[k]!, slots.importMilliWh[k]!)
        exports[k] = plus(exports[k]!, slots.exportMilliWh[k]!)
      } else takeAway(imports, exports, k, (slots.importMilliWh[k]! || 0) - (slots.exportMilliWh[k]! || 0))
    }
  }
  return { imports, exports }
}

function plus(sum: number, more: number): number {
  if (Number.isNaN(more)) return sum
  return Number.isNaN(sum) ? more : sum + more
}

function takeAway(imports: Float64Array, exports: Float64Array, k: number, net: number): void {
  // Nothing is known of the parent: what its child used says nothing about the rest.
  if (Number.isNaN(imports[k]!) && Number.isNaN(exports[k]!)) return
  const [from, to, energy] = net >= 0 ? [imports, exports, net] : [exports, imports, -net]
  const left = (from[k]! || 0) - energy
  from[k] = Math.max(0, left)
  if (left < 0) to[k] = (to[k]! || 0) - left
}

type Share = Pick<EnergyBucket, 'completeness' | 'quality'>

function completeness(
  parts: readonly PartSlots[],
  [first, last]: readonly [number, number],
  until: Bucket,
): Share {
  const byQuality = new Float64Array(qualities.length)
  const length = Math.max(0, until.end - until.start)
  let expected = 0
  for (const part of parts) {
    if (part.sign === -1 || part.first >= until.end || part.last < until.start) continue
    expected += length
    const { coveredMs, quality } = part.slots
    for (let k = first; k < last; k++) byQuality[quality[k]!]! += coveredMs[k]!
  }
  return shares(byQuality, expected)
}

function shares(byQuality: Float64Array, expected: number): Share {
  let covered = 0
  for (const ms of byQuality) covered += ms
  // Readings from a clock that runs ahead cover time that has not been yet.
  const all = Math.max(expected, covered)
  const shareOf = (name: Quality) => (all > 0 ? byQuality[qualityIndex[name]]! / all : 0)
  const known = all > 0 ? covered / all : 0
  return {
    completeness: known,
    quality: {
      measured: shareOf('measured'),
      interpolated: shareOf('interpolated'),
      estimated: shareOf('estimated'),
      recovered: shareOf('recovered'),
      edited: shareOf('edited'),
      missing: 1 - known,
    },
  }
}
