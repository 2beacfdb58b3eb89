import { type Instant, InvalidInput, tryParseTime } from '@ohmstead/model'

export const timeUnits = ['iso', 's', 'ms', 'us', 'ns'] as const
export type TimeUnit = (typeof timeUnits)[number]

/** A cell as an instant, or undefined when it is no time. */
export type ReadTime = (cell: unknown) => Instant | undefined

const perMs: Record<Exclude<TimeUnit, 'iso'>, number> = { s: 1000, ms: 1, us: 1 / 1000, ns: 1 / 1_000_000 }

/**
 * @param pattern how local times are written, such as `DD/MM/YYYY HH:mm:ss`; undefined for ISO 8601
 * @throws InvalidInput for a pattern without year, month and day
 */
export function timeReader(unit: TimeUnit, zone: string, pattern?: string): ReadTime {
  if (pattern !== undefined) return patternReader(pattern, zone)
  if (unit === 'iso') return cell => isoTime(cell, zone)
  const factor = perMs[unit]
  return cell => bounded(epochTime(unit, factor, cell))
}

/** A torn line may hold two times in one: no date is that far away. */
function bounded(time: Instant | undefined): Instant | undefined {
  return time !== undefined && Math.abs(time) <= 8.64e15 ? time : undefined
}

function epochTime(unit: TimeUnit, factor: number, cell: unknown): Instant | undefined {
  // Nanoseconds since 1970 do not fit into a double: cut them as text first.
  if (unit === 'ns' && typeof cell === 'string' && /^\d{16,19}$/.test(cell)) return Number(cell.slice(0, -6))
  if (typeof cell === 'bigint')
    return unit === 'ns' ? Number(cell / 1_000_000n) : Math.floor(Number(cell) * factor)
  if (typeof cell === 'string' && !/^-?\d+(\.\d+)?$/.test(cell)) return undefined
  const value = Number(cell)
  return Number.isFinite(value) && cell !== null ? Math.floor(value * factor) : undefined
}

function isoTime(cell: unknown, zone: string): Instant | undefined {
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell.getTime()
  if (typeof cell === 'bigint') return tryParseTime(Number(cell), zone)
  return typeof cell === 'string' || typeof cell === 'number' ? tryParseTime(cell, zone) : undefined
}

const parts: Record<string, string> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<shortYear>\\d\\d)',
  MM: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d\\d)',
  ss: '(?<second>\\d\\d)',
}

function patternReader(pattern: string, zone: string): ReadTime {
  const source = pattern.replace(
    /YYYY|YY|MM|DD|HH|mm|ss|[.*+?^${}()|[\]\\]/g,
    word => parts[word] ?? `\\${word}`,
  )
  const matcher = new RegExp(`^${source}$`)
  for (const part of ['MM', 'DD', 'YY'])
    if (!pattern.includes(part)) throw new InvalidInput('time-format', `'${pattern}' has no ${part}`)
  return cell => {
    const found = typeof cell === 'string' ? matcher.exec(cell)?.groups : undefined
    if (!found) return undefined
    const { year, shortYear, month, day, hour = '0', minute = '00', second = '00' } = found
    const two = (text: string) => text.padStart(2, '0')
    const date = `${year ?? `20${shortYear}`}-${two(month)}-${two(day)}`
    return tryParseTime(`${date}T${two(hour)}:${minute}:${second}`, zone)
  }
}
