import { createHash } from 'node:crypto'
import type { Clock } from '@ohmstead/model'
import { type Kysely, sql } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import type { Audit, AuditEntry, AuditVerdict } from './registry.ts'
import type { AuditRow, Schema } from './schema.ts'

/** A change as the code that makes it tells it. */
export interface Change {
  readonly who: Actor
  readonly action: string
  readonly what: string
  readonly site?: string | null
  readonly before?: unknown
  readonly after?: unknown
}

const pageRows = 500

/** Adds an entry to the chain, inside the transaction of the change itself. */
export async function appendAudit(tx: Kysely<Schema>, clock: Clock, change: Change): Promise<AuditEntry> {
  const head = await tx.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow()
  const row = rowOf(change, head.seq + 1, clock.now(), head.hash)
  await tx.insertInto('audit').values(row).execute()
  await tx.updateTable('audit_head').set({ seq: row.seq, hash: row.hash }).execute()
  return entryOf(row)
}

function rowOf(change: Change, seq: number, time: number, previous: string): AuditRow {
  const row = {
    seq,
    time,
    who_kind: change.who.kind,
    who_id: change.who.id,
    action: change.action,
    what: change.what,
    site: change.site ?? null,
    before: change.before === undefined ? null : JSON.stringify(change.before),
    after: change.after === undefined ? null : JSON.stringify(change.after),
  }
  return { ...row, hash: chainHash(row, previous) }
}

/** SHA-256 over the entry's columns in their fixed order and the hash of the entry before it. */
function chainHash(row: Omit<AuditRow, 'hash'>, previous: string): string {
  const { seq, time, who_kind, who_id, action, what, site, before, after } = row
  const text = JSON.stringify([previous, seq, time, who_kind, who_id, action, what, site, before, after])
  return createHash('sha256').update(text).digest('hex')
}

function entryOf(row: AuditRow): AuditEntry {
  return {
    seq: row.seq,
    time: row.time,
    who: { kind: row.who_kind, id: row.who_id },
    action: row.action,
    what: row.what,
    site: row.site,
    before: row.before === null ? null : JSON.parse(row.before),
    after: row.after === null ? null : JSON.parse(row.after),
    hash: row.hash,
  }
}

export function auditOf(core: Core): Audit {
  return {
    list: filter => {
      const window = windowOf<number>('audit', filter)
      return core.read(async db => {
        let query = db.selectFrom('audit').selectAll().orderBy('seq', 'desc')
        if (filter?.site !== undefined) query = query.where('site', '=', filter.site)
        if (filter?.what !== undefined) query = query.where(isOrBelow(filter.what))
        if (window.after !== null) query = query.where('seq', '<', window.after)
        return pageOf(window, await query.limit(window.limit + 1).execute(), row => row.seq, entryOf)
      })
    },
    append: change => core.write(tx => tx.audit(change)),
    // Inside the writers' queue, so that the head and the chain are of one moment.
    verify: () => core.write(({ db }) => verifyChain(db)),
  }
}

/** `sites/home/devices/plug` and its credentials, but not `sites/home/devices/plug-2`. */
function isOrBelow(what: string) {
  // Not LIKE, which would read `_` and `%` of a name as patterns, nor a range, which is the collation's affair.
  const below = `${what}/`
  return sql<boolean>`(what = ${what} or substr(what, 1, ${below.length}) = ${below})`
}

/** Walks the chain from its beginning; in a transaction, so that chain and head are of one moment. */
export async function verifyChain(db: Kysely<Schema>): Promise<AuditVerdict> {
  let seq = 0
  let hash = ''
  for (;;) {
    const rows = await entriesAfter(db, seq)
    for (const row of rows) {
      if (row.seq !== seq + 1) return broken(seq + 1, 'the entry is missing')
      if (row.hash !== chainHash(row, hash)) return broken(row.seq, 'the entry was edited')
      seq = row.seq
      hash = row.hash
    }
    if (rows.length < pageRows) break
  }
  const head = await db.selectFrom('audit_head').selectAll().executeTakeFirst()
  if (head?.seq !== seq) return broken(seq + 1, 'the end of the chain is missing')
  return head.hash === hash ? { ok: true, entries: seq } : broken(seq, 'the entry was replaced')
}

function entriesAfter(db: Kysely<Schema>, seq: number): Promise<AuditRow[]> {
  return db.selectFrom('audit').selectAll().where('seq', '>', seq).orderBy('seq').limit(pageRows).execute()
}

const broken = (seq: number, reason: string): AuditVerdict => ({ ok: false, seq, reason })
