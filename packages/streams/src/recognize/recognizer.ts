import { Event, type EventType, type Value } from '../engine/event.ts'
import type { Timed, Timer } from '../engine/scheduler.ts'
import { keyOf } from '../expressions/operators.ts'
import type { SpanFn } from '../expressions/periods.ts'
import type { Fn, Slots } from '../expressions/scope.ts'
import type { Instance } from '../select/instance.ts'
import { plus } from '../time/period.ts'
import type { Sink, View } from '../windows/view.ts'
import { type Automaton, end } from './automaton.ts'

/**
 * `match_recognize`, compiled. Slots while a condition or measure is evaluated: 0 the present event, then one for each
 * variable, last the events before in the partition, newest first.
 */
export interface RecognizePlan {
  readonly type: EventType
  readonly automaton: Automaton
  readonly variables: readonly string[]
  /** By variable: whether it holds a list. */
  readonly many: readonly boolean[]
  readonly conditions: readonly (Fn | undefined)[]
  readonly measures: readonly Fn[]
  readonly partitionBy: readonly Fn[]
  readonly all: boolean
  readonly skip: 'past last row' | 'to next row' | 'to current row'
  readonly interval: SpanFn | undefined
  readonly orTerminated: boolean
  /** How far `prev` looks back. */
  readonly depth: number
}

/** A match that is being made: where it stands and what its variables hold. */
interface Partial {
  readonly place: number
  readonly start: number
  readonly startedAt: number
  readonly rows: readonly (Event | readonly Event[] | null)[]
  readonly events: readonly Event[]
}

/** What is looked for in one partition. */
interface Search {
  partials: Partial[]
  /** The last events, newest first: `prev` sees them even when they have left the window. */
  recent: readonly Event[]
  /** With an interval: complete matches that wait, by start. */
  waiting: Map<number, Partial[]>
}

export class Recognizer implements Sink, Timed {
  readonly plan: RecognizePlan
  readonly instance: Instance
  readonly searches = new Map<Value, Search>()
  window: View | undefined
  sequence = 0
  found: Partial[] = []
  depth = 0
  timers: Timer[] = []
  /** What `prev` saw from each event of the window, for pull queries. */
  readonly before = new Map<Event, readonly Event[]>()

  constructor(plan: RecognizePlan, instance: Instance) {
    this.plan = plan
    this.instance = instance
  }

  begin(): void {
    this.depth++
  }

  flush(): void {
    if (this.depth > 0) this.depth--
    this.tell()
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    for (const event of added) this.take(event)
    if (removed.length > 0) this.forget(removed)
    if (this.depth === 0) this.tell()
  }

  tell(): void {
    if (this.found.length === 0) return
    const { found } = this
    this.found = []
    const ordered = found.toSorted((a, b) => a.start - b.start)
    this.instance.offer(
      ordered.map(match => [this.rowOf(match)]),
      [],
    )
  }

  keyOf(event: Event): Value {
    const { partitionBy } = this.plan
    return partitionBy.length === 0 ? '' : keyOf(partitionBy.map(fn => fn([event], this.instance.cx)))
  }

  searchOf(event: Event): Search {
    const key = this.keyOf(event)
    let search = this.searches.get(key)
    if (!search) {
      this.instance.held(1)
      this.searches.set(key, (search = { partials: [], recent: [], waiting: new Map() }))
    }
    return search
  }

  keep(search: Search, partials: Partial[]): void {
    this.instance.held(partials.length - search.partials.length)
    search.partials = partials
  }

  take(event: Event): void {
    const search = this.searchOf(event)
    const next = this.step(search.partials, event, search.recent)
    this.instance.cx.work(next.length + 1)
    this.keep(search, next)
    if (this.plan.depth > 0) {
      if (this.window) this.before.set(event, search.recent)
      search.recent = [event, ...search.recent.slice(0, this.plan.depth - 1)]
    }
    this.complete(search)
    if (this.plan.interval) this.hurry(search)
  }

  /** All partial matches that this event continues or begins, in order of preference. */
  step(partials: readonly Partial[], event: Event, recent: readonly Event[]): Partial[] {
    const { places, first } = this.plan.automaton
    const next: Partial[] = []
    for (const partial of partials) this.extend(partial, places[partial.place].next, event, recent, next)
    const fresh: Partial = {
      place: end,
      start: this.sequence++,
      startedAt: this.instance.cx.now,
      rows: new Array(this.plan.variables.length).fill(null),
      events: [],
    }
    this.extend(fresh, first, event, recent, next)
    return next
  }

  /** Follows a partial match with this event, preferred ways first. */
  extend(
    partial: Partial,
    places: readonly number[],
    event: Event,
    recent: readonly Event[],
    into: Partial[],
  ): void {
    const { automaton, variables, conditions, many } = this.plan
    for (const place of places) {
      if (place === end) continue
      const variable = variables.indexOf(automaton.places[place].variable)
      const condition = conditions[variable]
      if (condition && condition([event, ...partial.rows, recent], this.instance.cx) !== true) continue
      const rows = [...partial.rows]
      rows[variable] = many[variable]
        ? [...((rows[variable] as readonly Event[] | null) ?? []), event]
        : event
      into.push({ ...partial, place, rows, events: [...partial.events, event] })
    }
  }

  isComplete(partial: Partial): boolean {
    return this.plan.automaton.places[partial.place].next.includes(end)
  }

  /** What is complete with the present event. */
  complete(search: Search): void {
    const done = search.partials.filter(partial => this.isComplete(partial))
    if (done.length > 0) {
      if (this.plan.interval) this.wait(done, search)
      else if (this.plan.all) this.found.push(...done)
      else this.choose(done, search)
    }
    // What can only end here needs not be kept.
    this.keep(
      search,
      search.partials.filter(partial =>
        this.plan.automaton.places[partial.place].next.some(place => place !== end),
      ),
    )
  }

  /** The earliest start, then the preferred way; what the skip clause says is given up. */
  choose(done: readonly Partial[], search: Search): void {
    const first = done.reduce((best, one) => (one.start < best.start ? one : best))
    this.found.push(first)
    if (this.plan.skip === 'past last row') {
      // Every partial match began at this row or before.
      this.keep(search, [])
      return
    }
    const others = done.filter(other => other.start > first.start)
    if (this.plan.skip === 'to next row')
      this.keep(
        search,
        search.partials.filter(other => other.start > first.start),
      )
    if (others.length > 0) this.choose(others, search)
  }

  // ── interval ───────────────────────────────────────────────────────────────────────────────

  wait(done: readonly Partial[], search: Search): void {
    for (const partial of done) {
      const before = search.waiting.get(partial.start)
      if (!before) this.arm(partial)
      if (this.plan.all) search.waiting.set(partial.start, [...(before ?? []), partial])
      else if (!before || partial.events.length > before[0].events.length)
        search.waiting.set(partial.start, [partial])
    }
  }

  arm(partial: Partial): void {
    const { scheduler, zone, order, cx } = this.instance
    const span = this.plan.interval!([], cx)
    if (!span) return
    const due = plus(partial.startedAt, span, zone)
    if (!this.timers.some(timer => timer.target !== null && timer.due === due))
      this.timers.push(scheduler.at(due, order, this))
  }

  onTime(now: number, timer: Timer): void {
    this.timers = this.timers.filter(other => other !== timer && other.target !== null)
    const { zone, cx } = this.instance
    const span = this.plan.interval!([], cx)!
    for (const search of this.searches.values())
      this.release(search, partial => plus(partial.startedAt, span, zone) <= now)
    this.tell()
  }

  /** `or terminated`: what no further row can make longer need not wait. */
  hurry(search: Search): void {
    if (!this.plan.orTerminated) return
    const open = new Set(search.partials.map(partial => partial.start))
    this.release(search, partial => !open.has(partial.start))
  }

  release(search: Search, isDue: (partial: Partial) => boolean): void {
    const starts = [...search.waiting.keys()].sort((a, b) => a - b)
    for (const start of starts) {
      const matches = search.waiting.get(start)
      if (!matches || !isDue(matches[0])) continue
      search.waiting.delete(start)
      this.found.push(...matches)
      this.keep(
        search,
        search.partials.filter(partial => partial.start !== start),
      )
      if (this.plan.all) continue
      if (this.plan.skip === 'past last row') this.skipWaiting(matches[0], search)
    }
    if (isDue !== undefined)
      this.keep(
        search,
        search.partials.filter(partial => !isDue(partial) || this.plan.orTerminated),
      )
  }

  skipWaiting(match: Partial, search: Search): void {
    const used = new Set(match.events)
    for (const [start, others] of search.waiting)
      if (used.has(others[0].events[0])) search.waiting.delete(start)
    this.keep(
      search,
      search.partials.filter(partial => !used.has(partial.events[0])),
    )
  }

  // ── rows ───────────────────────────────────────────────────────────────────────────────────

  rowOf(match: Partial): Event {
    const slots: Slots = [match.events.at(-1) ?? null, ...match.rows, []]
    return new Event(
      this.plan.type,
      this.plan.measures.map(fn => fn(slots, this.instance.cx) ?? null),
    )
  }

  /** Events that left the window take their partial matches with them. */
  forget(removed: readonly Event[]): void {
    const gone = new Set(removed)
    for (const event of removed) this.before.delete(event)
    const isLeft = (partial: Partial) => !partial.events.some(event => gone.has(event))
    for (const [key, search] of this.searches) {
      this.keep(search, search.partials.filter(isLeft))
      for (const [start, matches] of search.waiting) {
        const left = matches.filter(isLeft)
        if (left.length > 0) search.waiting.set(start, left)
        else search.waiting.delete(start)
      }
      if (search.partials.length > 0 || search.waiting.size > 0 || search.recent.length > 0) continue
      this.searches.delete(key)
      this.instance.held(-1)
    }
  }

  /** All matches in what the window holds: of each start the one that the pattern prefers. */
  iterate(): readonly Event[] {
    if (!this.window) return []
    const again = new Recognizer(this.plan, this.instance)
    const partials = new Map<Value, Partial[]>()
    const matches: Partial[] = []
    for (const event of this.window.contents()) {
      const key = this.keyOf(event)
      const next = again.step(partials.get(key) ?? [], event, this.before.get(event) ?? [])
      partials.set(key, next)
      matches.push(...next.filter(partial => again.isComplete(partial)))
    }
    const chosen = this.plan.all ? matches : this.preferred(matches)
    const rows = chosen.toSorted((a, b) => a.start - b.start).map(match => again.rowOf(match))
    return this.instance.rows.arrange(this.instance.rows.snapshot(rows.map(row => [row])))
  }

  preferred(matches: readonly Partial[]): Partial[] {
    const byStart = new Map<number, Partial>()
    for (const match of matches) {
      const best = byStart.get(match.start)
      if (best === undefined || (match.events.length > best.events.length && this.goesOn(best)))
        byStart.set(match.start, match)
    }
    if (this.plan.skip !== 'past last row') return [...byStart.values()]
    const used = new Set<Event>()
    const inOrder = [...byStart.values()].sort((a, b) => a.start - b.start)
    return inOrder.filter(match => {
      if (used.has(match.events[0])) return false
      for (const event of match.events) used.add(event)
      return true
    })
  }

  /** Whether a complete match would rather take another row than end. */
  goesOn(match: Partial): boolean {
    return this.plan.automaton.places[match.place].next[0] !== end
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel()
    this.timers = []
  }
}
