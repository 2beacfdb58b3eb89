import { OhmsteadError } from '@ohmstead/model'

/** What one rule may hold and do. */
export interface Limits {
  /** Events, partial matches and partitions held at once. */
  readonly held: number
  /** Rows looked at for one event or one moment of the clock: a join or a scan that explodes. */
  readonly workPerStep: number
  /** Rows said per second of the engine's clock. */
  readonly outputsPerSecond: number
}

/** What a rule gets that asks for nothing else. */
export const defaultLimits: Limits = { held: 1_000_000, workPerStep: 1_000_000, outputsPerSecond: 100_000 }

/** For tests and measurements: nothing is bounded. */
export const unlimited: Limits = { held: Infinity, workPerStep: Infinity, outputsPerSecond: Infinity }

/** A rule had its share of something. It was stopped; others go on. */
export class RuleExceeded extends OhmsteadError {
  override readonly name = 'RuleExceeded'
  readonly code = 'OHM_RULE_EXCEEDED'
  readonly rule: string
  readonly limit: keyof Limits
  constructor(rule: string, limit: keyof Limits, words: string) {
    super(`rule '${rule}' ${words}`)
    this.rule = rule
    this.limit = limit
  }
}

/** What an engine is at: a step is one event from outside, or one move of the clock. */
interface Steps {
  readonly now: number
  readonly step: number
}

/** Counts what a rule holds and does. */
export class Meter {
  readonly limits: Limits
  readonly home: Steps
  readonly rule: string
  /** Events, partial matches and partitions held now. */
  heldNow = 0
  workNow = 0
  step = -1
  outputs = 0
  second = Number.NaN
  outputsInSecond = 0

  constructor(limits: Limits, home: Steps, rule: string) {
    this.limits = limits
    this.home = home
    this.rule = rule
  }

  held(change: number): void {
    this.heldNow += change
    if (change > 0 && this.heldNow > this.limits.held)
      throw new RuleExceeded(
        this.rule,
        'held',
        `holds more than ${this.limits.held} events; give its streams shorter windows`,
      )
  }

  work(rows: number): void {
    if (this.step !== this.home.step) {
      this.step = this.home.step
      this.workNow = 0
    }
    this.workNow += rows
    if (this.workNow > this.limits.workPerStep)
      throw new RuleExceeded(
        this.rule,
        'workPerStep',
        `looked at more than ${this.limits.workPerStep} rows for one event; join on equal keys or shorten its windows`,
      )
  }

  output(rows: number): void {
    this.outputs += rows
    const second = Math.floor(this.home.now / 1000)
    if (second !== this.second) {
      this.second = second
      this.outputsInSecond = 0
    }
    this.outputsInSecond += rows
    if (this.outputsInSecond > this.limits.outputsPerSecond)
      throw new RuleExceeded(
        this.rule,
        'outputsPerSecond',
        `said more than ${this.limits.outputsPerSecond} rows in a second; give it an output rate`,
      )
  }
}
