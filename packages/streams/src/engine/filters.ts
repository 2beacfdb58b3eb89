import type { Slots } from '../expressions/scope.ts'
import type { Cx } from './context.ts'
import type { Event, EventType, Value } from './event.ts'

/** One `and`ed part of a filter that an index can answer: a property against a value that does not depend on the event. */
export interface Bound {
  readonly place: number
  readonly op: '=' | '<' | '>' | '<=' | '>='
  readonly value: (slots: Slots, cx: Cx) => Value
}

/** A filter of one event type, compiled. Slot 0 is the event that is tested, the others are what is known already. */
export interface FilterPlan {
  readonly bounds: readonly Bound[]
  /** What no bound says. */
  readonly rest: readonly ((slots: Slots, cx: Cx) => Value)[]
}

export const unfiltered: FilterPlan = Object.freeze({ bounds: [], rest: [] })

/** What a subscription belongs to. Everything one event causes in one owner is one delivery. */
export interface Owner {
  begin(): void
  flush(): void
}

export interface Receiver {
  receive(event: Event): void
}

/** A wish to be told of events of one type that pass a filter. */
export class Subscription {
  readonly plan: FilterPlan
  readonly order: number
  readonly number: number
  readonly owner: Owner | null
  readonly receiver: Receiver
  readonly cx: Cx
  /** What filters of patterns know besides the event; place 0 is free. */
  readonly known: Slots
  /** Of the bounds, in their order; known when subscribed. */
  readonly limits: readonly Value[]
  readonly level: number
  active = true

  constructor(parts: Omit<SubscriptionParts, 'early' | 'type'>, number: number) {
    this.plan = parts.plan
    this.order = parts.order
    this.owner = parts.owner
    this.receiver = parts.receiver
    this.cx = parts.cx
    this.known = parts.known ?? none
    this.number = number
    this.level = parts.level ?? 0
    this.limits = parts.plan.bounds.map(bound => bound.value(this.known, parts.cx))
  }

  /** Whether the event passes; `by` is the bound that the index has tested. */
  passes(event: Event, by: number): boolean {
    const { bounds, rest } = this.plan
    for (let i = 0; i < bounds.length; i++)
      if (i !== by && !holds(bounds[i].op, event.values[bounds[i].place], this.limits[i])) return false
    if (rest.length === 0) return true
    const slots = this.known.length > 1 ? [event, ...this.known.slice(1)] : [event]
    for (const condition of rest) if (condition(slots, this.cx) !== true) return false
    return true
  }
}

export interface SubscriptionParts {
  readonly type: string
  readonly plan: FilterPlan
  readonly order: number
  readonly owner: Owner | null
  readonly receiver: Receiver
  readonly cx: Cx
  readonly known?: Slots
  /** `@consume`: of one owner's filters that pass, only the highest are told. */
  readonly level?: number
  /** Contexts see an event before the statements in them. */
  readonly early?: boolean
}

const none: Slots = Object.freeze([null])

function holds(op: Bound['op'], value: Value, limit: Value): boolean {
  if (value === null || limit === null || value === undefined || limit === undefined) return false
  switch (op) {
    case '=':
      return value === limit
    case '<':
      return (value as number) < (limit as number)
    case '>':
      return (value as number) > (limit as number)
    case '<=':
      return (value as number) <= (limit as number)
    default:
      return (value as number) >= (limit as number)
  }
}

/** Subscriptions that ask for a number above (or below) a limit, by limit: those that pass are found, not tried. */
class Limits {
  readonly above: boolean
  limits: number[] = []
  lists: Set<Subscription>[] = []
  constructor(above: boolean) {
    this.above = above
  }

  add(limit: number, subscription: Subscription): void {
    const at = lowerBound(this.limits, limit)
    if (this.limits[at] === limit) {
      this.lists[at].add(subscription)
      return
    }
    this.limits.splice(at, 0, limit)
    this.lists.splice(at, 0, new Set([subscription]))
  }

  remove(limit: number, subscription: Subscription): void {
    const at = lowerBound(this.limits, limit)
    if (this.limits[at] !== limit) return
    this.lists[at].delete(subscription)
    if (this.lists[at].size > 0) return
    this.limits.splice(at, 1)
    this.lists.splice(at, 1)
  }

  /** Limits that equal the value are among them: the bound itself decides. */
  collect(value: number, event: Event, into: Subscription[]): void {
    const place = lowerBound(this.limits, value)
    const from = this.above ? 0 : place
    const to = this.above ? (this.limits[place] === value ? place + 1 : place) : this.limits.length
    for (let i = from; i < to; i++)
      for (const subscription of this.lists[i]) {
        if (subscription.passes(event, this.limits[i] === value ? -1 : indexedBound(subscription)))
          into.push(subscription)
      }
  }
}

function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Equality finds fewest; then a limit; else the filter is tried on every event. */
function indexedBound(subscription: Subscription): number {
  const { bounds } = subscription.plan
  const equal = bounds.findIndex(bound => bound.op === '=')
  if (equal >= 0) return equal
  return bounds.findIndex((_, i) => typeof subscription.limits[i] === 'number')
}

/** Subscriptions by the value that a property must have. A pattern may have hundreds of thousands, and ends them one by one. */
interface Equal {
  readonly place: number
  readonly lists: Map<Value, Set<Subscription>>
}

/** Subscriptions by the limit that a property must be above, or below. */
interface Beyond {
  readonly place: number
  readonly limits: Limits
}

/** All subscriptions to one event type. */
class Route {
  readonly equal: Equal[] = []
  readonly beyond: Beyond[] = []
  all: Subscription[] = []

  add(subscription: Subscription): void {
    const by = indexedBound(subscription)
    if (by < 0) {
      this.all = [...this.all, subscription]
      return
    }
    const bound = subscription.plan.bounds[by]
    const limit = subscription.limits[by]
    if (bound.op === '=') this.listOf(bound.place, limit).add(subscription)
    else this.limitsOf(bound).add(limit as number, subscription)
  }

  remove(subscription: Subscription): void {
    const by = indexedBound(subscription)
    if (by < 0) {
      this.all = this.all.filter(other => other !== subscription)
      return
    }
    const bound = subscription.plan.bounds[by]
    const limit = subscription.limits[by]
    if (bound.op !== '=') {
      this.limitsOf(bound).remove(limit as number, subscription)
      return
    }
    const { lists } = this.equalOf(bound.place)
    const list = lists.get(limit)
    list?.delete(subscription)
    if (list?.size === 0) lists.delete(limit)
  }

  equalOf(place: number): Equal {
    let equal = this.equal.find(one => one.place === place)
    if (!equal) this.equal.push((equal = { place, lists: new Map() }))
    return equal
  }

  listOf(place: number, value: Value): Set<Subscription> {
    const { lists } = this.equalOf(place)
    let list = lists.get(value)
    if (!list) lists.set(value, (list = new Set()))
    return list
  }

  limitsOf({ place, op }: Bound): Limits {
    const above = op === '>' || op === '>='
    let beyond = this.beyond.find(one => one.place === place && one.limits.above === above)
    if (!beyond) this.beyond.push((beyond = { place, limits: new Limits(above) }))
    return beyond.limits
  }

  match(event: Event): Subscription[] {
    const found: Subscription[] = []
    for (let i = 0; i < this.all.length; i++) if (this.all[i].passes(event, -1)) found.push(this.all[i])
    for (let i = 0; i < this.equal.length; i++) {
      const list = this.equal[i].lists.get(event.values[this.equal[i].place])
      if (list === undefined) continue
      for (const subscription of list)
        if (subscription.passes(event, indexedBound(subscription))) found.push(subscription)
    }
    for (let i = 0; i < this.beyond.length; i++)
      collect(this.beyond[i].limits, this.beyond[i].place, event, found)
    if (found.length > 1) found.sort(inOrder)
    return found
  }
}

function collect(limits: Limits, place: number, event: Event, found: Subscription[]): void {
  const value = event.values[place]
  if (typeof value === 'number') limits.collect(value, event, found)
}

/** Of one statement the narrower filter is told first: `not A(id = 4)` beside `every A` ends before A is taken. */
const inOrder = (a: Subscription, b: Subscription) =>
  a.order - b.order || b.plan.bounds.length - a.plan.bounds.length || a.number - b.number

/** Who is told of an event: an index over all filters, so that many simple rules cost little. */
export class Filters {
  readonly #early = new Map<string, Route>()
  readonly #routes = new Map<string, Route>()
  #made = 0

  add(parts: SubscriptionParts): Subscription {
    const subscription = new Subscription(parts, this.#made++)
    const routes = parts.early ? this.#early : this.#routes
    let route = routes.get(parts.type)
    if (!route) routes.set(parts.type, (route = new Route()))
    route.add(subscription)
    this.#owners.set(subscription, route)
    return subscription
  }

  readonly #owners = new Map<Subscription, Route>()

  remove(subscription: Subscription): void {
    subscription.active = false
    this.#owners.get(subscription)?.remove(subscription)
    this.#owners.delete(subscription)
  }

  match(event: Event, early: boolean): Subscription[] {
    const routes = early ? this.#early : this.#routes
    const { type } = event
    const route = routes.get(type.name)
    if (type.parent === undefined) return route === undefined ? nobody : route.match(event)
    const found = route?.match(event) ?? []
    for (let up: EventType | undefined = type.parent; up !== undefined; up = up.parent)
      found.push(...(routes.get(up.name)?.match(event) ?? nobody))
    return found.sort(inOrder)
  }

  hasEarly({ name, parent }: EventType): boolean {
    return this.#early.has(name) || (parent !== undefined && this.hasEarly(parent))
  }
}

const nobody: Subscription[] = []
