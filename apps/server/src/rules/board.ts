import type { Instant } from '@ohmstead/model'
import { isOn, type Level } from './levels.ts'
import type { RuleReading } from './run.ts'
import type { Unit } from './unit.ts'

/** What a board needs of a rule that runs. */
export type Listener = Pick<Unit, 'offer' | 'reread' | 'counts'>

export interface Place {
  readonly unit: Listener
  readonly level: Level
}

/** What was before a board. */
export interface BoardHistory {
  /** Time of the newest reading that is stored, of those that may not be offered; null for none. */
  readonly stored: Promise<Instant | null>
  /** Of the newest reading that an earlier board may have passed over. */
  readonly newest: Instant
}

/**
 * The rules that compare one field of one device with numbers, however many: their limits cut the values into stretches, and a
 * reading in the stretch of the one before it changes nothing for any of them. Such a reading costs a few comparisons and is passed
 * over; the store has it when a rule looks back.
 */
export class Board {
  readonly field: string
  readonly #device: string
  readonly #places: readonly Place[]
  /** Sorted, each once. */
  readonly #limits: readonly number[]
  #value = Number.NaN
  /** The stretch of that value, without its ends; empty when it is a limit itself, or unknown. */
  #above = Number.NaN
  #below = Number.NaN
  /** Of the newest reading, and of the first one since which all were in the stretch. */
  #newest = Number.NEGATIVE_INFINITY
  #since = Number.POSITIVE_INFINITY
  /** Of readings whose time has not come: rules look at them when it does, and at all that lie between. */
  #aheadFrom = Number.POSITIVE_INFINITY
  #aheadTo = Number.NEGATIVE_INFINITY
  #passedOver = 0
  /** What is stored up to here was not seen come; endless until the store has answered. */
  #storedTo = Number.POSITIVE_INFINITY
  /** What was said up to here is no longer so. */
  #forgottenTo = Number.NEGATIVE_INFINITY

  constructor(device: string, field: string, places: readonly Place[], { stored, newest }: BoardHistory) {
    this.#newest = newest
    // Without an answer every reading is looked at by all.
    stored.then(
      last => (this.#storedTo = Math.max(this.#newest, last ?? this.#newest)),
      () => {},
    )
    this.#device = device
    this.field = field
    this.#places = places
    const tests = places.flatMap(({ level }) => [...level.raise.tests, ...level.clear.tests])
    this.#limits = [...new Set(tests.map(({ limit }) => limit))].sort((a, b) => a - b)
  }

  /** Whether a reading changes nothing, in which case it is done with. @param latest a later one is ahead of its time */
  passesOver(time: Instant, value: number, latest: Instant): boolean {
    if (!(value > this.#above && value < this.#below) || time > latest || time >= this.#aheadFrom)
      return false
    if (time > this.#newest) this.#newest = time
    else if (time === this.#newest || time < this.#since) return false
    this.#passedOver++
    return true
  }

  /** @param tags of the reading, as its line has them */
  offer(reading: RuleReading, value: number, { tags, latest }: { tags: string; latest: Instant }): void {
    const { time } = reading
    if (this.#isBlind(time)) this.#among(reading, tags)
    else if (time < this.#newest) for (const { unit } of this.#places) unit.reread(reading, tags)
    else if (time > latest) this.#ahead(reading, tags)
    else this.#next(reading, value, tags)
  }

  /** Whether it cannot be told what is before or after a reading: it is looked at by all. */
  #isBlind(time: Instant): boolean {
    return this.#since === Number.POSITIVE_INFINITY && time <= Math.max(this.#storedTo, this.#forgottenTo)
  }

  /** The next one after it may be news again. */
  #among(reading: RuleReading, tags: string): void {
    const isLate = reading.time < this.#newest
    for (const { unit } of this.#places) isLate ? unit.reread(reading, tags) : unit.offer(reading, tags)
    this.#newest = Math.max(this.#newest, reading.time)
  }

  #next(reading: RuleReading, value: number, tags: string): void {
    const { time } = reading
    // Another value for the same moment, or one among those that were ahead: what was before it says nothing of it.
    const isForAll = time === this.#newest || time >= this.#aheadFrom
    for (const { unit, level } of this.#places)
      if (isForAll || this.#isNews(level, value)) unit.offer(reading, tags)
      else unit.counts.readings++
    this.#newest = this.#since = time
    if (time > this.#aheadTo) {
      this.#aheadFrom = Number.POSITIVE_INFINITY
      this.#aheadTo = Number.NEGATIVE_INFINITY
    }
    this.#stand(value)
  }

  #ahead(reading: RuleReading, tags: string): void {
    this.#aheadFrom = Math.min(this.#aheadFrom, reading.time)
    this.#aheadTo = Math.max(this.#aheadTo, reading.time)
    for (const { unit } of this.#places) unit.offer(reading, tags)
  }

  #isNews(level: Level, value: number): boolean {
    const now = this.#sideOf(level, value)
    return now === 'both' || now !== this.#sideOf(level, this.#value)
  }

  #stand(value: number): void {
    this.#value = value
    const limits = this.#limits
    const at = limits.findIndex(limit => limit >= value)
    const isOpen =
      limits[at] !== value && !this.#places.some(({ level }) => this.#sideOf(level, value) === 'both')
    const below = at < 0 ? limits.length : at
    this.#above = isOpen ? (limits[below - 1] ?? Number.NEGATIVE_INFINITY) : Number.NaN
    this.#below = isOpen ? (limits[below] ?? Number.POSITIVE_INFINITY) : Number.NaN
  }

  #sideOf({ raise, clear }: Level, value: number): 'raise' | 'clear' | 'both' | 'neither' | 'unknown' {
    if (Number.isNaN(value)) return 'unknown'
    const isRaised = isOn(raise, this.#device, value)
    const isCleared = isOn(clear, this.#device, value)
    if (isRaised) return isCleared ? 'both' : 'raise'
    return isCleared ? 'clear' : 'neither'
  }

  /** What was said up to a moment is no longer so: the next reading after it is looked at by all. */
  forget(upTo: Instant): void {
    this.#value = this.#above = this.#below = Number.NaN
    this.#since = Number.POSITIVE_INFINITY
    this.#forgottenTo = Math.max(this.#forgottenTo, upTo)
  }

  /** From now on every reading is looked at by all. */
  end(): void {
    this.forget(Number.POSITIVE_INFINITY)
  }

  get newest(): Instant {
    return this.#newest
  }

  /** Lets the rules count what was passed over. */
  tally(): void {
    if (this.#passedOver === 0) return
    for (const { unit } of this.#places) unit.counts.readings += this.#passedOver
    this.#passedOver = 0
  }
}
