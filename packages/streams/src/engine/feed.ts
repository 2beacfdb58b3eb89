import type { Value } from './event.ts'

/** What a feed needs of an engine. */
export interface Target {
  readonly now: number
  advanceThrough(to: number): void
  send(type: string, record: Readonly<Record<string, Value>>, event: Dated): void
}

export interface FeedOptions {
  /** How much later than others of its source an event may come, ms. The engine is that much behind. */
  readonly latenessMs: number
  /** A source that is this far behind the foremost one is waited for no longer, ms. */
  readonly idleMs?: number
  /** Events kept in order at most; then the oldest go on, whoever is still to come. */
  readonly most?: number
  /** Told of events that come too late. With `true` it has dealt with one, which is then not counted. */
  readonly onLate?: (event: Dated) => unknown
}

/** An event with its own time. */
export interface Dated {
  /** Who sends it: its events come nearly in order. */
  readonly source: string
  readonly type: string
  /** ms */
  readonly time: number
  readonly record: Readonly<Record<string, Value>>
  /** What is sent again under this name, as long as it waits, takes the place of the one before. */
  readonly identity?: string
}

interface Waiting {
  event: Dated
  readonly number: number
}

/**
 * Runs an engine by the time of the events: they are put in order before it sees them, and its clock follows the slowest
 * source. What comes later than allowed is counted and left out.
 */
export class Feed {
  /** Events that came too late, by source. */
  readonly late = new Map<string, number>()
  readonly #engine: Target
  readonly #options: Required<FeedOptions>
  /** Newest time of each source, ms. */
  readonly #newest = new Map<string, number>()
  readonly #known = new Map<string, Waiting>()
  #heap: Waiting[] = []
  #made = 0
  #foremost = Number.NEGATIVE_INFINITY

  constructor(engine: Target, options: FeedOptions) {
    this.#engine = engine
    const { latenessMs, idleMs = 60_000, most = 1_000_000, onLate = () => {} } = options
    this.#options = { latenessMs, idleMs, most, onLate }
  }

  /** Events that wait for others. */
  get waiting(): number {
    return this.#heap.length
  }

  /** Takes an event; the engine sees it when nothing before it is to be expected. @returns false when it is too late */
  send(event: Dated): boolean {
    const { source, time } = event
    this.#newest.set(source, Math.max(time, this.#newest.get(source) ?? time))
    this.#foremost = Math.max(this.#foremost, time)
    if (time < this.#engine.now) return this.#refuse(event)
    this.#put(event)
    this.#release(this.#watermark())
    while (this.#heap.length > this.#options.most) this.#release(this.#heap[0].event.time)
    return true
  }

  /** Tells that it is `now`, ms, so that the silence of all is noticed too. */
  advance(now: number): void {
    this.#foremost = Math.max(this.#foremost, now)
    this.#release(Math.max(this.#watermark(), now - this.#options.idleMs))
  }

  /** Sends all that waits: nothing more will come. */
  flush(): void {
    this.#release(this.#foremost)
  }

  #refuse(event: Dated): boolean {
    if (this.#options.onLate(event) === true) return true
    this.late.set(event.source, (this.late.get(event.source) ?? 0) + 1)
    return false
  }

  /** What no source is expected to go below, ms. */
  #watermark(): number {
    const { latenessMs, idleMs } = this.#options
    let slowest = this.#foremost
    for (const newest of this.#newest.values())
      if (newest < slowest && newest >= this.#foremost - idleMs) slowest = newest
    return slowest - latenessMs
  }

  #put(event: Dated): void {
    const { identity } = event
    const before = identity === undefined ? undefined : this.#known.get(identity)
    if (before && before.event.time === event.time) {
      before.event = event
      return
    }
    const waiting: Waiting = { event, number: this.#made++ }
    if (identity !== undefined) this.#known.set(identity, waiting)
    this.#heap.push(waiting)
    this.#rise(this.#heap.length - 1)
  }

  #release(until: number): void {
    while (this.#heap.length > 0 && this.#heap[0].event.time <= until) {
      const { event } = this.#pop()
      this.#engine.advanceThrough(Math.max(event.time, this.#engine.now))
      this.#engine.send(event.type, event.record, event)
    }
    if (until > this.#engine.now) this.#engine.advanceThrough(until)
  }

  // ── a heap by time, then by arrival ────────────────────────────────────────────────────────

  #pop(): Waiting {
    const [first] = this.#heap
    const last = this.#heap.pop()!
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink()
    }
    const { identity } = first.event
    if (identity !== undefined && this.#known.get(identity) === first) this.#known.delete(identity)
    return first
  }

  #rise(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!before(this.#heap[i], this.#heap[parent])) return
      this.#swap(i, parent)
      i = parent
    }
  }

  #sink(): void {
    for (let i = 0; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < this.#heap.length && before(this.#heap[child], this.#heap[least])) least = child
      if (least === i) return
      this.#swap(i, least)
      i = least
    }
  }

  #swap(a: number, b: number): void {
    const item = this.#heap[a]
    this.#heap[a] = this.#heap[b]
    this.#heap[b] = item
  }
}

const before = (a: Waiting, b: Waiting) =>
  a.event.time === b.event.time ? a.number < b.number : a.event.time < b.event.time
