import type { ReplayStatus } from '../replays.ts'
import type { Database } from './database.ts'

/** Of a site. */
const mostReplays = 50

/** Keeps how a replay is doing; of each site only the newest. */
export function noteReplay(database: Database, status: ReplayStatus): void {
  const { id, site, startedAt } = status
  database.run(
    'INSERT OR REPLACE INTO replays VALUES (?, ?, ?, ?)',
    ...[id, site, startedAt, JSON.stringify(status)],
  )
  database.run(
    `DELETE FROM replays WHERE site = ? AND id NOT IN (
       SELECT id FROM replays WHERE site = ? ORDER BY started_at DESC LIMIT ?)`,
    ...[site, site, mostReplays],
  )
}

/** Newest first. */
export function notedReplays(database: Database, site?: string): ReplayStatus[] {
  const rows =
    site === undefined
      ? database.all('SELECT status FROM replays ORDER BY started_at DESC')
      : database.all('SELECT status FROM replays WHERE site = ? ORDER BY started_at DESC', site)
  return rows.map(({ status }) => JSON.parse(String(status)))
}
