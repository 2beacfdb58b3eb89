import type { Partition } from './partition.ts'
import type { Segment } from './segment.ts'

/**
 * Which tables make up the store at one moment. Never changed: compaction makes a new catalogue, and the tables of the
 * old one are dropped when its last reader has left.
 */
export class Catalog {
  /** By time, without overlap. */
  readonly partitions: readonly Partition[]
  /** By rank; the last one takes the appends. */
  readonly segments: readonly Segment[]
  #readers = 0
  #whenIdle: (() => void)[] = []

  constructor(partitions: readonly Partition[], segments: readonly Segment[]) {
    this.partitions = [...partitions].sort((a, b) => a.start - b.start)
    this.segments = [...segments].sort((a, b) => a.rank - b.rank)
  }

  get active(): Segment {
    return this.segments[this.segments.length - 1]
  }

  get sealed(): readonly Segment[] {
    return this.segments.slice(0, -1)
  }

  async reading<T>(work: () => Promise<T>): Promise<T> {
    this.#readers++
    try {
      return await work()
    } finally {
      if (--this.#readers === 0) for (const done of this.#whenIdle.splice(0)) done()
    }
  }

  idle(): Promise<void> {
    return this.#readers === 0 ? Promise.resolve() : new Promise(resolve => this.#whenIdle.push(resolve))
  }
}
