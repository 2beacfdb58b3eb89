import type { Quality } from '@ohmstead/model'
import type { Energy, EnergyBucket } from '@ohmstead/sdk'

type Group = Energy['groups'][number]

/** One colour of the stack. The segments of a bucket add up to what was used; nothing is in two of them. */
export interface Segment {
  /** A device, a place, the parent meter whose rest it is, or the site. */
  readonly key: string
  readonly kind: 'meter' | 'place' | 'untracked' | 'others' | 'site'
  readonly buckets: readonly EnergyBucket[]
}

interface Tree {
  /** The meter that also measures this one; null for none. */
  readonly parentOf: (device: string) => string | null
  /** Where a device is; empty for nowhere. */
  readonly placeOf: (device: string) => string
}

/**
 * Meters as parts of a whole. One that has others below it stands for the rest that they leave, so that its energy is
 * not counted again; the rest is named for what it is.
 * @param meters energy of every meter, each for itself
 */
export function segmentsOf(meters: readonly Group[], by: 'device' | 'place', tree: Tree): Segment[] {
  const byKey = new Map(meters.map(group => [group.key, group]))
  const below = childrenOf(byKey, tree)
  const leaves = meters.filter(({ key }) => !below.has(key))
  const rests = [...below].map(
    ([key, children]): Segment => ({
      key,
      kind: 'untracked',
      buckets: restOf(
        byKey.get(key)!,
        children.map(child => byKey.get(child)!),
      ),
    }),
  )
  if (by === 'device')
    return [...leaves.map(({ key, buckets }): Segment => ({ key, kind: 'meter', buckets })), ...rests]
  const places = Map.groupBy(leaves, ({ key }) => tree.placeOf(key))
  const there = [...places].map(
    ([key, groups]): Segment => ({
      key,
      kind: 'place',
      buckets: sumOf(groups.map(({ buckets }) => buckets)),
    }),
  )
  return [...there, ...rests]
}

/** Meters directly below each meter that has some; a meter between that has no energy is passed over. */
function childrenOf(known: ReadonlyMap<string, Group>, { parentOf }: Tree): Map<string, string[]> {
  const below = new Map<string, string[]>()
  for (const key of known.keys()) {
    const passed = new Set([key])
    let parent = parentOf(key)
    while (parent !== null && !known.has(parent) && !passed.has(parent)) {
      passed.add(parent)
      parent = parentOf(parent)
    }
    if (parent === null || !known.has(parent) || passed.has(parent)) continue
    below.set(parent, [...(below.get(parent) ?? []), key])
  }
  return below
}

/** What a meter measured besides its sub-meters. Where they leave less than nothing, something else fed in. */
function restOf(parent: Group, children: readonly Group[]): EnergyBucket[] {
  return parent.buckets.map((bucket, at) => {
    const parts = children.map(child => child.buckets[at]).filter(part => part !== undefined)
    const shares = weakest([bucket, ...parts])
    if (bucket.importWh === null && bucket.exportWh === null) return { ...bucket, ...shares }
    const net = netOf(bucket) - parts.reduce((sum, part) => sum + netOf(part), 0)
    // Whole milliwatt-hours, as the ledger counts: below that is only the arithmetic.
    const rest = Math.round(net * 1000) / 1000
    return { ...bucket, importWh: Math.max(0, rest), exportWh: Math.max(0, -rest), ...shares }
  })
}

const netOf = ({ importWh, exportWh }: EnergyBucket) => (importWh ?? 0) - (exportWh ?? 0)

const uncertainQualities = ['interpolated', 'estimated', 'recovered', 'edited'] as const

/** A difference is no better known than the least known of what it is made of. */
function weakest(buckets: readonly EnergyBucket[]): Pick<EnergyBucket, 'completeness' | 'quality'> {
  const completeness = Math.min(...buckets.map(bucket => bucket.completeness))
  const quality: Partial<Record<Quality, number>> = {}
  let left = completeness
  for (const name of uncertainQualities) {
    quality[name] = Math.min(left, Math.max(...buckets.map(bucket => bucket.quality[name] ?? 0)))
    left -= quality[name]
  }
  return { completeness, quality: { ...quality, measured: Math.max(0, left), missing: 1 - completeness } }
}

/** Several as one: energies add up, shares of time are their mean. */
export function sumOf(all: readonly (readonly EnergyBucket[])[]): EnergyBucket[] {
  return (all[0] ?? []).map((first, at) => {
    const parts = all.map(buckets => buckets[at]).filter(part => part !== undefined)
    const mean = (of: (bucket: EnergyBucket) => number) =>
      parts.reduce((sum, part) => sum + of(part), 0) / parts.length
    const quality = Object.fromEntries(
      [...uncertainQualities, 'measured', 'missing'].map(name => [
        name,
        mean(part => part.quality[name as Quality] ?? 0),
      ]),
    )
    return {
      start: first.start,
      end: first.end,
      importWh: addKnown(parts.map(part => part.importWh)),
      exportWh: addKnown(parts.map(part => part.exportWh)),
      completeness: mean(part => part.completeness),
      quality,
    }
  })
}

/** Unknown stays unknown when nothing is known; it is never zero. */
export function addKnown(amounts: readonly (number | null | undefined)[]): number | null {
  let sum: number | null = null
  for (const amount of amounts) if (amount !== null && amount !== undefined) sum = (sum ?? 0) + amount
  return sum
}

export type Flow = 'importWh' | 'exportWh'

export function totalOf({ buckets }: Pick<Segment, 'buckets'>, flow: Flow): number | null {
  return addKnown(buckets.map(bucket => bucket[flow]))
}

/** Largest first; what is not tracked comes last, on top of the stack. */
export function inOrder(segments: readonly Segment[]): Segment[] {
  const size = new Map(
    segments.map(one => [one, Math.max(totalOf(one, 'importWh') ?? -1, totalOf(one, 'exportWh') ?? -1)]),
  )
  const last = ({ kind }: Segment) => Number(kind === 'untracked')
  return segments.toSorted(
    (a, b) => last(a) - last(b) || size.get(b)! - size.get(a)! || (a.key < b.key ? -1 : 1),
  )
}

/** So many named segments have a colour of their own. */
export const mostSegments = 9

/** At most `most` named segments; the smallest become one that says how many it holds. What is not tracked stays. */
export function fewer(ordered: readonly Segment[], most: number): { segments: Segment[]; others: number } {
  const named = ordered.filter(({ kind }) => kind !== 'untracked')
  const rests = ordered.filter(({ kind }) => kind === 'untracked')
  if (named.length <= most) return { segments: [...ordered], others: 0 }
  const small = named.slice(most - 1)
  const others: Segment = { key: '', kind: 'others', buckets: sumOf(small.map(({ buckets }) => buckets)) }
  return { segments: [...named.slice(0, most - 1), others, ...rests], others: small.length }
}

/** Share of a period so far that is known: buckets weigh as much as the time of them that has been. */
export function completenessOf(
  buckets: readonly { readonly start: string; readonly end: string; readonly completeness: number }[],
  now: number,
): number | null {
  let known = 0
  let all = 0
  for (const { start, end, completeness } of buckets) {
    const length = Math.min(Date.parse(end), now) - Date.parse(start)
    if (length <= 0) continue
    all += length
    known += completeness * length
  }
  return all === 0 ? null : known / all
}

/** A meter of which nothing at all is known in this time is not part of the picture. */
export function isKnown({ kind, buckets }: Segment): boolean {
  return (
    kind === 'site' ||
    kind === 'meter' ||
    buckets.some(({ importWh, exportWh }) => (importWh ?? 0) > 0 || (exportWh ?? 0) > 0)
  )
}
