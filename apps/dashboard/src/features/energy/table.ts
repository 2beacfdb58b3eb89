import { isoLocal } from '@ohmstead/model'
import type { Messages } from '../../i18n/en.ts'
import type { Names } from './names.ts'
import type { Segment } from './segments.ts'
import type { Shown } from './shown.ts'

interface Asked {
  readonly segments: readonly Segment[]
  readonly shown: Pick<Shown, 'bars'>
  readonly names: Names
  readonly text: Messages['energy']
  readonly zone: string
}

/** Every number of the picture in Wh, for files: one row a bar, the columns of each segment side by side. */
export function tableOf({ segments, shown, names, text, zone }: Asked): {
  head: string[]
  rows: (string | number | null)[][]
} {
  const exporting = new Set(
    segments.filter(({ buckets }) => buckets.some(bucket => (bucket.exportWh ?? 0) > 0)),
  )
  const head = [
    text.csv.time,
    text.csv.end,
    ...segments.flatMap(segment => {
      const name = names.of(segment)
      return [
        `${name}, ${text.usedWord}, Wh`,
        ...(exporting.has(segment) ? [`${name}, ${text.deliveredWord}, Wh`] : []),
        `${name}, ${text.csv.known}`,
      ]
    }),
  ]
  const rows = shown.bars.map(({ start, end }, at) => [
    isoLocal(start, zone),
    isoLocal(end, zone),
    ...segments.flatMap(segment => {
      const bucket = segment.buckets[at]
      return [
        bucket?.importWh ?? null,
        ...(exporting.has(segment) ? [bucket?.exportWh ?? null] : []),
        bucket?.completeness ?? null,
      ]
    }),
  ])
  return { head, rows }
}
