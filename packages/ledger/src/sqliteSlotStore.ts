import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import type { Instant, Revision, Slot } from '@ohmstead/model'
import type { Range } from './columns.ts'
import { DayBlock, dayFloor, dayMs } from './dayBlock.ts'
import { type Edit, type EditBody, editRange, type NewEdit } from './edits.ts'
import { LedgerNotOpened } from './errors.ts'
import type {
  Counts,
  DayChanges,
  MeterRow,
  NewPending,
  Pending,
  RevisionQuery,
  SavedEdit,
  SlotStore,
  StoredRevision,
} from './slotStore.ts'
import type { VirtualMeter } from './virtual.ts'

/** Each brings the file from its index to the next version. */
const migrations = [
  `CREATE TABLE meters (
     id INTEGER PRIMARY KEY, site TEXT NOT NULL, device TEXT NOT NULL, first INTEGER, last INTEGER,
     UNIQUE (site, device)) STRICT;
   CREATE TABLE days (
     meter INTEGER NOT NULL, day INTEGER NOT NULL, slots BLOB NOT NULL,
     PRIMARY KEY (meter, day)) STRICT, WITHOUT ROWID;
   CREATE TABLE edits (
     id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, device TEXT NOT NULL, body TEXT NOT NULL,
     note TEXT NOT NULL, who TEXT NOT NULL, time INTEGER NOT NULL, undone_who TEXT, undone_time INTEGER) STRICT;
   CREATE INDEX edits_by_meter ON edits (site, device);
   CREATE TABLE revisions (
     id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, device TEXT NOT NULL, start INTEGER NOT NULL,
     before TEXT, after TEXT NOT NULL, cause TEXT NOT NULL, time INTEGER NOT NULL, who TEXT) STRICT;
   CREATE INDEX revisions_by_slot ON revisions (site, device, start);
   CREATE TABLE virtual_meters (
     site TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (site, id)) STRICT, WITHOUT ROWID;
   CREATE TABLE pending (
     id INTEGER PRIMARY KEY, site TEXT NOT NULL, device TEXT NOT NULL, "from" INTEGER NOT NULL, "to" INTEGER NOT NULL,
     cause TEXT NOT NULL, who TEXT) STRICT;
   CREATE TABLE syncs (id INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;
   INSERT INTO syncs VALUES (1, 0);`,
]

/** Days that are kept from the file at most. */
const mostUnsaved = 512

type Row = Record<string, SQLOutputValue>

/** @param file a path, or `:memory:` @throws LedgerNotOpened */
export function openSqliteSlotStore(file: string): SlotStore {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file)
    // Slots can be computed again: their commits need no fsync of their own. Edits and sync() ask for one.
    for (const pragma of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = NORMAL'])
      database.exec(`PRAGMA ${pragma}`)
    migrate(database, file)
    return new SqliteSlotStore(database)
  } catch (cause) {
    database?.close()
    if (cause instanceof LedgerNotOpened) throw cause
    throw new LedgerNotOpened(`cannot use '${file}' as the ledger's file: ${(cause as Error).message}`, {
      cause,
    })
  }
}

function migrate(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()!.user_version)
  if (version > migrations.length) {
    throw new LedgerNotOpened(
      `'${file}' was written by a newer version (format ${version}, known ${migrations.length})`,
    )
  }
  for (let next = version; next < migrations.length; next++) {
    database.exec(`BEGIN; ${migrations[next]} PRAGMA user_version = ${next + 1}; COMMIT`)
  }
}

class SqliteSlotStore implements SlotStore {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #meters = new Map<string, MeterRow>()
  /** Blocks by meter and day that are not in the file yet: a live meter's day changes every few seconds. */
  readonly #unsaved = new Map<number, Map<Instant, DayBlock>>()
  /** Revisions that a full disk kept from the file. */
  #revisions: Revision[] = []
  unsaved = 0

  constructor(database: DatabaseSync) {
    this.#database = database
    for (const row of this.#all('SELECT * FROM meters')) this.#remember(meterRow(row))
  }

  #remember(row: MeterRow): MeterRow {
    this.#meters.set(`${row.site}/${row.device}`, row)
    return row
  }

  meter(site: string, device: string): MeterRow | undefined {
    return this.#meters.get(`${site}/${device}`)
  }

  meters(site: string): MeterRow[] {
    return [...this.#meters.values()].filter(row => row.site === site)
  }

  days(meter: number, { from, to }: Range): DayBlock[] {
    const sql = 'SELECT day, slots FROM days WHERE meter = ? AND day >= ? AND day < ? ORDER BY day'
    const rows = this.#all(sql, meter, dayFloor(from) / dayMs, Math.ceil(to / dayMs))
    const stored = rows.map(row => new DayBlock(Number(row.day) * dayMs, row.slots as Uint8Array))
    const unsaved = [...(this.#unsaved.get(meter)?.values() ?? [])].filter(
      block => block.start >= dayFloor(from) && block.start < to,
    )
    if (unsaved.length === 0) return stored
    const newer = new Set(unsaved.map(block => block.start))
    const blocks = [...stored.filter(block => !newer.has(block.start)), ...unsaved]
    return blocks.sort((a, b) => a.start - b.start)
  }

  write(site: string, device: string, { days, revisions, first, last }: DayChanges): void {
    const meter = this.meter(site, device) ?? this.#addMeter(site, device)
    if (first !== meter.first || last !== meter.last) this.#remember({ ...meter, first, last })
    const unsaved = this.#unsaved.get(meter.id) ?? new Map<number, DayBlock>()
    this.#unsaved.set(meter.id, unsaved)
    for (const day of days) unsaved.set(day.start, day)
    this.unsaved += days.length
    this.#revisions.push(...revisions)
    if (revisions.length > 0 || this.unsaved >= mostUnsaved) this.#save()
  }

  flush(): void {
    if (this.unsaved > 0) this.#save()
  }

  #save(): void {
    this.#transaction(() => {
      for (const { id, first, last } of this.#meters.values()) {
        const blocks = this.#unsaved.get(id)
        if (!blocks) continue
        this.#run('UPDATE meters SET first = ?, last = ? WHERE id = ?', first, last, id)
        for (const { start, bytes } of blocks.values())
          this.#run('INSERT OR REPLACE INTO days VALUES (?, ?, ?)', id, start / dayMs, bytes)
      }
      for (const { site, device, start, before, after, cause, time, who } of this.#revisions) {
        const [old, now] = [before && JSON.stringify(before), JSON.stringify(after)]
        this.#run(
          'INSERT INTO revisions (site, device, start, before, after, cause, time, who) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          ...[site, device, start, old, now, cause, time, who],
        )
      }
    })
    this.#unsaved.clear()
    this.#revisions = []
    this.unsaved = 0
  }

  #addMeter(site: string, device: string): MeterRow {
    const { id } = this.#get('INSERT INTO meters (site, device) VALUES (?, ?) RETURNING id', site, device)!
    return this.#remember({ id: Number(id), site, device, first: null, last: null })
  }

  revisions({ site, device, from, to, before, limit }: RevisionQuery): StoredRevision[] {
    const rows = this.#all(
      `SELECT * FROM revisions WHERE site = ? AND (?2 IS NULL OR device = ?2) AND start >= ? AND start < ? AND id < ?
       ORDER BY id DESC LIMIT ?`,
      ...[
        site,
        device ?? null,
        from ?? -8.64e15,
        to ?? 8.64e15,
        before ?? Number.MAX_SAFE_INTEGER,
        limit ?? 1000,
      ],
    )
    return rows.map(storedRevision)
  }

  addEdit({ site, device, body, note = '' }: NewEdit, who: string, time: Instant): SavedEdit {
    return this.#durably(() => {
      const row = this.#get(
        'INSERT INTO edits (site, device, body, note, who, time) VALUES (?, ?, ?, ?, ?, ?) RETURNING *',
        ...[site, device, JSON.stringify(body), note, who, time],
      )
      return this.#withPending(edit(row!), 'edit', who)
    })
  }

  undoEdit(site: string, id: number, who: string, time: Instant): SavedEdit | undefined {
    return this.#durably(() => {
      const row = this.#get(
        'UPDATE edits SET undone_who = ?, undone_time = ? WHERE site = ? AND id = ? AND undone_time IS NULL RETURNING *',
        ...[who, time, site, id],
      )
      return row && this.#withPending(edit(row), 'undo', who)
    })
  }

  #withPending(saved: Edit, cause: 'edit' | 'undo', who: string): SavedEdit {
    const { site, device, body } = saved
    return { saved, pending: this.#insertPending({ site, device, ...editRange(body), cause, who }) }
  }

  addPending(pending: NewPending): Pending {
    return this.#durably(() => this.#insertPending(pending))
  }

  #insertPending(pending: NewPending): Pending {
    const { site, device, from, to, cause, who } = pending
    const sql =
      'INSERT INTO pending (site, device, "from", "to", cause, who) VALUES (?, ?, ?, ?, ?, ?) RETURNING id'
    return { ...pending, id: Number(this.#get(sql, site, device, from, to, cause, who)!.id) }
  }

  removePending(id: number): void {
    this.#run('DELETE FROM pending WHERE id = ?', id)
  }

  pending(): Pending[] {
    return this.#all('SELECT * FROM pending ORDER BY id').map(pendingRow)
  }

  edits(site: string, device?: string): Edit[] {
    const sql = 'SELECT * FROM edits WHERE site = ? AND (?2 IS NULL OR device = ?2) ORDER BY id'
    return this.#all(sql, site, device ?? null).map(edit)
  }

  edit(site: string, id: number): Edit | undefined {
    const row = this.#get('SELECT * FROM edits WHERE site = ? AND id = ?', site, id)
    return row && edit(row)
  }

  virtualMeters(site: string): VirtualMeter[] {
    const rows = this.#all('SELECT body FROM virtual_meters WHERE site = ? ORDER BY id', site)
    return rows.map(row => JSON.parse(String(row.body)) as VirtualMeter)
  }

  putVirtualMeter(site: string, meter: VirtualMeter): void {
    this.#durably(() =>
      this.#run(
        'INSERT OR REPLACE INTO virtual_meters VALUES (?, ?, ?)',
        site,
        meter.id,
        JSON.stringify(meter),
      ),
    )
  }

  removeVirtualMeter(site: string, id: string): boolean {
    return (
      this.#durably(() => this.#run('DELETE FROM virtual_meters WHERE site = ? AND id = ?', site, id)) > 0
    )
  }

  remove(site: string, device?: string): void {
    this.flush()
    const gone = this.meters(site).filter(meter => device === undefined || meter.device === device)
    this.#transaction(() => {
      for (const { id } of gone) {
        this.#run('DELETE FROM days WHERE meter = ?', id)
        this.#run('DELETE FROM meters WHERE id = ?', id)
      }
      for (const table of ['edits', 'revisions', 'pending']) {
        this.#run(`DELETE FROM ${table} WHERE site = ? AND (?2 IS NULL OR device = ?2)`, site, device ?? null)
      }
      if (device === undefined) this.#run('DELETE FROM virtual_meters WHERE site = ?', site)
    })
    for (const meter of gone) this.#meters.delete(`${site}/${meter.device}`)
  }

  sync(): void {
    this.flush()
    // A commit with fsync makes every earlier one durable too: they share the write-ahead log.
    this.#durably(() => this.#run('UPDATE syncs SET count = count + 1'))
  }

  counts(): Counts {
    const count = (table: string) => Number(this.#get(`SELECT count(*) AS n FROM ${table}`)!.n)
    return {
      meters: count('meters'),
      days: count('days'),
      revisions: count('revisions'),
      edits: count('edits'),
      virtualMeters: count('virtual_meters'),
    }
  }

  [Symbol.dispose](): void {
    if (!this.#database.isOpen) return
    try {
      this.flush()
    } finally {
      this.#database.close()
    }
  }

  #durably<T>(work: () => T): T {
    this.#database.exec('PRAGMA synchronous = FULL')
    try {
      return this.#transaction(work)
    } finally {
      this.#database.exec('PRAGMA synchronous = NORMAL')
    }
  }

  #transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)))
    return statement
  }

  #run(sql: string, ...values: (string | number | null | Uint8Array)[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  #get(sql: string, ...values: (string | number | null)[]): Row | undefined {
    return this.#statement(sql).get(...values)
  }

  #all(sql: string, ...values: (string | number | null)[]): Row[] {
    return this.#statement(sql).all(...values)
  }
}

const whole = (value: SQLOutputValue | undefined) =>
  value === null || value === undefined ? null : Number(value)

function meterRow(row: Row): MeterRow {
  const { id, site, device, first, last } = row
  return {
    id: Number(id),
    site: String(site),
    device: String(device),
    first: whole(first),
    last: whole(last),
  }
}

function pendingRow(row: Row): Pending {
  return {
    id: Number(row.id),
    site: String(row.site),
    device: String(row.device),
    from: Number(row.from),
    to: Number(row.to),
    cause: String(row.cause) as Pending['cause'],
    who: row.who === null ? null : String(row.who),
  }
}

function edit(row: Row): Edit {
  const undoneAt = whole(row.undone_time)
  return {
    id: Number(row.id),
    site: String(row.site),
    device: String(row.device),
    body: JSON.parse(String(row.body)) as EditBody,
    note: String(row.note),
    who: String(row.who),
    time: Number(row.time),
    undone: undoneAt === null ? null : { who: String(row.undone_who), time: undoneAt },
  }
}

function storedRevision(row: Row): StoredRevision {
  return {
    id: Number(row.id),
    site: String(row.site) as StoredRevision['site'],
    device: String(row.device) as StoredRevision['device'],
    start: Number(row.start),
    before: row.before === null ? null : (JSON.parse(String(row.before)) as Slot),
    after: JSON.parse(String(row.after)) as Slot,
    cause: String(row.cause) as StoredRevision['cause'],
    time: Number(row.time),
    who: row.who === null ? null : String(row.who),
  }
}
