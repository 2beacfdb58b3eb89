import type { PartitionView } from '../engine/context.ts'
import type { Event, Value } from '../engine/event.ts'
import type { Slots } from '../expressions/scope.ts'
import type { Running } from '../select/instance.ts'
import type { LevelRun } from './run.ts'

/** A statement that runs in every partition. */
export interface Attached {
  readonly order: number
  instantiate(partition: PartitionView): Running
}

/** One partition: what its statements know of it, and what runs in it. */
export class Partition implements PartitionView {
  readonly run: LevelRun
  readonly id: number
  readonly keys: readonly Value[]
  readonly own: Map<string, Value>
  readonly variables = new Map<string, Value>()
  readonly running = new Map<object, Running>()
  /** What waits for the end. */
  readonly watches: { stop(): void }[] = []
  child: LevelRun | null = null
  ended = false

  constructor(run: LevelRun, id: number, keys: readonly Value[], own: Map<string, Value>) {
    this.run = run
    this.id = id
    this.keys = keys
    this.own = own
  }

  runningOf(statement: object): Running | undefined {
    return this.running.get(statement)
  }

  at(level: number): Partition {
    return level === this.run.depth ? this : this.run.parent!.at(level)
  }

  property(path: readonly string[]): Value {
    const [first, second] = path
    if (first === 'name') return this.run.context.plan.name
    if (first === 'id') return this.id
    if (second !== undefined) return this.ofLevel(first)?.ownProperty(second) ?? null
    if (this.own.has(first)) return this.own.get(first) ?? null
    return this.run.parent?.property(path) ?? null
  }

  ownProperty(name: string): Value {
    if (name === 'id') return this.id
    return name === 'name' ? this.run.level.name : this.own.get(name)
  }

  ofLevel(name: string): Partition | undefined {
    if (this.run.level.name === name) return this
    return this.run.parent?.ofLevel(name)
  }

  /** Events by the slots that end conditions name them by. */
  get known(): Slots {
    const slots: (Event | null)[] = [null]
    for (const { alias, slot } of this.run.level.aliases)
      slots[slot] = (this.own.get(alias) as Event | undefined) ?? null
    return slots
  }
}
