import type { Instant } from '@ohmstead/model'
import {
  Engine,
  Event,
  EventType,
  RuleFault,
  type Rule as Running,
  type Statement,
  Types,
  Unsupported,
} from '@ohmstead/streams'
import { declare } from './vocabulary.ts'

/** A rule among those that are run together. */
export interface Link {
  readonly rule: string
  readonly version: number
  readonly epl: string
  readonly statements: readonly Statement[]
  /** Streams of others that it looks at, and the places of the rules that make them: all before its own. */
  readonly imports: ReadonlyMap<string, readonly number[]>
}

export interface ChainOptions {
  readonly zone: string
  /** Streams that events are sent to. */
  readonly types: readonly EventType[]
  /** Where the clock begins. */
  readonly start?: Instant
}

/** What one rule may hold and do; beyond, it is stopped and the others go on. */
export const ruleLimits = { held: 500_000, workPerStep: 200_000, outputsPerSecond: 20_000 }

/** A row on its way to a rule that looks at its stream. */
interface Row {
  readonly time: Instant
  readonly event: Event
}

/**
 * A rule and those it looks at, on one clock. Each has an engine of its own, so that names of one mean nothing in another; what
 * one inserts into a stream is handed on after the event that caused it.
 */
export class Chain {
  readonly #nodes: readonly Node[]
  /** The rule itself: the last link. */
  readonly own: Node

  /** @throws RuleFault · Unsupported */
  constructor(links: readonly Link[], options: ChainOptions) {
    const nodes: Node[] = []
    for (const [at, link] of links.entries())
      nodes.push(at === links.length - 1 ? new Node(link, nodes, options) : source(link, nodes, options))
    this.#nodes = nodes
    this.own = nodes.at(-1)!
  }

  get now(): Instant {
    return this.own.engine.now
  }

  /** Events and partial matches that all of them hold. */
  get held(): number {
    return this.#nodes.reduce((sum, { held }) => sum + held, 0)
  }

  /** Why the rule was stopped, or one that it looks at; null while all run. */
  get stopped(): string | null {
    for (const node of this.#nodes) {
      const { stopped } = node
      if (stopped === null) continue
      return node === this.own
        ? stopped
        : `rule '${node.rule}', whose stream it looks at, was stopped: ${stopped}`
    }
    return null
  }

  /** An event of one of the streams; its time is not before the clock's, which it moves. */
  send(event: Event, time: Instant): void {
    this.advance(time)
    for (const node of this.#nodes) {
      node.engine.sendEvent(event)
      node.takeRows()
    }
  }

  /** Whether nothing happens when its clock moves there. */
  isQuietUntil(to: Instant): boolean {
    return this.#nodes.every(node => node.isQuietUntil(to))
  }

  /** Lets all that waits for the clock fall due in its order. */
  advance(to: Instant): void {
    if (to <= this.now) return
    for (const node of this.#nodes) {
      node.takeRows()
      node.engine.advanceThrough(to)
    }
  }
}

/** A fault in it is not to be looked for in the text of the rule that looks at it. */
function source(link: Link, before: readonly Node[], options: ChainOptions): Node {
  try {
    return new Node(link, before, options)
  } catch (error) {
    if (!(error instanceof RuleFault || error instanceof Unsupported)) throw error
    const reason = `rule '${link.rule}', whose stream it looks at, cannot run: ${error.message}`
    throw new RuleFault(reason, undefined, [], { cause: error })
  }
}

class Node {
  readonly rule: string
  readonly engine: Engine
  readonly running: Running
  /** The streams that it is given, as its engine knows them. */
  readonly types: ReadonlyMap<string, EventType>
  /** What hands its rows on. */
  readonly #taps = new Map<string, Running>()
  #rows: Row[] = []
  readonly #hasMakers: boolean

  constructor(link: Link, before: readonly Node[], { zone, types, start = 0 }: ChainOptions) {
    this.rule = link.rule
    this.engine = new Engine({ zone, start })
    // Whatever goes wrong in a rule ends that rule, with its reason, and is thrown nowhere.
    this.engine.onStop(() => {})
    this.types = declare(this.engine, types)
    for (const [stream, makers] of link.imports)
      this.#import(
        stream,
        makers.map(at => before[at]),
      )
    this.#hasMakers = link.imports.size > 0
    this.running = this.engine.deploy(link.epl, { name: 'rule', limits: ruleLimits })
  }

  get held(): number {
    return this.running.meter.heldNow
  }

  get stopped(): string | null {
    if (this.running.stopped) return this.running.stopped.reason
    for (const { stopped } of this.#taps.values()) if (stopped) return stopped.reason
    return null
  }

  isQuietUntil(to: Instant): boolean {
    return this.#rows.length === 0 && (this.engine.next ?? Number.POSITIVE_INFINITY) > to
  }

  #import(stream: string, makers: readonly Node[]): void {
    const [first, ...others] = makers
    const type = first.#typeOf(stream)
    for (const other of others) requireSame(type, first, other, other.#typeOf(stream))
    declare(this.engine, [type])
    for (const maker of makers) maker.#handOn(stream, (event, time) => this.#receive(event, time, type))
  }

  /** What its rows look like. */
  #typeOf(stream: string): EventType {
    return new EventType(stream, this.#tap(stream).statements[0].fields)
  }

  #handOn(stream: string, to: (event: Event, time: Instant) => void): void {
    this.#tap(stream).onRows(({ time, insert }) => {
      for (const event of insert) to(event, time)
    })
  }

  #tap(stream: string): Running {
    let tap = this.#taps.get(stream)
    if (!tap) {
      tap = this.engine.deploy(`select * from \`${stream}\``, { name: `of ${stream}`, limits: ruleLimits })
      this.#taps.set(stream, tap)
    }
    return tap
  }

  #receive(event: Event, time: Instant, type: EventType): void {
    // Rules that make one stream may name its fields in another order.
    const values = type.fields.map(({ name }) => event.get(name) ?? null)
    this.#rows.push({ time, event: new Event(type, values) })
  }

  /** Works through what others have made. */
  takeRows(): void {
    if (!this.#hasMakers || this.#rows.length === 0) return
    const rows = this.#rows.sort((a, b) => a.time - b.time)
    this.#rows = []
    for (const { time, event } of rows) {
      if (time > this.engine.now) this.engine.advanceThrough(time)
      this.engine.sendEvent(event)
    }
  }
}

/** @throws RuleFault */
function requireSame(type: EventType, first: Node, other: Node, found: EventType): void {
  const difference = differenceOf(type, found)
  if (difference === undefined) return
  throw new RuleFault(
    `rules '${first.rule}' and '${other.rule}' insert rows of different fields into '${type.name}': ${difference}`,
  )
}

function differenceOf(a: EventType, b: EventType): string | undefined {
  for (const { name, type } of a.fields) {
    const place = b.placeOf(name)
    if (place < 0) return `only the first has '${name}'`
    const found = b.fields[place].type
    if (type.kind !== found.kind) return `'${name}' is ${Types.describe(type)} and ${Types.describe(found)}`
    if (Types.unitOf(type) !== Types.unitOf(found))
      return `'${name}' is in ${unitIn(type)} and ${unitIn(found)}`
  }
  const extra = b.fields.find(({ name }) => a.placeOf(name) < 0)
  return extra && `only the second has '${extra.name}'`
}

const unitIn = (type: Parameters<typeof Types.unitOf>[0]) => Types.unitOf(type) ?? 'no unit'
