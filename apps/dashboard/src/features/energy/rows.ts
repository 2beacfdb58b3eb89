import type { EnergyBucket } from '@ohmstead/sdk'
import type { Messages } from '../../i18n/en.ts'
import type { Format } from '../../i18n/format.ts'
import { othersStyle, type SeriesStyle } from '../../ui/chart/seriesStyles.ts'
import { gapOf, qualityShares } from './certainty.ts'
import type { Names } from './names.ts'
import type { EnergySearch } from './search.ts'
import { addKnown, completenessOf, fewer, mostSegments, type Segment } from './segments.ts'
import type { Shown } from './shown.ts'
import type { EnergyShown } from './useEnergy.ts'
import { insideOf } from './view.ts'

/** One line of the list, for the chosen bar or the whole time. */
export interface Row {
  readonly key: string
  readonly name: string
  readonly style: SeriesStyle | null
  readonly means: string | null
  readonly usedWh: number | null
  readonly fedInWh: number | null
  /** In the compared time; undefined where nothing is compared. */
  readonly earlierWh: number | null | undefined
  /** Share of the time. */
  readonly known: number | null
  readonly notes: readonly string[]
  /** Where its name leads. */
  readonly to: EnergySearch | null
}

export interface Rows {
  /** What adds up to the whole. */
  readonly parts: readonly Row[]
  /** Virtual meters; they are in no sum. */
  readonly computed: readonly Row[]
}

interface Asked {
  readonly search: EnergySearch
  readonly shown: Shown
  readonly energy: EnergyShown
  readonly names: Names
  readonly now: number
  readonly format: Format
  readonly text: Messages['energy']
}

export function rowsOf(asked: Asked): Rows | undefined {
  const { shown, energy } = asked
  if (energy.segments === undefined) return undefined
  const alone = new Set(fewer(energy.segments, mostSegments).segments.map(keyOf))
  const parts = energy.segments.map(segment => partRow(asked, segment, alone.has(keyOf(segment))))
  const computed = energy.computed.map(
    ({ meter, buckets }): Row => ({
      key: `virtual ${meter.id}`,
      name: meter.name,
      style: null,
      means: null,
      ...figuresOf(asked, buckets),
      earlierWh: undefined,
      to: toDevice(asked, meter.id),
    }),
  )
  return { parts: shown.bar === null ? parts : largestFirst(parts), computed }
}

/** Solar panels use nothing: a zero there would only be in the way. */
export const makesOnly = ({ usedWh, fedInWh }: Row) => (fedInWh ?? 0) > 0 && (usedWh ?? 0) === 0

function partRow(asked: Asked, segment: Segment, hasColour: boolean): Row {
  const { shown, names, energy } = asked
  const { comparedBy } = energy
  return {
    key: keyOf(segment),
    name: names.of(segment),
    style: segment.kind === 'untracked' || hasColour ? names.style(segment) : othersStyle,
    means: names.means(segment),
    ...figuresOf(asked, segment.buckets),
    earlierWh:
      shown.bar === null && comparedBy !== null ? (comparedBy.get(keyOf(segment)) ?? null) : undefined,
    to: inside(asked, segment),
  }
}

function inside(asked: Asked, { kind, key }: Segment): EnergySearch | null {
  if (kind === 'meter' || kind === 'untracked') return toDevice(asked, key)
  return kind === 'place' ? { ...asked.search, group: 'device', place: key } : null
}

/** A device in the chosen bar; without one in the same time, with the same bars. */
function toDevice({ search, shown, format }: Asked, device: string): EnergySearch {
  if (shown.bar === null) return { ...search, device }
  const { bar: _, by: __, ...rest } = search
  return { ...rest, device, ...insideOf(shown, shown.bar, format.zone) }
}

function figuresOf({ shown, now, format, text }: Asked, buckets: readonly EnergyBucket[]) {
  const bucket = shown.bar === null ? undefined : buckets[shown.bar]
  const counted = shown.bar === null ? buckets : bucket === undefined ? [] : [bucket]
  const gap = bucket === undefined ? null : gapOf(bucket, Date.parse(bucket.start), now)
  const shares = bucket === undefined ? [] : qualityShares(bucket).filter(({ name }) => name !== 'missing')
  return {
    usedWh: addKnown(counted.map(one => one.importWh)),
    fedInWh: addKnown(counted.map(one => one.exportWh)),
    known: completenessOf(counted, now),
    notes: [
      ...(gap === 'ahead' || gap === 'unknown' ? [text.gap[gap]] : []),
      ...shares.map(({ name, share }) => text.qualityShare(format.share(share), text.quality[name])),
    ],
  }
}

/** What is not tracked stays last. */
function largestFirst(rows: readonly Row[]): Row[] {
  const size = (row: Row) => Math.max(row.usedWh ?? -1, row.fedInWh ?? -1)
  const last = (row: Row) => Number(row.means !== null)
  return rows.toSorted((a, b) => last(a) - last(b) || size(b) - size(a))
}

const keyOf = ({ kind, key }: Segment) => `${kind} ${key}`
