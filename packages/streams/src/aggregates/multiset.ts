import type { Value } from '../engine/event.ts'
import { order } from '../expressions/operators.ts'

const full = 512

interface Chunk {
  readonly values: Value[]
  readonly counts: number[]
  total: number
}

/**
 * Values in order, each with how often it is there. Entering, leaving and the n-th value take about √n steps: small sorted
 * chunks, found by their first value.
 */
export class SortedMultiset {
  #chunks: Chunk[] = []
  #size = 0
  /** How many different values there are. */
  different = 0

  get size(): number {
    return this.#size
  }

  add(value: Value): void {
    this.#size++
    if (this.#chunks.length === 0) {
      this.different++
      this.#chunks.push({ values: [value], counts: [1], total: 1 })
      return
    }
    const at = this.#chunkOf(value)
    const chunk = this.#chunks[at]
    const place = lowerBound(chunk.values, value)
    chunk.total++
    if (place < chunk.values.length && order(chunk.values[place], value) === 0) {
      chunk.counts[place]++
      return
    }
    this.different++
    chunk.values.splice(place, 0, value)
    chunk.counts.splice(place, 0, 1)
    if (chunk.values.length > full) this.#split(at)
  }

  remove(value: Value): void {
    if (this.#chunks.length === 0) return
    const at = this.#chunkOf(value)
    const chunk = this.#chunks[at]
    const place = lowerBound(chunk.values, value)
    if (place >= chunk.values.length || order(chunk.values[place], value) !== 0) return
    this.#size--
    chunk.total--
    if (--chunk.counts[place] > 0) return
    this.different--
    chunk.values.splice(place, 1)
    chunk.counts.splice(place, 1)
    if (chunk.values.length === 0) this.#chunks.splice(at, 1)
  }

  /** The value at a rank from 0, counting repeats; undefined beyond the end. */
  at(rank: number): Value {
    let left = rank
    for (const chunk of this.#chunks) {
      if (left >= chunk.total) {
        left -= chunk.total
        continue
      }
      for (let i = 0; ; i++) {
        if (left < chunk.counts[i]) return chunk.values[i]
        left -= chunk.counts[i]
      }
    }
    return undefined
  }

  get first(): Value {
    return this.#chunks[0]?.values[0]
  }

  get last(): Value {
    return this.#chunks.at(-1)?.values.at(-1)
  }

  *[Symbol.iterator](): Generator<Value> {
    for (const { values, counts } of this.#chunks)
      for (let i = 0; i < values.length; i++) for (let n = 0; n < counts[i]; n++) yield values[i]
  }

  #chunkOf(value: Value): number {
    let [low, high] = [0, this.#chunks.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (order(this.#chunks[middle].values[0], value) <= 0) low = middle
      else high = middle - 1
    }
    return low
  }

  #split(at: number): void {
    const chunk = this.#chunks[at]
    const half = chunk.values.length >> 1
    const counts = chunk.counts.splice(half)
    const values = chunk.values.splice(half)
    const total = counts.reduce((sum, count) => sum + count, 0)
    chunk.total -= total
    this.#chunks.splice(at + 1, 0, { values, counts, total })
  }
}

function lowerBound(values: readonly Value[], value: Value): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (order(values[middle], value) < 0) low = middle + 1
    else high = middle
  }
  return low
}
