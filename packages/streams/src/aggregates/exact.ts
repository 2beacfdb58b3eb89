/**
 * Sums and products with twice the digits of a number: `hi` is the value, `lo` what rounding lost of it. What enters and
 * leaves again leaves nothing behind.
 */
export class Exact {
  hi = 0
  lo = 0

  /** @param lost what rounding lost of `value` */
  add(value: number, lost = 0): void {
    const sum = this.hi + value
    const part = sum - this.hi
    const error = this.hi - (sum - part) + (value - part)
    this.lo += error + lost
    this.hi = sum
  }

  clear(): void {
    this.hi = 0
    this.lo = 0
  }
}

/** What rounding loses of a product (Dekker). */
export function lostOf(a: number, b: number): number {
  const product = a * b
  const [high, low] = [upper(a), upper(b)]
  const [aRest, bRest] = [a - high, b - low]
  return high * low - product + high * bRest + aRest * low + aRest * bRest
}

/** The upper half of a number's digits. */
function upper(value: number): number {
  const scaled = 134_217_729 * value
  return scaled - (scaled - value)
}

/** Sum of the squared distances from the mean, of `count` values with these sums. */
export function squaresAround(sum: Exact, squares: Exact, count: number): number {
  const total = new Exact()
  total.add(count * squares.hi, lostOf(count, squares.hi) + count * squares.lo)
  total.add(-sum.hi * sum.hi, -lostOf(sum.hi, sum.hi) - 2 * sum.hi * sum.lo)
  return Math.max(0, (total.hi + total.lo) / count)
}
