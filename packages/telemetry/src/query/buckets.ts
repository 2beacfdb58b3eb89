import { type Instant, InvalidInput } from '@ohmstead/model'
import type { Buckets } from '../store.ts'

/** Where buckets begin and end. */
export interface BucketLine {
  /** The bucket that holds `time`, or undefined outside all edges. Cheapest when asked with rising times. */
  at(time: Instant): { readonly start: Instant; readonly end: Instant } | undefined
  /** Whether every edge is a multiple of `stepMs`. */
  isOn(stepMs: number): boolean
}

/** @throws InvalidInput when a length is not positive or edges do not rise */
export function bucketLine(buckets: Buckets): BucketLine {
  return 'everyMs' in buckets ? fixedLine(buckets.everyMs) : edgeLine(buckets.edges)
}

export function fixedLine(everyMs: number): BucketLine {
  if (!Number.isSafeInteger(everyMs) || everyMs <= 0) {
    throw new InvalidInput('everyMs', 'expected a positive number of milliseconds')
  }
  return {
    at: time => ({
      start: Math.floor(time / everyMs) * everyMs,
      end: (Math.floor(time / everyMs) + 1) * everyMs,
    }),
    isOn: stepMs => everyMs % stepMs === 0,
  }
}

function edgeLine(edges: readonly Instant[]): BucketLine {
  if (edges.some((edge, i) => !Number.isSafeInteger(edge) || (i > 0 && edge <= edges[i - 1]))) {
    throw new InvalidInput('edges', 'expected rising instants')
  }
  return {
    at(time) {
      const after = firstAfter(edges, time)
      return after === 0 || after === edges.length
        ? undefined
        : { start: edges[after - 1], end: edges[after] }
    },
    isOn: stepMs => edges.every(edge => edge % stepMs === 0),
  }
}

function firstAfter(edges: readonly Instant[], time: Instant): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle] <= time) low = middle + 1
    else high = middle
  }
  return low
}
