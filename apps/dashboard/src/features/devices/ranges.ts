const hour = 3_600_000

/** Times that a chart or a file can reach back, ms; the names are what the API understands. */
export const ranges = {
  '-1h': hour,
  '-24h': 24 * hour,
  '-7d': 7 * 24 * hour,
  '-30d': 30 * 24 * hour,
  '-366d': 366 * 24 * hour,
} as const
export type RangeName = keyof typeof ranges
