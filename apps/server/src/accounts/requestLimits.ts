import type { Clock, Instant } from '@ohmstead/model'

const most = 10_000

/** better-auth's counters of requests by path and address, s. */
interface Rule {
  readonly window: number
  readonly max: number
}

/** Counts requests per key in windows that begin with the first one. Bounded: the oldest window is forgotten first. */
export function requestLimits(clock: Clock) {
  const windows = new Map<string, { until: Instant; count: number }>()
  return {
    async consume(key: string, rule: Rule): Promise<{ allowed: boolean; retryAfter: number | null }> {
      const now = clock.now()
      let current = windows.get(key)
      if (!current || now >= current.until) {
        windows.delete(key)
        windows.set(key, (current = { until: now + rule.window * 1000, count: 0 }))
        forgetOldest(windows)
      }
      current.count++
      if (current.count <= rule.max) return { allowed: true, retryAfter: null }
      return { allowed: false, retryAfter: Math.ceil((current.until - now) / 1000) }
    },
  }
}

function forgetOldest(windows: Map<string, unknown>): void {
  for (const key of windows.keys()) {
    if (windows.size <= most) return
    windows.delete(key)
  }
}
