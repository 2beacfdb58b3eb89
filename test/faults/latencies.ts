/** Latencies, ms, as a sentence and as figures to compare. */
export class Latencies {
  readonly #values: number[] = []

  add(ms: number): void {
    this.#values.push(ms)
  }

  get count(): number {
    return this.#values.length
  }

  /** @param share 0–1: 0.5 is the median */
  quantile(share: number): number {
    const sorted = this.#values.toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  }

  toString(): string {
    const [median, p99, worst] = [0.5, 0.99, 1].map(share => this.quantile(share).toFixed(1))
    return `median ${median}, p99 ${p99}, worst ${worst} ms of ${this.count}`
  }
}
