import { Temporal } from 'temporal-polyfill'
import type { Instant } from './clock.ts'
import { InvalidInput } from './errors.ts'

/** A stretch of time in which a zone's clocks keep one offset: [from, to), local = UTC + offsetMs. May be endless. */
export interface Segment {
  readonly from: Instant
  readonly to: Instant
  readonly offsetMs: number
}

const dayMs = 86_400_000
/** A mean Gregorian year: only cuts the table into pieces. */
const yearMs = 31_556_952_000

/**
 * A time zone as a table of offsets, filled year by year as they are asked for. A site's readings lie close together, so
 * nearly every question is answered by the segment that answered the last one.
 */
export class Zone {
  readonly name: string
  readonly #years = new Map<number, Segment[]>()
  #last: Segment = { from: 0, to: 0, offsetMs: 0 }

  constructor(name: string) {
    this.name = name
  }

  segmentAt(at: Instant): Segment {
    const last = this.#last
    if (at >= last.from && at < last.to) return last
    this.#last = this.#year(Math.floor(at / yearMs)).find(segment => at < segment.to)!
    return this.#last
  }

  /** Milliseconds that local clocks are ahead of UTC. */
  offsetAt(at: Instant): number {
    return this.segmentAt(at).offsetMs
  }

  /**
   * The instant at which local clocks show `local`, milliseconds as if it were UTC. Shown twice: the earlier. Never shown:
   * as far after the gap's start as `local` is, and `gapAt` is where the gap is.
   */
  resolve(local: number): { at: Instant; gapAt?: Instant } {
    // Offsets are below one day, and no zone changes twice within two.
    const before = this.offsetAt(local - dayMs)
    const after = this.offsetAt(local + dayMs)
    const early = local - before
    if (before === after || this.offsetAt(early) === before) return { at: early }
    const late = local - after
    if (this.offsetAt(late) === after) return { at: late }
    return { at: early, gapAt: this.segmentAt(early).from }
  }

  /** Segments that overlap this year, oldest first, with their real ends. */
  #year(year: number): Segment[] {
    let found = this.#years.get(year)
    if (!found) this.#years.set(year, (found = segments(this.name, year * yearMs, (year + 1) * yearMs)))
    return found
  }
}

function segments(name: string, from: Instant, to: Instant): Segment[] {
  const found: Segment[] = []
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(name)
  // `previous` is strictly before: one millisecond later also finds a change at `from` itself.
  let start = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity
  while (start < to) {
    const next = at.getTimeZoneTransition('next')
    const end = next?.epochMilliseconds ?? Infinity
    found.push({ from: start, to: end, offsetMs: at.offsetNanoseconds / 1e6 })
    if (!next) break
    at = next
    start = end
  }
  return found
}

const zones = new Map<string, Zone>()

/** @throws InvalidInput for a name that is not an IANA time zone, spelt as IANA does */
export function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known) return known
  if (!isZone(name))
    throw new InvalidInput('timezone', `'${name}' is not an IANA time zone such as Europe/Oslo`)
  const zone = new Zone(name)
  zones.set(name, zone)
  return zone
}

/** Whether this is the name of an IANA time zone. A bare offset such as +01:00 is not one. */
export function isZone(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId === name
  } catch {
    return false
  }
}
