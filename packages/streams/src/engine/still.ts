import type { Catalog } from './catalog.ts'
import type { Cx, PartitionView } from './context.ts'
import type { Event, Value } from './event.ts'
import type { Runtime } from './runtime.ts'

/** What an expression sees that is evaluated once, while its statement is compiled: variables as they are now. */
export class StillCx implements Cx {
  readonly catalog: Catalog
  readonly now = 0
  aggregates: readonly { value(): Value }[] = []
  keys: readonly Value[] = []
  level = 0
  isNew = true
  readonly locals: Value[] = []
  readonly parts: unknown[] = []
  readonly partition: PartitionView | null = null

  constructor(catalog: Catalog) {
    this.catalog = catalog
  }
  get runtime(): Runtime {
    throw new Error('nothing runs while a statement is compiled')
  }
  windowOf(): undefined {
    return undefined
  }
  priorOf(): Event | null {
    return null
  }
  variable(name: string): Value {
    return this.catalog.valueOf(name)
  }
  setVariable(): void {}
  held(): void {}
  work(): void {}
}
