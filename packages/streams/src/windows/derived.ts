import { Event, type EventType, type Value } from '../engine/event.ts'
import type { Fn } from '../expressions/scope.ts'
import { type Host, View } from './view.ts'

export interface DerivedPlan {
  readonly type: EventType
  readonly values: readonly Fn[]
  /** Properties of the newest event that are passed on. */
  readonly extra: readonly Fn[]
  /** A new, empty statistic. */
  readonly make: () => Statistic
}

/** A running statistic over one or two values. */
export interface Statistic {
  add(values: readonly number[]): void
  remove(values: readonly number[]): void
  /** In the order of the type's fields. */
  row(): Value[]
}

/** `#size`, `#uni(x)`, `#correl`, `#linest`, `#weighted_avg`: one row of statistics at each change, the row before leaves. */
export class Derived extends View {
  readonly plan: DerivedPlan
  readonly statistic: Statistic
  current: Event | null = null
  extra: Value[] = []
  /** Of a group: its keys, first in the row. */
  readonly group: readonly Value[]

  constructor(host: Host, plan: DerivedPlan, group: readonly Value[]) {
    super(host)
    this.plan = plan
    this.group = group
    this.statistic = plan.make()
    this.extra = plan.extra.map(() => null)
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    const before = this.current ?? this.row()
    for (const event of added) {
      this.statistic.add(this.valuesOf(event))
      this.extra = this.plan.extra.map(fn => fn([event], this.host.cx))
    }
    for (const event of removed) this.statistic.remove(this.valuesOf(event))
    const now = this.row()
    this.current = now
    this.next.update([now], [before])
  }

  valuesOf(event: Event): number[] {
    return this.plan.values.map(fn => fn([event], this.host.cx) as number)
  }

  row(): Event {
    return new Event(this.plan.type, [...this.statistic.row(), ...this.extra, ...this.group])
  }

  contents(): readonly Event[] {
    return [this.current ?? this.row()]
  }
}

export class Size implements Statistic {
  count = 0
  add(): void {
    this.count++
  }
  remove(): void {
    this.count--
  }
  row(): Value[] {
    return [this.count]
  }
}

export class Univariate implements Statistic {
  count = 0
  sum = 0
  squares = 0
  add([value]: readonly number[]): void {
    this.count++
    this.sum += value
    this.squares += value * value
  }
  remove([value]: readonly number[]): void {
    this.count--
    this.sum = this.count === 0 ? 0 : this.sum - value
    this.squares = this.count === 0 ? 0 : this.squares - value * value
  }
  row(): Value[] {
    const { count, sum, squares } = this
    const mean = count === 0 ? Number.NaN : sum / count
    const spread = Math.max(0, squares - count * mean * mean)
    const variance = count < 2 ? Number.NaN : spread / (count - 1)
    const stddevpa = count === 0 ? Number.NaN : Math.sqrt(spread / count)
    return [count, sum, mean, Math.sqrt(variance), stddevpa, variance]
  }
}

export class WeightedAverage implements Statistic {
  sum = 0
  weights = 0
  add([value, weight]: readonly number[]): void {
    this.sum += value * weight
    this.weights += weight
  }
  remove([value, weight]: readonly number[]): void {
    this.sum -= value * weight
    this.weights -= weight
  }
  row(): Value[] {
    return [this.weights === 0 ? Number.NaN : this.sum / this.weights]
  }
}

/** Sums over pairs. */
abstract class Bivariate implements Statistic {
  n = 0
  x = 0
  y = 0
  xx = 0
  yy = 0
  xy = 0
  add(values: readonly number[]): void {
    this.change(values, 1)
  }
  remove(values: readonly number[]): void {
    this.change(values, -1)
  }
  change([x, y]: readonly number[], sign: number): void {
    this.n += sign
    this.x += sign * x
    this.y += sign * y
    this.xx += sign * x * x
    this.yy += sign * y * y
    this.xy += sign * x * y
  }
  abstract row(): Value[]
}

/** `#correl(x, y)` */
export class Correlation extends Bivariate {
  row(): Value[] {
    const { n, x, y, xx, yy, xy } = this
    return [(n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y))]
  }
}

export const regressionFields = [
  'slope', 'YIntercept', 'XAverage', 'XStandardDeviationPop', 'XStandardDeviationSample', 'XSum', 'XVariance',
  'YAverage', 'YStandardDeviationPop', 'YStandardDeviationSample', 'YSum', 'YVariance', 'dataPoints', 'n',
  'sumX', 'sumXSq', 'sumXY', 'sumY', 'sumYSq',
] // biome-ignore format: a list

/** `#linest(x, y)`: the line through the points, and what it is made of. */
export class Regression extends Bivariate {
  row(): Value[] {
    const { n, x, y, xx, yy, xy } = this
    const slope = (n * xy - x * y) / (n * xx - x * x)
    return [slope, (y - slope * x) / n, ...moments(n, x, xx), ...moments(n, y, yy), n, n, x, xx, xy, y, yy]
  }
}

/** Mean, deviation of the whole and of a sample, sum, variance of a sample. */
function moments(n: number, sum: number, squares: number): number[] {
  const spread = Math.max(0, squares - (sum * sum) / n)
  const variance = spread / (n - 1)
  return [sum / n, Math.sqrt(spread / n), Math.sqrt(variance), sum, variance]
}
