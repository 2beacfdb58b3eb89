import type { RuleEvent } from '@ohmstead/sdk'
import type { SaidPages } from '../../api/said.ts'
import type { SaidNow } from '../../live/siteLive.ts'

/** Events of one calendar day of the site, newest first. */
export interface Day {
  /** As 2026-03-29. */
  readonly date: string
  readonly items: readonly RuleEvent[]
}

const byTime = (a: RuleEvent, b: RuleEvent) => b.time - a.time || b.seq - a.seq

/** What the pages hold, in the order of its time, each once. What lies beyond the last page belongs to pages that are not there yet. */
export function itemsOf({ pages }: Pick<SaidPages, 'pages'>): RuleEvent[] {
  const items = new Map(pages.flatMap(({ items }) => items.map(item => [item.seq, item] as const)))
  const sorted = [...items.values()].sort(byTime)
  const last = pages.at(-1)
  if (last === undefined || last.next === null) return sorted
  const end = items.get(last.next)
  return end === undefined ? sorted : sorted.filter(item => byTime(item, end) <= 0)
}

/** @param items newest first · @param dateOf the site's date of a time */
export function daysOf(items: readonly RuleEvent[], dateOf: (time: number) => string): Day[] {
  const days = Map.groupBy(items, ({ time }) => dateOf(time))
  return [...days].map(([date, items]) => ({ date, items }))
}

/**
 * The pages with what became known since: the newest are new, or stand for what was known of them.
 * @param newest by when they became known
 * @returns undefined when something may be missing between, so that all has to be asked for again
 */
export function merged(pages: SaidPages, newest: readonly RuleEvent[]): SaidPages | undefined {
  const fresh = new Map(newest.map(item => [item.seq, item]))
  const known = new Set(pages.pages.flatMap(({ items }) => items.map(({ seq }) => seq)))
  const bothSpeak = newest.length > 0 && known.size > 0
  if (bothSpeak && !newest.some(({ seq }) => known.has(seq))) return undefined
  const added = newest.filter(({ seq }) => !known.has(seq))
  return {
    ...pages,
    pages: pages.pages.map(({ items, next }, at) => ({
      items: [...(at === 0 ? added : []), ...items.map(item => fresh.get(item.seq) ?? item)],
      next,
    })),
  }
}

/** Whether late readings told otherwise: something in the list is no longer so, wherever it stands. */
export function changesThePast({ type, data }: SaidNow, items: readonly RuleEvent[]): boolean {
  if (type === 'event') return data.retracted
  if (data.clearedBy === 'revised') return true
  const { rule, key, raisedAt, clearedAt } = data
  // What is open again was told to be over.
  return (
    clearedAt === null &&
    items.some(
      item =>
        item.kind === 'cleared' &&
        !item.retracted &&
        item.rule === rule &&
        item.key === key &&
        item.time >= raisedAt,
    )
  )
}

/** The greatest `seq` among them; 0 when there are none. */
export const newestSeq = (items: readonly RuleEvent[]): number =>
  items.reduce((most, { seq }) => Math.max(most, seq), 0)
