import type { SQLInputValue } from 'node:sqlite'
import type { Instant } from '@ohmstead/model'
import type { Said } from '../edges.ts'
import type { ReplayStatus } from '../replays.ts'
import type {
  Alert,
  AlertFilter,
  AlertStore,
  Changes,
  Cursor,
  Ending,
  Kept,
  Pruning,
  RuleOfRecord,
  SaidFilter,
} from './alertStore.ts'
import { Database } from './database.ts'
import { lives } from './lives.ts'
import { prune } from './prune.ts'
import { notedReplays, noteReplay } from './replayNotes.ts'
import { alertOf, keptOf } from './rows.ts'

/**
 * @param file a path, or `:memory:`
 * @param now when something is recorded
 * @throws AlertsNotOpened
 */
export function openSqliteAlertStore(file: string, now: () => Instant): AlertStore {
  return new SqliteAlertStore(Database.open(file), now)
}

class SqliteAlertStore implements AlertStore {
  readonly #database: Database
  readonly #now: () => Instant

  constructor(database: Database, now: () => Instant) {
    this.#database = database
    this.#now = now
  }

  cursor(site: string, rule: string): Cursor | undefined {
    const [row] = this.#database.all(
      'SELECT version, through FROM cursors WHERE site = ? AND rule = ?',
      site,
      rule,
    )
    return row && { version: Number(row.version), through: Number(row.through) }
  }

  record(of: RuleOfRecord, said: readonly Said[], through: Instant): Changes {
    return this.#database.transaction(() => {
      const added = this.#add(said)
      this.#moveCursor(of, through)
      return { said: added, alerts: this.#fold(of, added) }
    })
  }

  revise(of: RuleOfRecord, said: readonly Said[], from: Instant, through: Instant): Changes {
    return this.#database.transaction(() => {
      const before = this.#kept(
        'site = ? AND rule = ? AND time > ? AND time <= ?',
        ...[of.site, of.rule, from, through],
      )
      const changed = before.flatMap(revisedTo(new Map(said.map(one => [one.id, one]))))
      for (const { seq, retracted, row } of changed)
        this.#database.run(
          'UPDATE said SET retracted = ?, row = ? WHERE seq = ?',
          ...[retracted ? 1 : 0, JSON.stringify(row), seq],
        )
      changed.push(...this.#add(said))
      this.#moveCursor(of, Math.max(through, this.cursor(of.site, of.rule)?.through ?? through))
      return { said: changed, alerts: this.#fold(of, changed) }
    })
  }

  openAt(site: string, rule: string, at: Instant): Map<string, Instant> {
    const open = new Map<string, Instant>()
    const rows = this.#database.all(
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
    return this.#database.transaction(() => {
      if (gone) this.#database.run('DELETE FROM cursors WHERE site = ? AND rule = ?', site, rule)
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

  alerts(site: string, { open, rule, key, before, limit = 100 }: AlertFilter = {}): Alert[] {
    const where = ['site = ?']
    const values: SQLInputValue[] = [site]
    if (open !== undefined) where.push(`cleared_at IS ${open ? '' : 'NOT '}NULL`)
    if (rule !== undefined) values.push(rule) && where.push('rule = ?')
    if (key !== undefined) values.push(key) && where.push('key = ?')
    if (before !== undefined) values.push(before) && where.push('raised_at < ?')
    return this.#alerts(
      `${where.join(' AND ')} ORDER BY raised_at DESC, id LIMIT ?`,
      ...[...values, Math.floor(limit)],
    )
  }

  acknowledge(site: string, id: string, by: string, at: Instant): Alert | undefined {
    this.#database.durably(() =>
      this.#database.run(
        'UPDATE alerts SET acknowledged_at = ?, acknowledged_by = ? WHERE site = ? AND id = ? AND acknowledged_at IS NULL',
        ...[at, by, site, id],
      ),
    )
    return this.alert(site, id)
  }

  clear(site: string, id: string, at: Instant): Changes {
    return this.#database.durably(() => {
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
      this.#database.run(
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
    return this.#kept(`${where.join(' AND ')} ORDER BY ${by} LIMIT ?`, ...[...values, Math.floor(limit)])
  }

  lastSaid(site: string, rule: string): Instant | null {
    const [row] = this.#database.all(
      "SELECT max(time) AS time FROM said WHERE site = ? AND rule = ? AND retracted = 0 AND kind != 'cleared'",
      ...[site, rule],
    )
    return row?.time == null ? null : Number(row.time)
  }

  after(seq: number, of?: { site: string; rule: string }, limit = 100): Kept[] {
    return of
      ? this.#kept('site = ? AND rule = ? AND seq > ? ORDER BY seq LIMIT ?', of.site, of.rule, seq, limit)
      : this.#kept('seq > ? ORDER BY seq LIMIT ?', seq, limit)
  }

  get lastSeq(): number {
    return Number(this.#database.all('SELECT max(seq) AS seq FROM said')[0]?.seq ?? 0)
  }

  position(reader: string, ifAbsent: number): number {
    this.#database.run(
      'INSERT INTO positions VALUES (?, ?) ON CONFLICT (reader) DO NOTHING',
      reader,
      ifAbsent,
    )
    return Number(this.#database.all('SELECT seq FROM positions WHERE reader = ?', reader)[0].seq)
  }

  move(reader: string, seq: number): void {
    this.#database.run('INSERT OR REPLACE INTO positions VALUES (?, ?)', reader, seq)
  }

  forget(site: string, device?: string): void {
    this.#database.transaction(() => {
      const [where, ...values] =
        device === undefined ? ['site = ?', site] : ['site = ? AND device = ?', site, device]
      for (const table of ['said', 'alerts'])
        this.#database.run(`DELETE FROM ${table} WHERE ${where}`, ...values)
      if (device !== undefined) return
      for (const table of ['cursors', 'replays'])
        this.#database.run(`DELETE FROM ${table} WHERE site = ?`, site)
    })
  }

  noteReplay(status: ReplayStatus): void {
    noteReplay(this.#database, status)
  }

  notedReplays(site?: string): ReplayStatus[] {
    return notedReplays(this.#database, site)
  }

  prune(what: Pruning): number | null {
    return this.#database.transaction(() => prune(this.#database, what))
  }

  openCount(): number {
    return Number(
      this.#database.all('SELECT count(*) AS count FROM alerts WHERE cleared_at IS NULL')[0].count,
    )
  }

  /** What is new of it. */
  #add(said: readonly Said[]): Kept[] {
    const recordedAt = this.#now()
    const added: Kept[] = []
    for (const one of said) {
      const { id, site, rule, version, kind, key, device, time, row } = one
      const { changes, lastInsertRowid } = this.#database.run(
        `INSERT INTO said (id, site, rule, version, kind, key, device, time, recorded_at, row)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
        ...[id, site, rule, version, kind, key, device, time, recordedAt, JSON.stringify(row)],
      )
      if (changes === 1) added.push({ ...one, seq: Number(lastInsertRowid), recordedAt, retracted: false })
    }
    return added
  }

  #moveCursor({ site, rule, version }: RuleOfRecord, through: Instant): void {
    this.#database.run('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?)', site, rule, version, through)
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
    // Ended by a change of the rule: that stands.
    for (const { id, raisedAt, clearedBy } of before)
      if (!after.has(id) && clearedBy !== 'changed')
        this.#database.run(
          "UPDATE alerts SET cleared_at = ?, cleared_by = 'revised' WHERE id = ?",
          ...[raisedAt, id],
        )
    for (const { raised, clearedAt } of after.values()) this.#keep(of, raised, clearedAt)
    const ids = new Set([...before.map(({ id }) => id), ...after.keys()])
    const known = new Map(before.map(one => [one.id, JSON.stringify(one)]))
    return [...ids].map(id => this.#alert(id)!).filter(one => known.get(one.id) !== JSON.stringify(one))
  }

  #keep(of: RuleOfRecord, raised: Kept, clearedAt: Instant | null): void {
    const { id, site, rule, version, key, device, time, row } = raised
    this.#database.run(
      `INSERT INTO alerts (id, site, rule, version, key, device, severity, sentence, raised_at, row)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      ...[id, site, rule, version, key, device, of.severity ?? 'low', of.sentence, time, JSON.stringify(row)],
    )
    this.#database.run('UPDATE alerts SET row = ? WHERE id = ?', JSON.stringify(row), id)
    this.#database.run(
      `UPDATE alerts SET cleared_at = ?, cleared_by = ? WHERE id = ? AND coalesce(cleared_by, 'rule') IN ('rule', 'revised')`,
      ...[clearedAt, clearedAt === null ? null : 'rule', id],
    )
  }

  #alert(id: string): Alert | undefined {
    return this.#alerts('id = ?', id)[0]
  }

  #alerts(where: string, ...values: SQLInputValue[]): Alert[] {
    return this.#database.all(`SELECT * FROM alerts WHERE ${where}`, ...values).map(alertOf)
  }

  #kept(where: string, ...values: SQLInputValue[]): Kept[] {
    return this.#database.all(`SELECT * FROM said WHERE ${where}`, ...values).map(keptOf)
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]()
  }
}

/** No rule's own: judging the past again leaves it. */
const endingOf = (alert: string) => `end-${alert}`
const isEnding = (id: string) => id.startsWith('end-')

/** What becomes of something that was said, now that it is known what follows; nothing when it stands as it is. */
function revisedTo(wanted: ReadonlyMap<string, Said>): (one: Kept) => Kept[] {
  return one => {
    const now = wanted.get(one.id)
    if (now === undefined) return one.retracted || isEnding(one.id) ? [] : [{ ...one, retracted: true }]
    const isSame = !one.retracted && JSON.stringify(now.row) === JSON.stringify(one.row)
    return isSame ? [] : [{ ...one, retracted: false, row: now.row }]
  }
}
