import type { Cx } from '../engine/context.ts'
import type { Event, Value } from '../engine/event.ts'
import type { Timed } from '../engine/scheduler.ts'
import { keyOf } from '../expressions/operators.ts'
import type { Fn, Slots } from '../expressions/scope.ts'
import type { Instance } from '../select/instance.ts'
import type { Sink } from '../windows/view.ts'

/** One stream joined to those before it. */
export interface Step {
  readonly type: 'inner' | 'left' | 'right' | 'full'
  readonly on: Fn | undefined
  /** Equalities between this stream's events and earlier slots: they find partners by key. */
  readonly equal: readonly { readonly own: Fn; readonly other: Fn }[]
}

export interface JoinPlan {
  /** For every stream but the first. */
  readonly steps: readonly Step[]
  readonly unidirectional: readonly boolean[]
  readonly windowed: readonly boolean[]
  /** Streams that are tables: they are read, they do not trigger. */
  readonly tables: readonly (string | undefined)[]
  /** Two streams that are both looked up by key when the other one changes. */
  /** Streams of inner joins: a row without them is none, however it came about. */
  readonly required: readonly number[]
  readonly mirror: { readonly own: readonly Fn[]; readonly other: readonly Fn[] } | undefined
}

type Tuple = (Event | null)[]

/** What one stream of a join holds, with an index by its join key. */
class Side implements Sink {
  readonly join: Join
  readonly slot: number
  readonly events = new Set<Event>()
  readonly index: Map<Value, Set<Event>> | null
  readonly keys: readonly Fn[]
  added: Event[] = []
  removed: Event[] = []

  constructor(join: Join, slot: number, keys: readonly Fn[]) {
    this.join = join
    this.slot = slot
    this.keys = keys
    this.index = keys.length > 0 ? new Map() : null
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    this.added.push(...added)
    this.removed.push(...removed)
    if (this.join.depth === 0) this.join.settleLater()
  }

  keyOf(event: Event, cx: Cx): Value {
    const slots: Tuple = []
    slots[this.slot] = event
    return keyOf(this.keys.map(key => key(slots, cx)))
  }

  put(event: Event, cx: Cx): void {
    this.events.add(event)
    if (!this.index) return
    const key = this.keyOf(event, cx)
    const list = this.index.get(key)
    if (list) list.add(event)
    else this.index.set(key, new Set([event]))
  }

  take(event: Event, cx: Cx): void {
    if (!this.events.delete(event) || !this.index) return
    const key = this.keyOf(event, cx)
    const list = this.index.get(key)
    list?.delete(event)
    if (list?.size === 0) this.index.delete(key)
  }
}

/**
 * A join of windows. Any change of one window is joined with what the others hold: what leaves against the contents
 * before the change, what enters against those after it.
 */
export class Join implements Timed {
  readonly plan: JoinPlan
  readonly instance: Instance
  readonly sides: Side[]
  depth = 0
  waits = false

  constructor(plan: JoinPlan, instance: Instance) {
    this.plan = plan
    this.instance = instance
    this.sides = plan.unidirectional.map((_, slot) => new Side(this, slot, keysOf(plan, slot)))
  }

  side(slot: number): Sink {
    return this.sides[slot]
  }

  preload(slot: number, events: readonly Event[]): void {
    for (const event of events) this.sides[slot].put(event, this.instance.cx)
  }

  begin(): void {
    this.depth++
  }

  flush(): void {
    if (--this.depth === 0) this.settle()
  }

  /** What timers change in several windows at one moment is joined once, after all of them. */
  settleLater(): void {
    if (this.waits) return
    this.waits = true
    this.instance.scheduler.afterwards(this.instance.order, this)
  }

  onTime(): void {
    this.waits = false
    this.settle()
  }

  settle(): void {
    if (this.sides.every(side => side.added.length === 0 && side.removed.length === 0)) return
    const changes = this.sides.map(({ added, removed }) => ({ added, removed }))
    for (const side of this.sides) {
      side.added = []
      side.removed = []
    }
    const removed = this.plan.unidirectional.includes(true)
      ? []
      : this.tuplesOf(changes.map(change => change.removed))
    this.store(changes)
    const added = this.tuplesOf(changes.map(change => change.added))
    this.dropUnkept(changes)
    if (added.length === 0 && removed.length === 0) return
    if (this.plan.unidirectional.includes(true)) this.instance.rows.clear()
    this.instance.offer(added, removed)
  }

  store(changes: readonly { added: Event[]; removed: Event[] }[]): void {
    const { cx } = this.instance
    changes.forEach(({ added, removed }, slot) => {
      for (const event of added) this.sides[slot].put(event, cx)
      for (const event of removed) this.sides[slot].take(event, cx)
    })
  }

  /** A stream without a window keeps nothing. */
  dropUnkept(changes: readonly { added: Event[] }[]): void {
    const { cx } = this.instance
    changes.forEach(({ added }, slot) => {
      if (!this.plan.windowed[slot]) for (const event of added) this.sides[slot].take(event, cx)
    })
  }

  /** Joined rows that hold one of these events, each once. */
  tuplesOf(changes: readonly (readonly Event[])[]): Slots[] {
    const { unidirectional } = this.plan
    const anyUni = unidirectional.includes(true)
    const made: Tuple[] = []
    changes.forEach((events, slot) => {
      if (anyUni && !unidirectional[slot]) return
      for (const event of events)
        for (const tuple of this.tuplesWith(event, slot)) {
          // Events of earlier slots in this change have made this row already.
          const known = tuple.some((other, i) => i < slot && other !== null && changes[i].includes(other))
          if (!known) made.push(tuple)
        }
    })
    return made
  }

  tuplesWith(event: Event, slot: number): Tuple[] {
    const { mirror, steps } = this.plan
    if (mirror && steps.length === 1) return this.pairs(event, slot, steps[0])
    return this.combine(slot, event)
  }

  /** Two streams: the other side's partners by key. */
  pairs(event: Event, slot: number, step: Step): Tuple[] {
    const other = 1 - slot
    const partners = this.partners(event, slot, other)
    const made: Tuple[] = []
    for (const partner of partners) {
      const tuple = slot === 0 ? [event, partner] : [partner, event]
      if (!step.on || step.on(tuple, this.instance.cx) === true) made.push(tuple)
    }
    this.instance.cx.work(partners.size + 1)
    const keepsAlone = step.type === 'full' || step.type === (slot === 0 ? 'left' : 'right')
    if (made.length === 0 && keepsAlone) made.push(slot === 0 ? [event, null] : [null, event])
    return made
  }

  partners(event: Event, slot: number, other: number): ReadonlySet<Event> {
    const { cx } = this.instance
    const side = this.sides[other]
    const table = this.plan.tables[other]
    if (table !== undefined)
      return new Set(this.instance.env.runtime.table(table, this.instance.env.partition).contents())
    if (!side.index) return side.events
    const { mirror } = this.plan
    const tuple: Tuple = []
    tuple[slot] = event
    const keys = (slot === 0 ? mirror!.own : mirror!.other).map(key => key(tuple, cx))
    if (keys.includes(null)) return nobody
    return side.index.get(keyOf(keys)) ?? nobody
  }

  eventsOf(slot: number, only: number | undefined, event: Event | undefined): Iterable<Event> {
    if (slot === only) return [event!]
    const table = this.plan.tables[slot]
    const { runtime, partition } = this.instance.env
    return table === undefined ? this.sides[slot].events : runtime.table(table, partition).contents()
  }

  /** All joined rows; with `only`, those with this event in this slot. */
  combine(only: number | undefined, event: Event | undefined): Tuple[] {
    const { cx } = this.instance
    const width = this.sides.length
    let tuples: Tuple[] = [...this.eventsOf(0, only, event)].map(first => {
      const tuple: Tuple = new Array(width).fill(null)
      tuple[0] = first
      return tuple
    })
    this.plan.steps.forEach((step, i) => {
      const slot = i + 1
      tuples = this.joinStep(tuples, step, slot, [...this.eventsOf(slot, only, event)], only)
      cx.work(tuples.length)
    })
    const { required } = this.plan
    return tuples.filter(
      tuple => (only === undefined || tuple[only] === event) && required.every(slot => tuple[slot] !== null),
    )
  }

  joinStep(tuples: Tuple[], step: Step, slot: number, events: Event[], only: number | undefined): Tuple[] {
    const { cx } = this.instance
    const made: Tuple[] = []
    const matched = new Set<Event>()
    const find = lookup(events, step, slot, cx)
    for (const tuple of tuples) {
      let any = false
      for (const partner of find(tuple)) {
        const joined = [...tuple]
        joined[slot] = partner
        if (step.on && step.on(joined, cx) !== true) continue
        any = true
        matched.add(partner)
        made.push(joined)
      }
      cx.work(1)
      if (!any && (step.type === 'left' || step.type === 'full')) made.push(tuple)
    }
    if (step.type === 'right' || step.type === 'full')
      for (const partner of events) {
        if (matched.has(partner) || (only !== undefined && only < slot)) continue
        const alone: Tuple = new Array(this.sides.length).fill(null)
        alone[slot] = partner
        made.push(alone)
      }
    return made
  }

  contents(): Slots[] {
    return this.combine(undefined, undefined)
  }
}

const nobody: ReadonlySet<Event> = new Set()

function keysOf(plan: JoinPlan, slot: number): readonly Fn[] {
  if (!plan.mirror) return []
  return slot === 0 ? plan.mirror.own : plan.mirror.other
}

/** Partners of a row: by key where there are equalities. */
function lookup(events: Event[], step: Step, slot: number, cx: Cx): (tuple: Tuple) => readonly Event[] {
  if (step.equal.length === 0 || events.length < 4) return () => events
  const index = new Map<Value, Event[]>()
  for (const event of events) {
    const slots: Tuple = []
    slots[slot] = event
    const key = keyOf(step.equal.map(pair => pair.own(slots, cx)))
    const list = index.get(key)
    if (list) list.push(event)
    else index.set(key, [event])
  }
  return tuple => index.get(keyOf(step.equal.map(pair => pair.other(tuple, cx)))) ?? []
}
