import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { type Instant, OhmsteadError, type Severity } from '@ohmstead/model'
import type {
  Alert,
  AlertStore,
  Changes,
  Cursor,
  Ending,
  Kept,
  Pruning,
  RuleOfRecord,
  SaidFilter,
} from './alertStore.ts'
import type { Said, SaidKind } from './edges.ts'
import type { ReplayStatus } from './replays.ts'

/** The file cannot be used, or was written by a newer version. */
export class AlertsNotOpened extends OhmsteadError {
  override readonly name = 'AlertsNotOpened'
  readonly code = 'OHM_ALERTS_NOT_OPENED'
}

/** In order; the version of a file is how many it has seen. A released one is never changed. */
const migrations = [
  `CREATE TABLE said (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, site TEXT NOT NULL, rule TEXT NOT NULL,
     version INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, device TEXT, time INTEGER NOT NULL,
     recorded_at INTEGER NOT NULL, retracted INTEGER NOT NULL DEFAULT 0, row TEXT NOT NULL) STRICT;
   CREATE INDEX said_by_rule ON said (site, rule, time);
   CREATE INDEX said_by_site ON said (site, seq);
   CREATE TABLE alerts (
     id TEXT PRIMARY KEY, site TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL, key TEXT NOT NULL,
     device TEXT, severity TEXT NOT NULL, sentence TEXT NOT NULL, raised_at INTEGER NOT NULL,
     acknowledged_at INTEGER, acknowledged_by TEXT, cleared_at INTEGER, cleared_by TEXT, row TEXT NOT NULL) STRICT;
   CREATE INDEX alerts_by_site ON alerts (site, raised_at);
   CREATE INDEX alerts_by_rule ON alerts (site, rule, key, raised_at);
   CREATE TABLE cursors (
     site TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL, through INTEGER NOT NULL,
     PRIMARY KEY (site, rule)) STRICT, WITHOUT ROWID;
   CREATE TABLE positions (reader TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  'CREATE INDEX said_by_time ON said (site, time, seq);',
  `CREATE TABLE replays (
     id TEXT PRIMARY KEY, site TEXT NOT NULL, started_at INTEGER NOT NULL, status TEXT NOT NULL) STRICT;
   CREATE INDEX replays_by_site ON replays (site, started_at);
   CREATE INDEX alerts_by_end ON alerts (cleared_at);`,
]

/** Of a site. */
const mostReplays = 50
/** Rows of one transaction: some milliseconds. */
const pruneAtOnce = 1000

type Row = Record<string, SQLOutputValue>

/**
 * @param file a path, or `:memory:`
 * @param now when something is recorded
 * @throws AlertsNotOpened
 */
export function openSqliteAlertStore(file: string, now: () => Instant): AlertStore {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file)
    // What a power cut takes of the last commits follows again from the readings, cursor and all.
    for (const pragma of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = NORMAL'])
      database.exec(`PRAGMA ${pragma}`)
    migrate(database, file)
    return new SqliteAlertStore(database, now)
  } catch (cause) {
    database?.close()
    if (cause instanceof AlertsNotOpened) throw cause
    throw new AlertsNotOpened(`cannot use '${file}' for alerts: ${(cause as Error).message}`, { cause })
  }
}

function migrate(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()!.user_version)
  if (version > migrations.length)
    throw new AlertsNotOpened(
      `'${file}' was written by a newer version (format ${version}, known ${migrations.length})`,
    )
  for (let next = version; next < migrations.length; next++)
    database.exec(`BEGIN; ${migrations[next]} PRAGMA user_version = ${next + 1}; COMMIT`)
}

class SqliteAlertStore implements AlertStore {
  readonly #database: DatabaseSync
  readonly #now: () => Instant
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync, now: () => Instant) {
    this.#database = database
    this.#now = now
  }

  cursor(site: string, rule: string): Cursor | undefined {
    const [row] = this.#all('SELECT version, through FROM cursors WHERE site = ? AND rule = ?', site, rule)
    return row && { version: Number(row.version), through: Number(row.through) }
  }

  record(of: RuleOfRecord, said: readonly Said[], through: Instant): Changes {
    return this.#transaction(() => {
      const added = this.#add(said)
      this.#moveCursor(of, through)
      return { said: added, alerts: this.#fold(of, added) }
    })
  }

  revise(of: RuleOfRecord, said: readonly Said[], from: Instant, through: Instant): Changes {
    return this.#transaction(() => {
      const wanted = new Set(said.map(({ id }) => id))
      const before = this.#kept(
        'site = ? AND rule = ? AND time > ? AND time <= ?',
        of.site,
        of.rule,
        from,
        through,
      )
      const wrong = before.filter(one => !one.retracted && !wanted.has(one.id) && !isEnding(one.id))
      const again = before.filter(one => one.retracted && wanted.has(one.id))
      for (const { seq } of wrong) this.#run('UPDATE said SET retracted = 1 WHERE seq = ?', seq)
      for (const { seq } of again) this.#run('UPDATE said SET retracted = 0 WHERE seq = ?', seq)
      const added = this.#add(said)
      this.#moveCursor(of, Math.max(through, this.cursor(of.site, of.rule)?.through ?? through))
      const changed = [
        ...wrong.map(one => ({ ...one, retracted: true })),
        ...again.map(one => ({ ...one, retracted: false })),
        ...added,
      ]
      return { said: changed, alerts: this.#fold(of, changed) }
    })
  }

  openAt(site: string, rule: string, at: Instant): Map<string, Instant> {
    const open = new Map<string, Instant>()
    const rows = this.#all(
      'SELECT key, raised_at FROM alerts WHERE site = ? AND rule = ? AND raised_at <= ? AND (cleared_at IS NULL OR cleared_at > ?)',
      ...[site, rule, at, at],
    )
    for (const { key, raised_at } of rows) open.set(String(key), Number(raised_at))
    return open
  }

  endings(site: string, rule: string, after: Instant): Ending[] {
    const endings = this.#kept(
      "site = ? AND rule = ? AND time > ? AND kind = 'cleared' ORDER BY time, seq",
      ...[site, rule, after],
    )
    return endings.filter(({ id }) => isEnding(id)).map(({ key, time }) => ({ key, time }))
  }

  end(
    site: string,
    rule: string,
    { at, keep, gone }: { at: Instant; keep?: ReadonlySet<string>; gone: boolean },
  ): Changes {
    return this.#transaction(() => {
      if (gone) this.#run('DELETE FROM cursors WHERE site = ? AND rule = ?', site, rule)
      const ended = this.#alerts('site = ? AND rule = ? AND cleared_at IS NULL', site, rule).filter(
        ({ key }) => !keep?.has(key),
      )
      return this.#endAll(ended, 'changed', at)
    })
  }

  alert(site: string, id: string): Alert | undefined {
    const alert = this.#alert(id)
    return alert?.site === site ? alert : undefined
  }

  alerts(
    site: string,
    {
      open,
      rule,
      before,
      limit = 100,
    }: { open?: boolean; rule?: string; before?: Instant; limit?: number } = {},
  ): Alert[] {
    const where = ['site = ?']
    const values: SQLInputValue[] = [site]
    if (open !== undefined) where.push(`cleared_at IS ${open ? '' : 'NOT '}NULL`)
    if (rule !== undefined) values.push(rule) && where.push('rule = ?')
    if (before !== undefined) values.push(before) && where.push('raised_at < ?')
    return this.#alerts(
      `${where.join(' AND ')} ORDER BY raised_at DESC, id LIMIT ${Math.floor(limit)}`,
      ...values,
    )
  }

  acknowledge(site: string, id: string, by: string, at: Instant): Alert | undefined {
    this.#run(
      'UPDATE alerts SET acknowledged_at = ?, acknowledged_by = ? WHERE site = ? AND id = ? AND acknowledged_at IS NULL',
      ...[at, by, site, id],
    )
    return this.alert(site, id)
  }

  clear(site: string, id: string, at: Instant): Changes {
    return this.#transaction(() => {
      const open = this.#alerts('site = ? AND id = ? AND cleared_at IS NULL', site, id)
      return this.#endAll(open, 'person', at)
    })
  }

  /** Ends alerts from outside their rule; an ending is said too, so that what is raised later counts as new. */
  #endAll(alerts: readonly Alert[], clearedBy: 'person' | 'changed', at: Instant): Changes {
    const endings = alerts.map((alert): Said => {
      const { site, rule, version, key, device } = alert
      const time = Math.max(at, alert.raisedAt)
      return { id: endingOf(alert.id), site, rule, version, kind: 'cleared', key, device, time, row: {} }
    })
    for (const [i, { id }] of alerts.entries())
      this.#run(
        'UPDATE alerts SET cleared_at = ?, cleared_by = ? WHERE id = ?',
        endings[i].time,
        clearedBy,
        id,
      )
    return { said: this.#add(endings), alerts: alerts.map(({ id }) => this.#alert(id)!) }
  }

  said(site: string, { kind, rule, device, order = 'known', before, limit = 100 }: SaidFilter = {}): Kept[] {
    const where = ['site = ?']
    const values: SQLInputValue[] = [site]
    if (kind !== undefined) values.push(kind) && where.push('kind = ?')
    if (rule !== undefined) values.push(rule) && where.push('rule = ?')
    if (device !== undefined) values.push(device) && where.push('device = ?')
    const [below, by] =
      order === 'known'
        ? ['seq < ?', 'seq DESC']
        : ['(time, seq) < (SELECT time, seq FROM said WHERE seq = ?)', 'time DESC, seq DESC']
    if (before !== undefined) values.push(before) && where.push(below)
    return this.#kept(`${where.join(' AND ')} ORDER BY ${by} LIMIT ${Math.floor(limit)}`, ...values)
  }

  lastSaid(site: string, rule: string): Instant | null {
    const [row] = this.#all(
      "SELECT max(time) AS time FROM said WHERE site = ? AND rule = ? AND retracted = 0 AND kind != 'cleared'",
      ...[site, rule],
    )
    return row?.time == null ? null : Number(row.time)
  }

  after(seq: number, of?: { site: string; rule: string }, limit = 100): Kept[] {
    return of
      ? this.#kept(`site = ? AND rule = ? AND seq > ? ORDER BY seq LIMIT ${limit}`, of.site, of.rule, seq)
      : this.#kept(`seq > ? ORDER BY seq LIMIT ${limit}`, seq)
  }

  get lastSeq(): number {
    return Number(this.#all('SELECT max(seq) AS seq FROM said')[0]?.seq ?? 0)
  }

  position(reader: string, ifAbsent: number): number {
    this.#run('INSERT OR IGNORE INTO positions VALUES (?, ?)', reader, ifAbsent)
    return Number(this.#all('SELECT seq FROM positions WHERE reader = ?', reader)[0].seq)
  }

  move(reader: string, seq: number): void {
    this.#run('INSERT OR REPLACE INTO positions VALUES (?, ?)', reader, seq)
  }

  forget(site: string, device?: string): void {
    this.#transaction(() => {
      const [where, ...values] =
        device === undefined ? ['site = ?', site] : ['site = ? AND device = ?', site, device]
      for (const table of ['said', 'alerts']) this.#run(`DELETE FROM ${table} WHERE ${where}`, ...values)
      if (device !== undefined) return
      for (const table of ['cursors', 'replays']) this.#run(`DELETE FROM ${table} WHERE site = ?`, site)
    })
  }

  noteReplay(status: ReplayStatus): void {
    const { id, site, startedAt } = status
    this.#run(
      'INSERT OR REPLACE INTO replays VALUES (?, ?, ?, ?)',
      id,
      site,
      startedAt,
      JSON.stringify(status),
    )
    this.#run(
      `DELETE FROM replays WHERE site = ? AND id NOT IN (
         SELECT id FROM replays WHERE site = ? ORDER BY started_at DESC LIMIT ${mostReplays})`,
      ...[site, site],
    )
  }

  notedReplays(site?: string): ReplayStatus[] {
    const rows =
      site === undefined
        ? this.#all('SELECT status FROM replays ORDER BY started_at DESC')
        : this.#all('SELECT status FROM replays WHERE site = ? ORDER BY started_at DESC', site)
    return rows.map(({ status }) => JSON.parse(String(status)))
  }

  prune({ before, told, hooks, from }: Pruning): number | null {
    return this.#transaction(() => {
      this.#run(
        `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE cleared_at < ? LIMIT ${pruneAtOnce})`,
        before,
      )
      const page = this.#all(
        `SELECT seq FROM said WHERE seq > ? AND seq <= ? AND recorded_at < ? ORDER BY seq LIMIT ${pruneAtOnce}`,
        ...[from, told, before],
      )
      const last = page.length === 0 ? undefined : Number(page.at(-1)!.seq)
      if (last !== undefined) this.#forgetSaid(from, last, before, hooks)
      if (page.length === pruneAtOnce) return last!
      this.#forgetReaders(hooks)
      return null
    })
  }

  /** What is not part of the life of an alert that is kept, and was told to those who are to be told. */
  #forgetSaid(after: number, through: number, before: Instant, hooks: Pruning['hooks']): void {
    this.#run(
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
  #forgetReaders(hooks: Pruning['hooks']): void {
    this.#run(
      `DELETE FROM positions WHERE reader LIKE 'webhook %' AND seq < (SELECT min(seq) FROM said)
       AND reader NOT IN (SELECT value FROM json_each(?))`,
      JSON.stringify(hooks.map(({ reader }) => reader)),
    )
  }

  openCount(): number {
    return Number(this.#all('SELECT count(*) AS count FROM alerts WHERE cleared_at IS NULL')[0].count)
  }

  /** What is new of it. */
  #add(said: readonly Said[]): Kept[] {
    const recordedAt = this.#now()
    const added: Kept[] = []
    for (const one of said) {
      const { id, site, rule, version, kind, key, device, time, row } = one
      const { changes, lastInsertRowid } = this.#run(
        `INSERT OR IGNORE INTO said (id, site, rule, version, kind, key, device, time, recorded_at, row)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, site, rule, version, kind, key, device, time, recordedAt, JSON.stringify(row)],
      )
      if (changes === 1) added.push({ ...one, seq: Number(lastInsertRowid), recordedAt, retracted: false })
    }
    return added
  }

  #moveCursor({ site, rule, version }: RuleOfRecord, through: Instant): void {
    this.#run('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?)', site, rule, version, through)
  }

  /** Brings the alerts of the keys that were touched in line with what was said of them. */
  #fold(of: RuleOfRecord, touched: readonly Kept[]): Alert[] {
    const changed: Alert[] = []
    for (const [key, own] of Map.groupBy(touched, one => one.key)) {
      if (own.every(({ kind }) => kind === 'event')) continue
      const since = Math.min(...own.map(({ time }) => time))
      changed.push(...this.#foldKey(of, key, since))
    }
    return changed
  }

  #foldKey(of: RuleOfRecord, key: string, since: Instant): Alert[] {
    const before = this.#alerts(
      'site = ? AND rule = ? AND key = ? AND (raised_at >= ? OR cleared_at IS NULL OR cleared_at >= ?)',
      ...[of.site, of.rule, key, since, since],
    )
    const from = Math.min(since, ...before.map(({ raisedAt }) => raisedAt))
    const said = this.#kept(
      "site = ? AND rule = ? AND time >= ? AND key = ? AND retracted = 0 AND kind != 'event' ORDER BY time, seq",
      ...[of.site, of.rule, from, key],
    )
    const after = lives(said)
    // Ended by a person or by a change of the rule: that stands.
    for (const one of before)
      if (!after.has(one.id) && one.clearedBy !== 'changed')
        this.#run(
          "UPDATE alerts SET cleared_at = ?, cleared_by = 'revised' WHERE id = ?",
          one.raisedAt,
          one.id,
        )
    for (const { raised, clearedAt } of after.values()) this.#keep(of, raised, clearedAt)
    const ids = new Set([...before.map(({ id }) => id), ...after.keys()])
    const known = new Map(before.map(one => [one.id, JSON.stringify(one)]))
    return [...ids].map(id => this.#alert(id)!).filter(one => known.get(one.id) !== JSON.stringify(one))
  }

  #keep(of: RuleOfRecord, raised: Kept, clearedAt: Instant | null): void {
    const { id, site, rule, version, key, device, time, row } = raised
    this.#run(
      `INSERT OR IGNORE INTO alerts (id, site, rule, version, key, device, severity, sentence, raised_at, row)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, site, rule, version, key, device, of.severity ?? 'low', of.sentence, time, JSON.stringify(row)],
    )
    this.#run(
      `UPDATE alerts SET cleared_at = ?, cleared_by = ? WHERE id = ? AND coalesce(cleared_by, 'rule') IN ('rule', 'revised')`,
      ...[clearedAt, clearedAt === null ? null : 'rule', id],
    )
  }

  #alert(id: string): Alert | undefined {
    return this.#alerts('id = ?', id)[0]
  }

  #alerts(where: string, ...values: SQLInputValue[]): Alert[] {
    return this.#all(`SELECT * FROM alerts WHERE ${where}`, ...values).map(alertOf)
  }

  #kept(where: string, ...values: SQLInputValue[]): Kept[] {
    return this.#all(`SELECT * FROM said WHERE ${where}`, ...values).map(keptOf)
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]
  }

  #run(sql: string, ...values: SQLInputValue[]) {
    return this.#statement(sql).run(...values)
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)))
    return statement
  }

  #transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close()
  }
}

interface Life {
  readonly raised: Kept
  clearedAt: Instant | null
}

/** What is raised and cleared in turn, in the order of its time; what is raised while open, or cleared while not, is nothing. */
function lives(said: readonly Kept[]): Map<string, Life> {
  const all = new Map<string, Life>()
  let open: Life | undefined
  for (const one of said) {
    if (one.kind === 'raised' && !open) all.set(one.id, (open = { raised: one, clearedAt: null }))
    if (one.kind === 'cleared' && open) {
      open.clearedAt = one.time
      open = undefined
    }
  }
  return all
}

/** No rule's own: judging the past again leaves it. */
const endingOf = (alert: string) => `end-${alert}`
const isEnding = (id: string) => id.startsWith('end-')

const orNull = (value: SQLOutputValue) => (value === null ? null : Number(value))
const textOrNull = (value: SQLOutputValue) => (value === null ? null : String(value))

function alertOf(row: Row): Alert {
  return {
    id: String(row.id),
    site: String(row.site),
    rule: String(row.rule),
    version: Number(row.version),
    key: String(row.key),
    device: textOrNull(row.device),
    severity: String(row.severity) as Severity,
    sentence: String(row.sentence),
    raisedAt: Number(row.raised_at),
    acknowledgedAt: orNull(row.acknowledged_at),
    acknowledgedBy: textOrNull(row.acknowledged_by),
    clearedAt: orNull(row.cleared_at),
    clearedBy: textOrNull(row.cleared_by) as Alert['clearedBy'],
    row: JSON.parse(String(row.row)),
  }
}

function keptOf(row: Row): Kept {
  return {
    seq: Number(row.seq),
    id: String(row.id),
    site: String(row.site),
    rule: String(row.rule),
    version: Number(row.version),
    kind: String(row.kind) as SaidKind,
    key: String(row.key),
    device: textOrNull(row.device),
    time: Number(row.time),
    recordedAt: Number(row.recorded_at),
    retracted: Number(row.retracted) === 1,
    row: JSON.parse(String(row.row)),
  }
}
