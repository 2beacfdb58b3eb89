import type { Engine } from '../engine/engine.ts'
import type { Event } from '../engine/event.ts'
import { type Dated, Feed, type FeedOptions, type Target } from '../engine/feed.ts'
import type { Delivery } from '../engine/rule.ts'
import { reachOf } from './reach.ts'

/** A row of a statement, and what became of it. */
export interface Revised {
  readonly statement: string
  /** When it was said by the clock of the events, ms. */
  readonly time: number
  readonly row: Event
  /** Of the remove stream. */
  readonly removed: boolean
  /** `told` in time; `retracted`: it does not hold after all; `corrected`: it holds, as is known now. */
  readonly kind: 'told' | 'retracted' | 'corrected'
}

export interface RevisingOptions extends Omit<FeedOptions, 'onLate'> {
  /** A new engine at a time, ms, with its streams declared and its rules deployed: always the same ones. */
  readonly make: (start: number) => Engine
  /** How much later than the clock an event may come and still change what was said, ms. */
  readonly reviseMs: number
  /** How far back the rules look, ms; found out from their text when it is not given. */
  readonly reachMs?: number
  /** Events kept to say things again at most; then the oldest are forgotten, and less can be revised. */
  readonly mostKept?: number
  readonly onRow: (row: Revised) => void
  /** Told of events that came too late to change anything. */
  readonly onLate?: (event: Dated) => void
}

type Said = Omit<Revised, 'kind'>

/**
 * A feed whose late events revise what was said. It keeps the events that its rules can still look at; when one comes
 * late, they are run again in their order by a new engine, and what differs is taken back and said anew. After all
 * events are there, the rows that stand are those that they would have given in order.
 */
export class Revising {
  /** How far back the rules look, ms; undefined: without an end, so that nothing can be revised. */
  readonly reachMs: number | undefined
  readonly #options: RevisingOptions
  readonly #start: number
  readonly #feed: Feed
  #engine: Engine
  /** Events that the engine has seen, by time, then by arrival. */
  #seen: Dated[] = []
  #said: Said[] = []
  /** No event since then is forgotten, ms. */
  #since = Number.NEGATIVE_INFINITY
  /** What the engine says goes here while it runs again. */
  #again: Said[] | null = null

  constructor(options: RevisingOptions, start = 0) {
    this.#options = options
    this.#start = start
    this.#engine = this.#listening(start)
    this.reachMs = options.reachMs ?? reachOfAll(this.#engine)
    this.#feed = new Feed(this.#target(), {
      latenessMs: options.latenessMs,
      idleMs: options.idleMs,
      most: options.most,
      onLate: event => {
        if (this.#revise(event)) return true
        options.onLate?.(event)
        return false
      },
    })
  }

  /** Events that came too late to change anything, by source. */
  get late(): ReadonlyMap<string, number> {
    return this.#feed.late
  }

  /** Events that are kept to say things again. */
  get kept(): number {
    return this.#seen.length
  }

  /** The clock of the events, ms. */
  get now(): number {
    return this.#engine.now
  }

  /** Takes an event. @returns false when it came too late to change anything */
  send(event: Dated): boolean {
    return this.#feed.send(event)
  }

  /** Tells that it is `now`, ms; see `Feed`. */
  advance(now: number): void {
    this.#feed.advance(now)
  }

  /** Sends all that waits for others. */
  flush(): void {
    this.#feed.flush()
  }

  // ── in time ────────────────────────────────────────────────────────────────────────────────

  /** The engine of the moment, as the feed sees it. */
  #target(): Target {
    const nowOf = () => this.#engine.now
    return {
      get now() {
        return nowOf()
      },
      advanceThrough: to => {
        this.#engine.advanceThrough(to)
        this.#forget()
      },
      send: (type, record, event) => {
        this.#seen.push(event)
        this.#engine.send(type, record)
      },
    }
  }

  #listening(start: number): Engine {
    const engine = this.#options.make(start)
    for (const rule of engine.rules.values()) rule.onRows(delivery => this.#hear(delivery))
    return engine
  }

  #hear({ statement, time, insert, remove }: Delivery): void {
    const rows = [
      ...remove.map((row): Said => ({ statement, time, row, removed: true })),
      ...insert.map((row): Said => ({ statement, time, row, removed: false })),
    ]
    if (this.#again) {
      this.#again.push(...rows)
      return
    }
    this.#said.push(...rows)
    this.#tell('told', rows)
  }

  #tell(kind: Revised['kind'], rows: readonly Said[]): void {
    for (const row of rows) this.#options.onRow({ ...row, kind })
  }

  /** What is older cannot be revised, ms. */
  get #horizon(): number {
    return this.now - this.#options.reviseMs
  }

  /** Lets go of what no late event can touch any more; now and then, since it costs a copy. */
  #forget(): void {
    const { mostKept = 1_000_000, reviseMs } = this.#options
    const margin = Math.max(1000, reviseMs / 4)
    const oldest = this.reachMs === undefined ? this.now : this.#horizon - this.reachMs
    if (this.#said[0]?.time < this.#horizon - margin)
      this.#said = this.#said.filter(({ time }) => time >= this.#horizon)
    if (this.#seen[0]?.time < oldest - margin) this.#keepSince(oldest)
    if (this.#seen.length > mostKept) this.#keepSince(this.#seen[this.#seen.length - (mostKept >> 1)].time)
  }

  #keepSince(time: number): void {
    this.#since = time
    this.#seen = this.#seen.filter(event => event.time >= time)
  }

  // ── too late for that ──────────────────────────────────────────────────────────────────────

  /** @returns false when it is older than what can be revised, or what it would change looks further back than is kept */
  #revise(event: Dated): boolean {
    const before = this.#seen.findIndex(
      ({ identity }) => identity !== undefined && identity === event.identity,
    )
    const from = before < 0 ? event.time : Math.min(event.time, this.#seen[before].time)
    if (this.reachMs === undefined || from < this.#horizon || from - this.reachMs < this.#since) return false
    if (before >= 0) this.#seen.splice(before, 1)
    this.#seen.splice(placeOf(this.#seen, event.time), 0, event)
    this.#runAgain(from, this.reachMs)
    return true
  }

  #runAgain(from: number, reachMs: number): void {
    const { now } = this
    this.#again = []
    const engine = this.#listening(Math.max(this.#start, from - reachMs))
    for (const event of this.#seen) {
      if (event.time < from - reachMs) continue
      engine.advanceThrough(Math.max(event.time, engine.now))
      engine.send(event.type, event.record)
    }
    engine.advanceThrough(now)
    const told = this.#said.filter(({ time }) => time >= from)
    // Before that it knew less than was known then.
    const anew = this.#again.filter(({ time }) => time >= from)
    this.#again = null
    this.#engine = engine
    this.#said = [...this.#said.filter(({ time }) => time < from), ...anew]
    this.#tell('retracted', without(told, anew))
    this.#tell('corrected', without(anew, told))
  }
}

/** Behind all that is not later. */
function placeOf(events: readonly Dated[], time: number): number {
  let at = events.length
  while (at > 0 && events[at - 1].time > time) at--
  return at
}

/** What is in one list more often than in the other. */
function without(rows: readonly Said[], others: readonly Said[]): Said[] {
  const counts = new Map<string, number>()
  for (const other of others) counts.set(nameOf(other), (counts.get(nameOf(other)) ?? 0) + 1)
  return rows.filter(row => {
    const name = nameOf(row)
    const left = counts.get(name) ?? 0
    counts.set(name, left - 1)
    return left <= 0
  })
}

const nameOf = ({ statement, time, removed, row }: Said) =>
  JSON.stringify([statement, time, removed, row.toObject()])

function reachOfAll(engine: Engine): number | undefined {
  const texts = [...engine.rules.values()].flatMap(rule => rule.text)
  return reachOf(texts.join(';\n'))
}
