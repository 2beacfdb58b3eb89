import type { Instant, Value } from '@ohmstead/model'
import { Event, type EventType } from '@ohmstead/streams'
import { Chain } from './chain.ts'
import type { Compiled, Meaning } from './compile.ts'

/** A row that a rule gave at a moment of the data's time. */
export interface Output {
  readonly time: Instant
  readonly meaning: Exclude<Meaning, 'derive'>
  readonly row: Readonly<Record<string, unknown>>
}

/** One reading on its way into rules. */
export interface RuleReading {
  readonly measurement: string
  readonly device: string
  readonly place: string | null
  readonly time: Instant
  readonly fields: Readonly<Record<string, Value>>
}

/**
 * One rule at work on one virtual clock, which only its readings and `advance` move. Nothing here reads the time, a disk or a
 * network, so the same readings give the same rows, live or from the store.
 */
export class RuleRun {
  readonly compiled: Compiled
  /** The streams that it looks at; its events are of these types. */
  readonly types: ReadonlyMap<string, EventType>
  readonly #chain: Chain
  #outputs: Output[] = []
  /** Readings that it was given. */
  readings = 0

  /** @throws RuleFault · Unsupported */
  constructor(compiled: Compiled, zone: string, start: Instant) {
    this.compiled = compiled
    this.#chain = new Chain(compiled.links, { zone, types: [...compiled.types.values()], start })
    const { running, types } = this.#chain.own
    this.types = types
    for (const statement of running.statements) {
      const meaning = compiled.meanings.get(statement.text) ?? 'raise'
      if (meaning === 'derive') continue
      statement.listeners.add(({ time, insert }) => {
        for (const event of insert) this.#outputs.push({ time, meaning, row: event.toObject() })
      })
    }
  }

  get now(): Instant {
    return this.#chain.now
  }

  /** Why it, or a rule that it looks at, was stopped, or null. */
  get stopped(): string | null {
    return this.#chain.stopped
  }

  /** Events and partial matches that it holds. */
  get held(): number {
    return this.#chain.held
  }

  /** Not older than `now`. */
  read({ measurement, device, place, time, fields }: RuleReading): void {
    const type = this.types.get(measurement)
    if (!type) return
    const values: unknown[] = new Array(type.fields.length).fill(null)
    values[0] = device
    values[1] = place
    values[2] = time
    for (let at = 3; at < values.length; at++) values[at] = fields[type.fields[at].name] ?? null
    this.readEvent(new Event(type, values), time)
  }

  /** The same, for who has made the event of the rule's own type. */
  readEvent(event: Event, time: Instant): void {
    this.readings++
    this.#chain.send(event, time)
  }

  /** Whether it says nothing when its clock moves there. */
  isQuietUntil(to: Instant): boolean {
    return this.#outputs.length === 0 && this.#chain.isQuietUntil(to)
  }

  /** Lets all that waits for the clock fall due in its order. */
  advance(to: Instant): void {
    this.#chain.advance(to)
  }

  /** What it said since the last call, in order. */
  take(): Output[] {
    const outputs = this.#outputs
    if (outputs.length > 0) this.#outputs = []
    return outputs
  }
}
