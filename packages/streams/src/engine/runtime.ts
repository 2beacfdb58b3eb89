import type { NamedWindow } from '../tables/namedWindow.ts'
import type { Table } from '../tables/table.ts'
import type { PartitionView } from './context.ts'
import type { Event, Value } from './event.ts'
import type { Subscription, SubscriptionParts } from './filters.ts'
import type { Clock } from './scheduler.ts'

/** What running statements see of the engine: the rule they belong to. */
export interface Runtime {
  /** The rule's name. */
  readonly name: string
  readonly scheduler: Clock
  readonly zone: string
  subscribe(parts: SubscriptionParts): Subscription
  unsubscribe(subscription: Subscription): void
  /** Sends a derived event: it is worked on after the present one and before the next. */
  route(event: Event, partition: PartitionView | null): void
  window(name: string, partition: PartitionView | null): NamedWindow
  table(name: string, partition: PartitionView | null): Table
  hasTable(name: string): boolean
  variable(name: string, partition: PartitionView | null): Value
  setVariable(name: string, value: Value, partition: PartitionView | null): void
  /** Calls when one of these is set. @returns ends that */
  watchVariables(names: readonly string[], changed: () => void): () => void
  /** Counts what the rule at work holds and does; throws when it has had its share. */
  held(change: number): void
  work(rows: number): void
}
