import type { Instant, Rule } from '@ohmstead/model'
import type { ReadingStore } from '@ohmstead/telemetry'
import type { Ending } from './alerts/alertStore.ts'
import type { Compiled } from './compile.ts'
import { Edges, type Said } from './edges.ts'
import { type HistoryOptions, history, knownAt, type StoredEvent } from './history.ts'
import { Pace } from './pace.ts'
import { type Output, RuleRun } from './run.ts'

export interface LaneOptions {
  readonly rule: Rule
  readonly compiled: Compiled
  readonly zone: string
  /** Nothing here can write. */
  readonly store: Pick<ReadingStore, 'select' | 'raw' | 'latest'>
  readonly placeOf: (device: string) => string | null
  /** What the rule says until then only makes its state. */
  readonly from: Instant
  /** Readings are taken before this. */
  readonly end: Instant
  /** What is open at `from`; undefined finds it out. */
  readonly open?: ReadonlyMap<string, Instant> | undefined
  /** What was ended after `from` by others than the rule, oldest first. */
  readonly endings?: readonly Ending[]
  /** Given the rows that raise after `from`, in their order. */
  readonly rows?: (rows: readonly Output[]) => void
  readonly signal: AbortSignal
}

/** One rule over stored readings, on a clock of its own that is moved step by step. */
export class Lane {
  readonly run: RuleRun
  readonly edges: Edges
  readonly #options: LaneOptions
  readonly #begin: Instant
  readonly #pace: Pace
  #windows: AsyncGenerator<StoredEvent[]> | undefined
  #window: readonly StoredEvent[] = []
  #at = 0

  /** @throws RuleFault · Unsupported */
  constructor(options: LaneOptions) {
    const { rule, compiled, zone, from, open, endings, signal } = options
    this.#options = options
    this.#begin = from - compiled.memoryMs
    this.run = new RuleRun(compiled, zone, this.#begin - 1)
    this.edges = new Edges(rule, compiled, open ?? new Map(), endings)
    this.#pace = new Pace(signal)
  }

  get busyMs(): number {
    return this.#pace.busyMs
  }

  /** Moves the clock. @returns what the rule says after `from`, up to there */
  async advanceTo(to: Instant): Promise<Said[]> {
    const { from, open } = this.#options
    const said: Said[] = []
    const take = () => {
      const rows = this.run.take()
      this.#options.rows?.(rows.filter(({ time, meaning }) => time > from && meaning === 'raise'))
      const known = open === undefined ? rows : rows.filter(({ time }) => time > from)
      for (const one of this.edges.of(known)) if (one.time > from) said.push(one)
    }
    if (this.#windows === undefined) await this.#open()
    this.#pace.begin()
    for (let next = await this.#next(); next !== undefined && next.time <= to; next = await this.#next()) {
      this.#at++
      this.run.readEvent(next.event, next.time)
      if (this.run.stopped !== null) break
      if (this.#pace.isDue()) {
        take()
        await this.#pace.turn()
      }
    }
    this.run.advance(to)
    take()
    this.edges.endThrough(to)
    this.#pace.end()
    return said
  }

  /** The readings beyond the clock, up to `end`. */
  async *rest(): AsyncGenerator<StoredEvent> {
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      this.#at++
      yield next
    }
  }

  async #open(): Promise<void> {
    const { end } = this.#options
    const options = this.#history
    for (const { event } of await knownAt(options, this.#begin - 1))
      this.run.readEvent(event, this.#begin - 1)
    this.#windows = history(options, { from: this.#begin, to: end })
  }

  /** The next reading, which stays next; undefined at the end. */
  #next(): StoredEvent | undefined | Promise<StoredEvent | undefined> {
    return this.#window[this.#at] ?? this.#load()
  }

  async #load(): Promise<StoredEvent | undefined> {
    const { value, done } = await this.#windows!.next()
    this.#at = 0
    this.#window = done ? [] : value
    return this.#window[0]
  }

  get #history(): HistoryOptions {
    const { store, placeOf, rule, compiled, signal } = this.#options
    return { store, site: rule.site, needs: compiled.needs, types: this.run.types, placeOf, signal }
  }
}
