import type { Instant } from '@ohmstead/model'
import { isHeld } from './cadence.ts'
import type { Samples } from './columns.ts'
import { capW, type MeterRules, type Replacement } from './rules.ts'

/**
 * What happened between two readings of a cumulative counter.
 * - `continuous`: it grew, or stood still.
 * - `rollover`: it passed its known modulus.
 * - `reset`: it restarted at zero; what it shows after is what was used since.
 * - `replaced`: somebody declared a new meter.
 * - `rebased`: it fell to a value that is not near zero (firmware that lowers a counter, a swap nobody declared); the
 *   energy between is unknown.
 * - `jump`: it rose by more than the device can draw and stayed there; the energy between is unknown.
 */
export const verdicts = ['continuous', 'rollover', 'reset', 'replaced', 'rebased', 'jump'] as const
export type Verdict = (typeof verdicts)[number]
const code = Object.fromEntries(verdicts.map((name, i) => [name, i])) as Record<Verdict, number>

/** Stretches of time with the energy of each, oldest first, as columns of `length`. Energy is whole mWh; NaN unknown. */
export interface Steps {
  readonly length: number
  readonly from: Float64Array
  readonly to: Float64Array
  readonly milliWh: Float64Array
  /** How the energy is known: a Certainty. */
  readonly certainty: Uint8Array
  /** Index into `verdicts`; counters only. */
  readonly verdict?: Uint8Array
}

/** Measured; total known but not when; total a lower bound; given by a person. */
export const certainty = { measured: 0, spread: 1, guessed: 2, edited: 3 } as const

export interface CounterJudgement {
  readonly steps: Steps
  /** 1 for each sample that was left out as a transient. */
  readonly transient: Uint8Array
  /** Later readings, in their order, can change nothing before this instant. */
  readonly settledUntil: Instant
}

/** How far around a sample its verdict looks. A fall stays provisional until samples cover this. */
export const horizon = {
  /** A drop or spike is transient when the counter is back within 10 minutes, */
  ms: 600_000,
  /** or within three samples, whichever is longer. */
  samples: 3,
  /** Samples before that teach what the counter usually does. */
  history: 32,
} as const

/** Energy that a device may use beyond its cap: messages that came in a burst carry the energy of their delay. */
const slackMs = 60_000
/** A counter that learned a higher rate may exceed it by this factor. */
const learnedFactor = 10
/** A return from a drop explains itself as use when it is no faster than twice the usual rate. */
const usualFactor = 2
/** The part of a drop that comes back in one step when the drop was transient. */
const sharpReturn = 0.8
/** A counter that keeps more than this share of its value was not restarted at zero. */
const restartShare = 0.5
/** Counters coarser than this are not believed to be. mWh */
const coarsestQuantum = 1e6
/** Steps across a slot border are measured when they are no longer than a slot. */
const longestMeasuredMs = 900_000

export interface CounterContext {
  readonly rules: MeterRules
  readonly replacements: readonly Replacement[]
  /** Local midnights around, oldest first, for counters that restart each day. */
  readonly midnights: Float64Array | null
  /** Times of values that a person set, oldest first; they are never transient. */
  readonly edited: Float64Array
}

/**
 * What a cumulative counter says about energy.
 *
 * Transients are found first, each fall and jump judged by the samples near it and by nothing else; the samples that
 * remain make the steps. So the answer near an instant depends on the readings near it only, in whatever order they came.
 * @param samples whole mWh ≥ 0
 */
export function judgeCounter(samples: Samples, context: CounterContext): CounterJudgement {
  const judge = new Judge(samples, context)
  judge.findTransients()
  return judge.steps()
}

class Judge {
  readonly #times: Float64Array
  readonly #values: Float64Array
  readonly #context: CounterContext
  readonly #capW: number
  readonly #transient: Uint8Array
  /** The first sample of a fall or jump that is still open: nothing from here on is known yet. */
  #openFrom: number

  constructor(samples: Samples, context: CounterContext) {
    this.#times = samples.times
    this.#values = samples.values
    this.#context = context
    this.#capW = capW(context.rules)
    this.#transient = new Uint8Array(samples.times.length)
    this.#openFrom = samples.times.length
  }

  findTransients(): void {
    const jumps = this.#judgeFalls()
    for (const i of jumps) this.#judgeJump(i)
  }

  /** Marks drops; answers the jumps that nothing explains yet. */
  #judgeFalls(): number[] {
    const times = this.#times
    const values = this.#values
    const jumps: number[] = []
    const pace = this.#capW / 3600
    for (let i = 1; i < times.length; i++) {
      const rise = values[i]! - values[i - 1]!
      if (rise >= 0 && rise <= pace * (times[i]! - times[i - 1]! + slackMs)) continue
      if (this.#replacedBetween(i - 1, i)) continue
      if (rise >= 0) {
        if (rise > this.#allowed(i - 1, i)) jumps.push(i)
      } else this.#judgeFall(i)
    }
    return jumps
  }

  #judgeFall(i: number): void {
    if (this.#isEdited(i)) return
    const isMidnight = this.#midnightBetween(i - 1, i)
    const isExpected = isMidnight || this.#rolledOver(i - 1, i)
    const base = this.#values[i - 1]!
    let lowest = this.#values[i]!
    let j = i + 1
    for (; j < this.#times.length && this.#within(i, j); j++) {
      if (this.#replacedBetween(j - 1, j)) return
      // A day that begins with much use soon passes the little of the day before.
      if (isMidnight && this.#times[j]! - this.#times[i]! > slackMs) return
      if (this.#values[j]! >= base) {
        if (this.#returns(i, j, lowest)) this.#mark(i, j)
        return
      }
      if (!isExpected && this.#isRestored(i, j, lowest)) {
        this.#mark(i, j)
        return
      }
      lowest = Math.min(lowest, this.#values[j]!)
    }
    const isOpen = j === this.#times.length && !isExpected && !this.#transient[i]
    if (isOpen) this.#openFrom = Math.min(this.#openFrom, i)
  }

  /** Whether the counter at `j` goes on from before the fall at `i`, rather than having been used that much since. */
  #returns(i: number, j: number, lowest: number): boolean {
    if (this.#values[j]! - this.#values[i - 1]! > this.#allowed(i - 1, j)) return false
    // It kept most of its count: it was not restarted, an old message came again.
    if (lowest > restartShare * this.#values[i - 1]!) return true
    if (this.#riseTo(j) > this.#allowed(j - 1, j)) return true
    return this.#isSharp(i, j, lowest) && (this.#isUnusual(i, j) ?? true)
  }

  /** Whether the counter at `j` is back at what had been saved somewhat before the fall at `i`. */
  #isRestored(i: number, j: number, lowest: number): boolean {
    if (!this.#isSharp(i, j, lowest)) return false
    return this.#riseTo(j) > this.#allowed(j - 1, j) || (this.#isUnusual(i, j) ?? false)
  }

  #riseTo(j: number): number {
    return this.#values[j]! - this.#values[j - 1]!
  }

  /** Whether nearly all that was lost in the fall at `i` comes back in one step to `j`. */
  #isSharp(i: number, j: number, lowest: number): boolean {
    return this.#riseTo(j) >= sharpReturn * (this.#values[i - 1]! - lowest)
  }

  /** Whether the step to `j` is faster than what was usual before the fall at `i`; undefined when that is not known. */
  #isUnusual(i: number, j: number): boolean | undefined {
    const usualW = this.#usualRateW(i)
    if (Number.isNaN(usualW)) return
    const ms = this.#times[j]! - this.#times[j - 1]!
    return this.#riseTo(j) > (usualFactor * usualW * ms) / 3600 + 2 * this.#quantum(j)
  }

  /** A jump is a spike when the counter soon goes on from before it. */
  #judgeJump(i: number): void {
    if (this.#transient[i] || this.#transient[i - 1] || this.#isEdited(i)) return
    const base = this.#values[i - 1]!
    let j = i + 1
    for (; j < this.#times.length && this.#within(i, j); j++) {
      if (this.#replacedBetween(j - 1, j)) return
      const value = this.#values[j]!
      const falls = value < this.#values[j - 1]!
      if (falls && value >= base && value - base <= this.#allowed(i - 1, j)) {
        this.#mark(i, j)
        return
      }
    }
    if (j === this.#times.length) this.#openFrom = Math.min(this.#openFrom, i)
  }

  #mark(from: number, to: number): void {
    for (let k = from; k < to; k++) if (!this.#isEdited(k)) this.#transient[k] = 1
  }

  #within(i: number, j: number): boolean {
    return j <= i + horizon.samples || this.#times[j]! <= this.#times[i]! + horizon.ms
  }

  /** The most that the counter may rise from sample `a` to sample `b`, mWh. */
  #allowed(a: number, b: number): number {
    const ms = this.#times[b]! - this.#lastChange(a) + slackMs
    const isRated = this.#context.rules.ratedPowerW !== null
    const learnedW = isRated ? 0 : learnedFactor * (this.#usualRateW(a + 1) || 0)
    return (Math.max(this.#capW, learnedW) * ms) / 3600 + 2 * this.#quantum(b)
  }

  /**
   * The most that a counter may show at sample `b` when it restarted at zero after sample `a`, mWh. Over a day, less than
   * a connection can carry: another meter's count must not pass for use.
   */
  #allowedFromZero(a: number, b: number): number {
    const usualW = this.#usualRateW(a + 1)
    const allowed = this.#allowed(a, b)
    if (Number.isNaN(usualW)) return allowed
    const ms = this.#times[b]! - this.#times[a]!
    const usual = Math.max(learnedFactor * usualW * ms, this.#capW * horizon.ms) / 3600
    return Math.min(allowed, usual + 2 * this.#quantum(b))
  }

  /** When the value at `a` was first seen, within the history: a slow display holds back energy until it moves. */
  #lastChange(a: number): Instant {
    let k = a
    const first = Math.max(0, a - horizon.history)
    while (k > first && this.#values[k - 1] === this.#values[a]) k--
    return this.#times[k]!
  }

  /** The second fastest growth before sample `i`, W; NaN when there is too little history to say. */
  #usualRateW(i: number): number {
    let fastest = Number.NaN
    let second = Number.NaN
    let since = this.#times[Math.max(0, i - 1 - horizon.history)]!
    let growing = 0
    for (let k = Math.max(1, i - horizon.history); k < i; k++) {
      const rise = this.#values[k]! - this.#values[k - 1]!
      if (rise === 0) continue
      const rate = (rise * 3600) / (this.#times[k]! - since)
      since = this.#times[k]!
      if (rise < 0) continue
      growing++
      if (!(rate <= fastest)) {
        second = fastest
        fastest = rate
      } else if (!(rate <= second)) second = rate
    }
    return growing >= 3 ? second : Number.NaN
  }

  /** The power of ten, mWh, that the values up to `i` are multiples of: what the display can show. */
  #quantum(i: number): number {
    let quantum = coarsestQuantum
    for (let k = Math.max(0, i - 8); k <= i; k++) while (this.#values[k]! % quantum !== 0) quantum /= 10
    return quantum
  }

  #rolledOver(a: number, b: number): boolean {
    const modulus = this.#context.rules.counterModulusMilliWh
    if (modulus === null || this.#values[a]! >= modulus) return false
    return this.#values[b]! + modulus - this.#values[a]! <= this.#allowed(a, b)
  }

  #replacedBetween(a: number, b: number): boolean {
    for (const { at } of this.#context.replacements) {
      if (at > this.#times[a]! && at <= this.#times[b]!) return true
    }
    return false
  }

  #isEdited(i: number): boolean {
    return this.#context.edited.includes(this.#times[i]!)
  }

  /** A local midnight between two samples, give or take what the device's clock may be off. */
  #midnightBetween(a: number, b: number): boolean {
    return !Number.isNaN(
      this.#midnight(this.#times[a]! - longestMeasuredMs, this.#times[b]! + longestMeasuredMs),
    )
  }

  /** The last midnight in (from, to]; NaN without one. */
  #midnight(from: Instant, to: Instant): Instant {
    const midnights = this.#context.midnights
    if (midnights === null) return Number.NaN
    for (let k = midnights.length - 1; k >= 0; k--) {
      if (midnights[k]! <= to) return midnights[k]! > from ? midnights[k]! : Number.NaN
    }
    return Number.NaN
  }

  steps(): CounterJudgement {
    const out = new StepColumns(this.#times.length + 2 * this.#context.replacements.length)
    let a = -1
    const end = this.#openFrom
    for (let b = 0; b < end; b++) {
      if (this.#transient[b]) continue
      if (a >= 0) this.#step(a, b, out)
      a = b
    }
    const settledUntil = a < 0 ? Number.NEGATIVE_INFINITY : this.#times[a]!
    return { steps: out.done(), transient: this.#transient, settledUntil }
  }

  #step(a: number, b: number, out: StepColumns): void {
    const from = this.#times[a]!
    const to = this.#times[b]!
    const rise = this.#values[b]! - this.#values[a]!
    if (this.#context.replacements.length > 0 && this.#replacedBetween(a, b)) this.#replaced(a, b, out)
    else if (rise < 0) this.#fell(a, b, out)
    else if (this.#context.midnights !== null && this.#overMidnight(from, to)) this.#restarted(a, b, out)
    else if (rise <= (this.#capW / 3600) * (to - from + slackMs) || rise <= this.#allowed(a, b)) {
      out.add(from, to, rise, this.#certaintyOf(a, b, rise), code.continuous)
    } else out.add(from, to, Number.NaN, certainty.measured, code.jump)
  }

  /** Whether a counter of the day must have restarted. Over short steps its own clock decides: it falls. */
  #overMidnight(from: Instant, to: Instant): boolean {
    return to - from > longestMeasuredMs && !Number.isNaN(this.#midnight(from, to))
  }

  #fell(a: number, b: number, out: StepColumns): void {
    const from = this.#times[a]!
    const to = this.#times[b]!
    const before = this.#values[a]!
    const after = this.#values[b]!
    if (this.#midnightBetween(a, b)) this.#restarted(a, b, out)
    else if (this.#rolledOver(a, b)) {
      const energy = after + this.#context.rules.counterModulusMilliWh! - before
      out.add(from, to, energy, this.#certaintyOf(a, b, energy), code.rollover)
    } else if (after <= restartShare * before && after <= this.#allowedFromZero(a, b)) {
      // What was used between the last reading and the restart is lost: over a longer time this is a lower bound.
      const known = this.#measured(a, b) ? certainty.measured : certainty.guessed
      out.add(from, to, after, this.#isEdited(b) ? certainty.edited : known, code.reset)
    } else out.add(from, to, Number.NaN, certainty.measured, code.rebased)
  }

  /** A counter that begins each local day at zero: what it had before midnight is unknown unless the step is short. */
  #restarted(a: number, b: number, out: StepColumns): void {
    const from = this.#times[a]!
    const to = this.#times[b]!
    const energy = this.#values[b]!
    const midnight = this.#midnight(from, to)
    const begin = Number.isNaN(midnight) || this.#measured(a, b) ? from : midnight
    if (begin > from) out.add(from, begin, Number.NaN, certainty.measured, code.reset)
    if (to > begin) out.add(begin, to, energy, this.#certaintyOf(a, b, energy), code.reset)
  }

  #replaced(a: number, b: number, out: StepColumns): void {
    let at = this.#times[a]!
    let count: number | null = this.#values[a]!
    for (const swap of this.#context.replacements) {
      if (swap.at <= this.#times[a]! || swap.at > this.#times[b]!) continue
      this.#replacedStep(at, swap.at, count, swap.finalMilliWh, out)
      at = swap.at
      count = swap.initialMilliWh
    }
    this.#replacedStep(at, this.#times[b]!, count, this.#values[b]!, out)
  }

  #replacedStep(
    from: Instant,
    to: Instant,
    before: number | null,
    after: number | null,
    out: StepColumns,
  ): void {
    if (to === from) return
    const known = before !== null && after !== null && after >= before
    out.add(from, to, known ? after - before : Number.NaN, certainty.edited, code.replaced)
  }

  #certaintyOf(a: number, b: number, energy: number): number {
    if (this.#context.edited.length > 0 && (this.#isEdited(a) || this.#isEdited(b))) return certainty.edited
    return energy === 0 || this.#measured(a, b) ? certainty.measured : certainty.spread
  }

  #measured(a: number, b: number): boolean {
    return isHeld(this.#times, b, this.#times[b]! - this.#times[a]!, longestMeasuredMs)
  }
}

/** Steps as they grow. */
export class StepColumns {
  #length = 0
  readonly #from: Float64Array
  readonly #to: Float64Array
  readonly #milliWh: Float64Array
  readonly #certainty: Uint8Array
  readonly #verdict: Uint8Array

  constructor(capacity: number) {
    this.#from = new Float64Array(capacity)
    this.#to = new Float64Array(capacity)
    this.#milliWh = new Float64Array(capacity)
    this.#certainty = new Uint8Array(capacity)
    this.#verdict = new Uint8Array(capacity)
  }

  add(from: Instant, to: Instant, milliWh: number, certainty: number, verdict = 0): void {
    const i = this.#length++
    this.#from[i] = from
    this.#to[i] = to
    this.#milliWh[i] = milliWh
    this.#certainty[i] = certainty
    this.#verdict[i] = verdict
  }

  done(): Steps {
    return {
      length: this.#length,
      from: this.#from,
      to: this.#to,
      milliWh: this.#milliWh,
      certainty: this.#certainty,
      verdict: this.#verdict,
    }
  }
}
