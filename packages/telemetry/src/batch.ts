import type { Instant, Series, Value } from '@ohmstead/model'

/**
 * Values on their way to a store, as growing columns. Numbers and booleans (0, 1) are in `numbers`; the value of a
 * string series is in `texts` at the same index.
 */
export class Batch {
  length = 0
  series: Series[] = []
  times: Float64Array
  numbers: Float64Array
  texts: Map<number, string> = new Map()

  constructor(capacity = 256) {
    this.times = new Float64Array(capacity)
    this.numbers = new Float64Array(capacity)
  }

  add(series: Series, time: Instant, value: Value): void {
    const at = this.length
    if (at === this.times.length) this.#grow()
    this.series[at] = series
    this.times[at] = time
    if (typeof value === 'string') this.texts.set(at, value)
    else this.numbers[at] = +value
    this.length = at + 1
  }

  #grow(): void {
    const capacity = this.times.length * 2
    const times = new Float64Array(capacity)
    const numbers = new Float64Array(capacity)
    times.set(this.times)
    numbers.set(this.numbers)
    this.times = times
    this.numbers = numbers
  }
}
