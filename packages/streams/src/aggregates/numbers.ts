import type { Cx } from '../engine/context.ts'
import type { Value } from '../engine/event.ts'
import { order } from '../expressions/operators.ts'
import type { Slots } from '../expressions/scope.ts'
import { Aggregate, ValueAggregate } from './aggregate.ts'
import { Exact, lostOf, squaresAround } from './exact.ts'
import { SortedMultiset } from './multiset.ts'

export class Count extends Aggregate {
  count = 0
  enter(slots: Slots, cx: Cx): void {
    const { filter } = this.plan
    if (filter === undefined || filter(slots, cx) === true) this.count++
  }
  leave(slots: Slots, cx: Cx): void {
    const { filter } = this.plan
    if (filter === undefined || filter(slots, cx) === true) this.count--
  }
  value(): Value {
    return this.count
  }
}

export class CountValues extends ValueAggregate {
  count = 0
  add(): void {
    this.count++
  }
  remove(): void {
    this.count--
  }
  value(): Value {
    return this.count
  }
}

/** A sum that keeps what rounding loses, so that a window that ran empty does not leave 1e-15 behind. */
abstract class Summing extends ValueAggregate {
  count = 0
  readonly sum = new Exact()

  add(value: Value): void {
    this.count++
    this.sum.add(value as number)
  }

  remove(value: Value): void {
    if (--this.count === 0) this.sum.clear()
    else this.sum.add(-(value as number))
  }

  get total(): number {
    // Infinite values make the correction not a number.
    return Number.isNaN(this.sum.lo) ? this.sum.hi : this.sum.hi + this.sum.lo
  }
}

export class Sum extends Summing {
  value(): Value {
    return this.count === 0 ? null : this.total
  }
}

export class Average extends Summing {
  value(): Value {
    return this.count === 0 ? null : this.total / this.count
  }
}

/** Values in order; for what depends on rank. */
abstract class Ordered extends ValueAggregate {
  readonly values = new SortedMultiset()
  add(value: Value, cx: Cx): void {
    const { different } = this.values
    this.values.add(value)
    // What a window holds is counted by it.
    if (!this.plan.sliding && this.values.different > different) cx.held(1)
  }
  remove(value: Value): void {
    this.values.remove(value)
  }
}

export class Least extends Ordered {
  value(): Value {
    return this.values.size === 0 ? null : this.values.first
  }
}

export class Greatest extends Ordered {
  value(): Value {
    return this.values.size === 0 ? null : this.values.last
  }
}

export class Median extends Ordered {
  value(): Value {
    const { size } = this.values
    if (size === 0) return null
    const middle = size >> 1
    const upper = this.values.at(middle) as number
    return size % 2 === 1 ? upper : ((this.values.at(middle - 1) as number) + upper) / 2
  }
}

/** Linear between the two nearest ranks. */
export class Percentile extends Ordered {
  value(): Value {
    const { size } = this.values
    if (size === 0) return null
    const rank = ((this.plan.parameter ?? 50) / 100) * (size - 1)
    const low = Math.floor(rank)
    const from = this.values.at(low) as number
    const to = (this.values.at(Math.min(low + 1, size - 1)) as number) ?? from
    return from + (to - from) * (rank - low)
  }
}

export class MeanDeviation extends Ordered {
  value(): Value {
    const all = [...this.values] as number[]
    if (all.length === 0) return null
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length
    return all.reduce((sum, value) => sum + Math.abs(value - mean), 0) / all.length
  }
}

abstract class Deviation extends ValueAggregate {
  count = 0
  readonly sum = new Exact()
  readonly squares = new Exact()
  add(value: Value): void {
    this.count++
    this.change(value as number, 1)
  }
  remove(value: Value): void {
    this.change(value as number, -1)
    if (--this.count > 0) return
    this.sum.clear()
    this.squares.clear()
  }
  change(value: number, sign: number): void {
    this.sum.add(sign * value)
    this.squares.add(sign * value * value, sign * lostOf(value, value))
  }
  get spread(): number {
    return squaresAround(this.sum, this.squares, this.count)
  }
}

export class SampleDeviation extends Deviation {
  value(): Value {
    return this.count < 2 ? null : Math.sqrt(this.spread / (this.count - 1))
  }
}

export class PopulationDeviation extends Deviation {
  value(): Value {
    return this.count === 0 ? null : Math.sqrt(this.spread / this.count)
  }
}

/** Never shrinks: for streams without a window and for `minever`, `maxever`. */
abstract class Ever extends ValueAggregate {
  best: Value = null
  remove(): void {}
  value(): Value {
    return this.best
  }
}

export class LeastEver extends Ever {
  add(value: Value): void {
    if (this.best === null || order(value, this.best) < 0) this.best = value
  }
}

export class GreatestEver extends Ever {
  add(value: Value): void {
    if (this.best === null || order(value, this.best) > 0) this.best = value
  }
}

export class CountEver extends Aggregate {
  count = 0
  enter(slots: Slots, cx: Cx): void {
    const { filter, args } = this.plan
    if (filter !== undefined && filter(slots, cx) !== true) return
    if (args.length > 0 && args[0](slots, cx) === null) return
    this.count++
  }
  leave(): void {}
  value(): Value {
    return this.count
  }
}

export class Leaving extends Aggregate {
  left = false
  enter(): void {}
  leave(slots: Slots, cx: Cx): void {
    const { filter } = this.plan
    if (filter === undefined || filter(slots, cx) === true) this.left = true
  }
  value(): Value {
    return this.left
  }
}

/** Events per second over the last n seconds of the clock; null until that long has passed. */
export class ClockRate extends Aggregate {
  times: number[] = []
  full = false
  rate: number | null = null
  enter(slots: Slots, cx: Cx): void {
    const { filter } = this.plan
    if (filter !== undefined && filter(slots, cx) !== true) return
    const span = (this.plan.parameter ?? 1) * 1000
    this.times.push(cx.now)
    const oldest = cx.now - span
    let old = 0
    while (this.times[old] <= oldest) old++
    if (old > 0) {
      this.times.splice(0, old)
      this.full = true
    }
    this.rate = this.full ? (this.times.length * 1000) / span : null
  }
  leave(): void {}
  value(): Value {
    return this.rate
  }
}

/**
 * Events, or their weight, per second since the timestamp of the event that left last: what the window holds came after
 * it. Null until one has left.
 */
export class StampRate extends Aggregate {
  count = 0
  weight = 0
  newest = 0
  since: number | null = null
  enter(slots: Slots, cx: Cx): void {
    if (!this.counts(slots, cx)) return
    this.newest = this.plan.args[0](slots, cx) as number
    this.count++
    this.weight += this.weightOf(slots, cx)
  }
  leave(slots: Slots, cx: Cx): void {
    if (!this.counts(slots, cx)) return
    this.since = this.plan.args[0](slots, cx) as number
    this.count--
    this.weight -= this.weightOf(slots, cx)
  }
  counts(slots: Slots, cx: Cx): boolean {
    const { filter } = this.plan
    return filter === undefined || filter(slots, cx) === true
  }
  weightOf(slots: Slots, cx: Cx): number {
    const weight = this.plan.args[1]
    return weight === undefined ? 1 : (weight(slots, cx) as number)
  }
  value(): Value {
    if (this.since === null || this.count === 0) return null
    return (this.weight * 1000) / (this.newest - this.since)
  }
}
