import { createHash } from 'node:crypto'
import type { Instant, Rule } from '@ohmstead/model'
import { RuleFault, Unsupported } from '@ohmstead/streams'
import type { ReadingStore } from '@ohmstead/telemetry'
import type { AlertStore, Changes, Ending, RuleOfRecord } from './alerts/alertStore.ts'
import type { Compiled } from './compile.ts'
import type { Edges } from './edges.ts'
import { orderKey, type StoredEvent } from './history.ts'
import { Lane } from './lane.ts'
import { Pace } from './pace.ts'
import { type StoreAction, storeActions } from './rowStore.ts'
import type { Output, RuleReading, RuleRun } from './run.ts'

export interface UnitParts {
  readonly rule: Rule
  readonly compiled: Compiled
  readonly zone: string
  readonly store: Pick<ReadingStore, 'select' | 'raw' | 'latest'>
  readonly alerts: AlertStore
  readonly placeOf: (device: string) => string | null
  /** Makes readings of rows; resolves when they are durable. */
  readonly keep: (rule: Rule, action: StoreAction, rows: readonly Output[]) => Promise<void>
  /** Told of what has become durable. */
  readonly said: (changes: Changes) => void
  readonly now: () => Instant
  /** Told of what went wrong around the rule; it is started again. */
  readonly trouble: (error: unknown) => void
  /** How long the rule's clock waits behind the wall clock for readings on their way, ms. */
  readonly latenessMs: number
}

/** Readings that may wait in memory; beyond, they are read from the store instead. */
const mostWaiting = 50_000
/** A later reading than this is counted and left alone. */
const longestLateMs = 7 * 86_400_000
/** The rule's clock waits at most so long for devices that are always late. */
const longestDelayMs = 60_000
/** Least time between two judgements of the past, ms. */
const reviseEveryMs = 5_000
/** How long the cursor may stay behind when nothing is said. */
const cursorEveryMs = 10_000
const retryMs = 5_000
/** A rule that works longer than this on what came meanwhile, and longer than that took to come, is stopped. */
const longestFollowMs = 5_000
/** Forecasts and prices are stored ahead of their time; of those that come later, the next start knows. */
const longestAheadMs = 2 * 86_400_000

const done = Promise.resolve()

interface Waiting extends RuleReading {
  readonly order: string
}

export type UnitState = 'starting' | 'running' | 'stopped'

/** A rule of a site as it runs: its clock follows the wall clock at a small distance, and what it says becomes durable. */
export class Unit {
  readonly rule: Rule
  readonly compiled: Compiled
  readonly #parts: UnitParts
  readonly #of: RuleOfRecord
  #run: RuleRun | undefined
  #edges: Edges | undefined
  #waiting = new Map<string, Waiting>()
  /** The first reading that waits in the store instead of in memory. */
  #leftOut: Instant | undefined
  /** Set when readings came late: the past is judged again from here. */
  #again: Instant | undefined
  #revisedAt = Number.NEGATIVE_INFINITY
  #reviseTookMs = 0
  #savedThrough = Number.NEGATIVE_INFINITY
  #recentFrom: Instant | undefined
  #delayMs: number
  /** Since the past is being judged. */
  #ended: Ending[] = []
  #failure: string | null = null
  #retryAt = Number.NEGATIVE_INFINITY
  #busy: Promise<void> | undefined
  readonly #closing = new AbortController()
  readonly counts = { readings: 0, late: 0, ignored: 0, revisions: 0, said: 0, busyMs: 0 }

  constructor(parts: UnitParts) {
    this.#parts = parts
    this.rule = parts.rule
    this.compiled = parts.compiled
    this.#delayMs = parts.latenessMs
    const { site, id, version, actions } = parts.rule
    const alert = actions.find(action => action.kind === 'alert')
    this.#of = {
      site,
      rule: id,
      version: stateVersion(version, parts.compiled.origin),
      severity: alert?.severity ?? null,
      sentence: parts.compiled.sentence,
    }
  }

  get state(): UnitState {
    if (this.reason !== null) return 'stopped'
    return this.#run === undefined ? 'starting' : 'running'
  }

  /** Why it was stopped. */
  get reason(): string | null {
    return this.#failure ?? this.#run?.stopped ?? null
  }

  get held(): number {
    return this.#run?.held ?? 0
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Its clock. */
  get through(): Instant | undefined {
    return this.#run?.now
  }

  /** A stored reading that it looks at; the same one again is no other. */
  offer(reading: RuleReading, tags: string): void {
    if (this.reason !== null) return
    if (this.#run && reading.time <= this.#run.now) this.#late(reading)
    else if (this.#waiting.size >= mostWaiting) this.#overflow(reading.time)
    else this.#await(reading, tags)
  }

  /** Something that it may have been given is no more: the past is judged again without it. */
  withdrawn(time: Instant): void {
    if (this.reason === null && this.compiled.bounded && this.#run && time <= this.#run.now)
      this.#judgeAgain(time - 1)
  }

  /** A stored reading from before some that it was not given, because they changed nothing then: it looks at all of them. */
  reread(reading: RuleReading, tags: string): void {
    this.offer(reading, tags)
    if (!this.#run || reading.time > this.#run.now) this.#overflow(reading.time)
  }

  #await(reading: RuleReading, tags: string): void {
    const order = orderKey(reading.device, reading.measurement, tags)
    const key = `${reading.time}\0${order}`
    const before = this.#waiting.get(key)
    const fields = before ? { ...before.fields, ...reading.fields } : reading.fields
    this.#waiting.set(key, { ...reading, fields, order })
  }

  /** Stored already, but its time has not come. */
  #wait({ time, event, order }: StoredEvent): void {
    const key = `${time}\0${order}`
    if (this.#waiting.has(key)) return
    if (this.#waiting.size >= mostWaiting) {
      this.#overflow(time)
      return
    }
    const { device, place, time: _, ...values } = event.toObject()
    const fields = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
    const reading = { measurement: event.type.name, device, place, time, fields, order } as Waiting
    this.#waiting.set(key, reading)
  }

  #late(reading: RuleReading): void {
    this.counts.late++
    const lateMs = this.#parts.now() - reading.time
    if (lateMs < longestDelayMs)
      this.#delayMs = Math.min(longestDelayMs, Math.max(this.#delayMs, lateMs * 1.25))
    if (!this.compiled.bounded || lateMs > longestLateMs) this.counts.ignored++
    else this.#judgeAgain(reading.time - 1)
  }

  /** It is in the store, so memory need not hold it: when its time comes, it is read from there. */
  #overflow(time: Instant): void {
    this.#leftOut = Math.min(this.#leftOut ?? time, time)
  }

  #judgeAgain(from: Instant): void {
    this.#again = Math.min(this.#again ?? from, from)
  }

  /**
   * Takes up where the last run left off. A version that never ran learns from the past what is so already, and says nothing
   * of what was before. @param recentFrom readings since then may have come without being looked at
   */
  start(recentFrom: Instant | undefined): Promise<void> {
    if (recentFrom !== undefined) this.#recentFrom = recentFrom
    return this.#alone(async () => {
      const { alerts, now } = this.#parts
      const { site, rule, version } = this.#of
      const cursor = alerts.cursor(site, rule)
      const to = now() - this.#delayMs
      if (cursor?.version !== version) return await this.#begin(to)
      const from = this.compiled.bounded
        ? Math.min(cursor.through, this.#recentFrom ?? cursor.through)
        : cursor.through
      await this.#judge(Math.max(from, to - longestLateMs), Math.max(to, cursor.through))
      this.#recentFrom = undefined
    })
  }

  /** A version's first run. */
  async #begin(to: Instant): Promise<void> {
    const { alerts, said } = this.#parts
    const { site, rule } = this.#of
    const { run, edges } = await this.#replay(to, to, undefined)
    // Without a word for its end nobody knows whether what was once raised still holds.
    if (!edges.clears) edges.open.clear()
    const known = alerts.openAt(site, rule, Number.MAX_SAFE_INTEGER)
    said(alerts.end(site, rule, { at: to, keep: new Set(edges.open.keys()), gone: false }))
    said(alerts.record(this.#of, edges.raisedAgain(known), to))
    this.#take(run, edges)
  }

  /** Runs (from, to] again and brings what is kept in line. */
  async #judge(from: Instant, to: Instant): Promise<void> {
    const { alerts, said } = this.#parts
    const { site, rule } = this.#of
    const { run, edges, outputs, rows } = await this.#replay(from, to, alerts.openAt(site, rule, from))
    await this.#keep(rows)
    const late = outputs.filter(({ time }) => time > from)
    said(
      this.compiled.bounded
        ? alerts.revise(this.#of, late, from, to)
        : alerts.record(this.#of, late, Math.max(to, alerts.cursor(site, rule)?.through ?? to)),
    )
    this.#take(run, edges)
  }

  #take(run: RuleRun, edges: Edges): void {
    // What a person has ended while the past was judged.
    for (const ending of this.#ended) edges.end(ending)
    this.#ended = []
    this.#run = run
    this.#edges = edges
    this.#savedThrough = run.now
    // What came while the store was read may not have been seen.
    for (const [key, { time }] of this.#waiting)
      if (time <= run.now) {
        this.#waiting.delete(key)
        this.#judgeAgain(time - 1)
      }
  }

  /** A run that has seen what is stored up to `to`; rows until `from` only made its state. */
  async #replay(from: Instant, to: Instant, open: ReadonlyMap<string, Instant> | undefined) {
    const { compiled, rule } = this
    const { zone, store, placeOf, now } = this.#parts
    // What has come by now is in the store.
    for (const [key, { time }] of this.#waiting) if (time <= to) this.#waiting.delete(key)
    const alerts = rule.actions.some(({ kind }) => kind === 'alert')
    const rows: Output[] = []
    const lane = new Lane({
      ...{ rule, compiled, zone, store, placeOf, from, end: now() + longestAheadMs },
      // Which alerts were open is known from the store; a version's first run, and one that raises none, finds it out.
      ...(alerts &&
        open !== undefined && { open, endings: this.#parts.alerts.endings(rule.site, rule.id, from) }),
      ...(storeActions(rule).length > 0 && {
        rows: more => {
          for (const row of more) rows.push(row)
        },
      }),
      signal: this.#closing.signal,
    })
    const outputs = await lane.advanceTo(to)
    for await (const stored of lane.rest()) this.#wait(stored)
    this.counts.busyMs += lane.busyMs
    return { run: lane.run, edges: lane.edges, outputs, rows }
  }

  /** Moves the rule's clock after the wall clock. */
  tick(): Promise<void> {
    const now = this.#parts.now()
    if (this.#busy || this.reason !== null) return this.#busy ?? done
    if (this.#run === undefined) return Math.abs(now - this.#retryAt) < retryMs ? done : this.start(undefined)
    if (this.#leftOut !== undefined && this.#leftOut <= now - this.#delayMs) {
      this.#judgeAgain(Math.min(this.#leftOut - 1, this.#run.now))
      this.#leftOut = undefined
    }
    const pauseMs = Math.max(reviseEveryMs, 20 * this.#reviseTookMs)
    if (this.#again !== undefined && Math.abs(now - this.#revisedAt) >= pauseMs) return this.#revise(now)
    const to = now - this.#delayMs
    if (!this.#isQuietUntil(to)) return this.#alone(() => this.#follow(to))
    this.#run.advance(to)
    return done
  }

  /** Most rules wait for nothing most of the time: then their clock moves and that is all. */
  #isQuietUntil(to: Instant): boolean {
    return this.#waiting.size === 0 && to - this.#savedThrough < cursorEveryMs && this.#run!.isQuietUntil(to)
  }

  #revise(now: Instant): Promise<void> {
    const from = this.#again!
    this.#again = undefined
    this.#revisedAt = now
    this.counts.revisions++
    return this.#alone(async () => {
      const start = performance.now()
      this.#recentFrom = from
      await this.#judge(from, Math.max(this.#run!.now, from + 1))
      this.#recentFrom = undefined
      this.#reviseTookMs = performance.now() - start
    })
  }

  async #follow(to: Instant): Promise<void> {
    const run = this.#run!
    if (to <= run.now) return
    const due = [...this.#waiting].filter(([, { time }]) => time <= to)
    for (const [key] of due) this.#waiting.delete(key)
    const readings = due.map(([, reading]) => reading).sort(inOrder)
    const mostMs = Math.max(longestFollowMs, 2 * (to - run.now))
    const pace = new Pace(this.#closing.signal)
    for (const reading of readings) {
      run.read(reading)
      this.counts.readings++
      if (pace.isDue()) await pace.turn()
      if (pace.workedMs > mostMs)
        throw new RuleFault('takes longer to look at readings than they take to come')
    }
    run.advance(to)
    this.counts.busyMs += pace.busyMs
    await this.#save()
  }

  async #save(): Promise<void> {
    const run = this.#run!
    const outputs = run.take()
    if (outputs.length === 0 && run.now - this.#savedThrough < cursorEveryMs) return
    const { alerts, said } = this.#parts
    await this.#keep(outputs.filter(({ meaning }) => meaning === 'raise'))
    const news = this.#edges!.of(outputs)
    this.counts.said += news.length
    said(alerts.record(this.#of, news, run.now))
    this.#savedThrough = run.now
  }

  /** Before the cursor is moved: after the end of the process they follow again from the readings. */
  async #keep(rows: readonly Output[]): Promise<void> {
    for (const action of storeActions(this.rule)) await this.#parts.keep(this.rule, action, rows)
  }

  /** Somebody has ended an alert: what comes next is new. */
  ended(ending: Ending): void {
    this.#edges?.end(ending)
    if (this.#busy) this.#ended.push(ending)
  }

  /** One thing at a time; what goes wrong stops this rule, with its reason, and no other. */
  #alone(work: () => Promise<void>): Promise<void> {
    const before = this.#busy ?? Promise.resolve()
    const turn = before.then(work).catch(error => {
      if (this.#closing.signal.aborted) return
      if (error instanceof RuleFault || error instanceof Unsupported) {
        this.#failure = error.message
        return
      }
      // Whatever is not durable follows again from the readings.
      this.#parts.trouble(error)
      this.#retryAt = this.#parts.now()
      this.#run = undefined
    })
    const busy = turn.finally(() => {
      if (this.#busy === busy) this.#busy = undefined
    })
    this.#busy = busy
    return busy
  }

  /** Forgets what it would have looked at next: it was stopped. */
  drop(): void {
    this.#waiting.clear()
  }

  /** Lets what is in hand end; nothing is said afterwards. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the rule was ended'))
    await this.#busy
  }
}

function inOrder(a: Waiting, b: Waiting): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.order === b.order) return 0
  return a.order < b.order ? -1 : 1
}

/**
 * What the state of a rule belongs to: its version, and the versions of the rules that it looks at. When one of these changes,
 * the rule learns anew what is so, as with a version of its own.
 */
function stateVersion(version: number, origin: string): number {
  if (origin === '') return version
  return version * 2 ** 32 + createHash('sha256').update(origin).digest().readUInt32BE()
}
