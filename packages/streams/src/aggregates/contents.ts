import type { Cx } from '../engine/context.ts'
import type { Value } from '../engine/event.ts'
import { order } from '../expressions/operators.ts'
import type { Slots } from '../expressions/scope.ts'
import { Aggregate } from './aggregate.ts'

/** What a group holds, oldest first: values beside the event they came from. */
export abstract class Contents extends Aggregate {
  origins: unknown[] = []
  values: Value[] = []

  enter(slots: Slots, cx: Cx): void {
    const { filter, args } = this.plan
    if (filter !== undefined && filter(slots, cx) !== true) return
    const origin = this.originOf(slots)
    if (origin === null) return
    this.origins.push(origin)
    this.values.push(args[0](slots, cx))
    if (this.plan.sliding) return
    if (this.values.length > this.most) this.drop(0)
    else cx.held(1)
  }

  leave(slots: Slots, cx: Cx): void {
    const { filter } = this.plan
    if (filter !== undefined && filter(slots, cx) !== true) return
    const at = this.origins.indexOf(this.originOf(slots))
    if (at >= 0) this.drop(at)
  }

  /** Without a window, how many need to be kept. */
  get most(): number {
    return Infinity
  }

  originOf(slots: Slots): unknown {
    return slots[this.plan.parameter ?? 0] ?? null
  }

  drop(at: number): void {
    if (at === 0) {
      this.origins.shift()
      this.values.shift()
      return
    }
    this.origins.splice(at, 1)
    this.values.splice(at, 1)
  }
}

export class WindowOf extends Contents {
  value(): Value {
    return this.values.length === 0 ? null : [...this.values]
  }
}

/** The i-th from the oldest. */
export class FromOldest extends Contents {
  index = 0
  override enter(slots: Slots, cx: Cx): void {
    super.enter(slots, cx)
    this.index = indexOf(this, slots, cx)
  }
  value(): Value {
    return this.values[this.index] ?? null
  }
}

/** The i-th from the newest. */
export class FromNewest extends Contents {
  index = 0
  override enter(slots: Slots, cx: Cx): void {
    this.index = indexOf(this, slots, cx)
    super.enter(slots, cx)
  }
  override get most(): number {
    return this.index + 1
  }
  value(): Value {
    return this.values.at(-1 - this.index) ?? null
  }
}

function indexOf(aggregate: Contents, slots: Slots, cx: Cx): number {
  const fn = aggregate.plan.args[1]
  return fn === undefined ? 0 : (fn(slots, cx) as number)
}

export class FirstEver extends Contents {
  override enter(slots: Slots, cx: Cx): void {
    if (this.values.length === 0) super.enter(slots, cx)
  }
  override leave(): void {}
  value(): Value {
    return this.values[0] ?? null
  }
}

export class LastEver extends Contents {
  override enter(slots: Slots, cx: Cx): void {
    super.enter(slots, cx)
    if (this.values.length <= 1) return
    this.drop(0)
    if (!this.plan.sliding) cx.held(-1)
  }
  override leave(): void {}
  value(): Value {
    return this.values[0] ?? null
  }
}

/** Events by the order of their keys: `sorted`, `maxby`, `minby`. The plan's first value is the event, then come keys. */
export class SortedBy extends Contents {
  keys: Value[][] = []
  readonly sign: number
  constructor(plan: Aggregate['plan'], sign: number) {
    super(plan)
    this.sign = sign
  }

  override enter(slots: Slots, cx: Cx): void {
    const { filter, args } = this.plan
    if (filter !== undefined && filter(slots, cx) !== true) return
    const key = args.slice(1).map(fn => fn(slots, cx))
    let at = this.keys.length
    while (at > 0 && this.compare(this.keys[at - 1], key) * this.sign > 0) at--
    if (!this.plan.sliding) cx.held(1)
    this.keys.splice(at, 0, key)
    this.origins.splice(at, 0, this.originOf(slots))
    this.values.splice(at, 0, args[0](slots, cx))
  }

  compare(a: readonly Value[], b: readonly Value[]): number {
    for (let i = 0; i < a.length; i++) {
      const result = order(a[i], b[i])
      if (result !== 0) return this.plan.descending?.[i] ? -result : result
    }
    return 0
  }

  override drop(at: number): void {
    this.keys.splice(at, 1)
    this.origins.splice(at, 1)
    this.values.splice(at, 1)
  }

  value(): Value {
    return this.values.length === 0 ? null : [...this.values]
  }
}

export class ExtremeBy extends SortedBy {
  override value(): Value {
    return this.values[0] ?? null
  }
}

/** Like `ExtremeBy`, but what was once best stays. */
export class ExtremeByEver extends SortedBy {
  override enter(slots: Slots, cx: Cx): void {
    super.enter(slots, cx)
    while (this.values.length > 1) {
      this.drop(1)
      if (!this.plan.sliding) cx.held(-1)
    }
  }
  override leave(): void {}
  override value(): Value {
    return this.values[0] ?? null
  }
}
