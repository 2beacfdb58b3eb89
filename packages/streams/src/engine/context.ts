import type { Running } from '../select/instance.ts'
import type { View } from '../windows/view.ts'
import type { Event, Value } from './event.ts'
import type { Runtime } from './runtime.ts'

/** What one running statement lets its expressions see. One object per statement and partition, changed in place. */
export interface Cx {
  readonly runtime: Runtime
  /** The engine's clock, ms. */
  readonly now: number
  /** Aggregates of the group in hand. */
  aggregates: readonly { value(): Value }[]
  /** Keys of the group in hand, with null for what is rolled up. */
  keys: readonly Value[]
  /** Which level of a rollup the group in hand is of. */
  level: number
  /** Whether the row in hand is of the insert stream. */
  isNew: boolean
  /** Values of lambda parameters, by depth. */
  readonly locals: Value[]
  /** What the statement keeps besides: sub-queries, prior events … by their place. */
  readonly parts: unknown[]
  /** Properties of the context partition; null outside one. */
  readonly partition: PartitionView | null
  /** The window behind a stream of `from`, for `prev`. */
  windowOf(slot: number): View | undefined
  /** The n-th event before this one in order of arrival, for `prior`. */
  priorOf(slot: number, event: Event, n: number): Event | null
  variable(name: string): Value
  setVariable(name: string, value: Value): void
  /** Counts what the statement holds more (or less) than before; throws when the rule holds too much. */
  held(change: number): void
  /** Work done, in rows looked at; throws when the rule has had its share. */
  work(rows: number): void
}

/** A context partition as statements see it. */
export interface PartitionView {
  /** The values that part it from others, on its own level. */
  readonly keys: readonly Value[]
  /** Variables that live in it and were set. */
  readonly variables: Map<string, Value>
  /** @param path after `context.` */
  property(path: readonly string[]): Value
  /** The partition around this one, on a level from 0. */
  at(level: number): PartitionView
  /** What a statement runs in this partition. */
  runningOf(statement: object): Running | undefined
}
