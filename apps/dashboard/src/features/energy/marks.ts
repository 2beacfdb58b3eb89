import type { Bucket } from '@ohmstead/model'
import type { Revision, SavedEdit } from '../../api/energy.ts'
import { concerns, isNews } from '../../parts/news.ts'
import { isEdited } from './certainty.ts'
import type { Segment } from './segments.ts'

export type Mark = 'edited' | 'changed' | null

interface Asked {
  readonly bars: readonly Bucket[]
  readonly segments: readonly Pick<Segment, 'buckets'>[]
  /** null where there are too many to be listed: then none is marked, rather than some. */
  readonly revisions: readonly Revision[] | null
  /** In force. */
  readonly edits: readonly Pick<SavedEdit, 'edit'>[]
}

/** Which bars people corrected, and which changed by themselves after they were final. */
export function marksOf({ bars, segments, revisions, edits }: Asked): Mark[] {
  const marks = bars.map(
    (bar, at): Mark =>
      edits.some(edit => concerns(edit, bar.start, bar.end)) ||
      segments.some(({ buckets }) => buckets[at] !== undefined && isEdited(buckets[at]))
        ? 'edited'
        : null,
  )
  for (const revision of revisions ?? []) {
    if (!isNews(revision)) continue
    const time = Date.parse(revision.start)
    const at = bars.findIndex(({ start, end }) => time >= start && time < end)
    if (at >= 0 && marks[at] === null) marks[at] = revision.cause === 'edit' ? 'edited' : 'changed'
  }
  return marks
}
