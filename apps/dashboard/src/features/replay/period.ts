import { localDate } from '../../i18n/format.ts'

const hour = 3_600_000
const day = 24 * hour

export const presets = ['day', 'yesterday', 'week', 'custom'] as const
export type Preset = (typeof presets)[number]

/** Times as fast as it was; null is as fast as possible. */
export type Speed = number | null
const paces = [1, 10, 60, 600] as const

/** Only a clock of one's own can go as fast as possible. */
export const speedsOf = (mode: 'lab' | 'live'): readonly Speed[] =>
  mode === 'lab' ? [...paces, null] : paces

/** Meters and sensors only measure; what looks like now must not move the others unasked. */
export function canBeControlled({ capabilities }: { readonly capabilities: readonly string[] }): boolean {
  return capabilities.some(one => one !== 'meter' && one !== 'climate')
}

/** What is chosen; the times of a period of one's own as a field for them has them, in the zone of the site. */
export interface Choice {
  readonly preset: Preset
  readonly from: string
  readonly to: string
}

export interface Period {
  /** As the server understands them: before now, or in the zone of the site. */
  readonly from: string
  readonly to: string
  /** About how long it is; days on which clocks change are an hour off. */
  readonly spanMs: number
}

const longest = 400 * day

/** The period that is chosen; `missing` and `order` say what is wrong with it. */
export function periodOf(
  { preset, from, to }: Choice,
  { now, zone }: { now: number; zone: string },
): Period | 'missing' | 'order' | 'long' {
  if (preset === 'day') return { from: '-24h', to: 'now', spanMs: day }
  if (preset === 'week') return { from: '-7d', to: 'now', spanMs: 7 * day }
  if (preset === 'yesterday') {
    const today = localDate(now, zone)
    const before = localDate(Date.parse(`${today}T12:00:00Z`) - day, 'UTC')
    return { from: `${before}T00:00:00`, to: `${today}T00:00:00`, spanMs: day }
  }
  // The zone is the same for both, so that any will do for the distance.
  const spanMs = Date.parse(`${to}Z`) - Date.parse(`${from}Z`)
  if (Number.isNaN(spanMs)) return 'missing'
  if (spanMs <= 0) return 'order'
  return spanMs > longest ? 'long' : { from, to, spanMs }
}

/** How long it takes; null where nobody knows. */
export const takesMs = (spanMs: number, speed: Speed): number | null =>
  speed === null ? null : spanMs / speed

/** About how long: 45 seconds, 24 minutes, 3 hours, 2 days. */
export function spanText(ms: number, locale: string): string {
  const steps = [
    ['second', 1000, 90_000],
    ['minute', 60_000, 90 * 60_000],
    ['hour', hour, 2 * day],
    ['day', day, Number.POSITIVE_INFINITY],
  ] as const
  const [unit, size] = steps.find(([, , most]) => ms < most)!
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(1, Math.round(ms / size)),
  )
}
