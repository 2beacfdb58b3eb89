/** How long to wait between attempts. */
export interface Backoff {
  readonly firstMs: number
  readonly mostMs: number
  /** 0–1, injected so that tests need no luck. */
  readonly random: () => number
}

export const gentle: Backoff = { firstMs: 500, mostMs: 15_000, random: Math.random }

/**
 * Doubles with each attempt up to `mostMs`; the upper half is jittered, so that clients which lost the same
 * server do not come back in step.
 * @param attempt 1 after the first failure
 */
export function waitMs(attempt: number, { firstMs, mostMs, random }: Backoff): number {
  const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30))
  return Math.round(ceiling * (0.5 + random() / 2))
}
