import type { Instant } from '@ohmstead/model'
import type { Pruning } from './alertStore.ts'
import type { Database } from './database.ts'

/** Rows of one transaction: some milliseconds. */
const pruneAtOnce = 1000

/** One part of what `AlertStore.prune` forgets. @returns where to go on, null at the end */
export function prune(database: Database, { before, told, hooks, from }: Pruning): number | null {
  database.run(
    'DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE cleared_at < ? LIMIT ?)',
    ...[before, pruneAtOnce],
  )
  const page = database.all(
    'SELECT seq FROM said WHERE seq > ? AND seq <= ? AND recorded_at < ? ORDER BY seq LIMIT ?',
    ...[from, told, before, pruneAtOnce],
  )
  const last = page.length === 0 ? undefined : Number(page.at(-1)!.seq)
  if (last !== undefined) forgetSaid(database, { after: from, through: last }, before, hooks)
  if (page.length === pruneAtOnce) return last!
  forgetReaders(database, hooks)
  return null
}

/** What is not part of the life of an alert that is kept, and was told to those who are to be told. */
function forgetSaid(
  database: Database,
  { after, through }: { after: number; through: number },
  before: Instant,
  hooks: Pruning['hooks'],
): void {
  database.run(
    `DELETE FROM said WHERE seq > ? AND seq <= ? AND recorded_at < ? AND time < ?
     AND (kind = 'event' OR NOT EXISTS (
       SELECT 1 FROM alerts WHERE alerts.site = said.site AND alerts.rule = said.rule AND alerts.key = said.key
       AND alerts.raised_at <= said.time))
     AND NOT EXISTS (
       SELECT 1 FROM json_each(?) hook WHERE hook.value->>'site' = said.site AND hook.value->>'rule' = said.rule
       AND hook.value->>'seq' < said.seq)`,
    ...[after, through, before, before, JSON.stringify(hooks)],
  )
}

/** Of webhooks that are no more, once there is nothing left that they were not told. */
function forgetReaders(database: Database, hooks: Pruning['hooks']): void {
  database.run(
    `DELETE FROM positions WHERE reader LIKE 'webhook %' AND seq < (SELECT min(seq) FROM said)
     AND reader NOT IN (SELECT value FROM json_each(?))`,
    JSON.stringify(hooks.map(({ reader }) => reader)),
  )
}
