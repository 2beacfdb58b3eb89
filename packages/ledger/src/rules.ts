import type { Instant } from '@ohmstead/model'

/** What is known of a meter beside its readings. */
export interface MeterRules {
  /** W; bounds every jump of its counters. */
  readonly ratedPowerW: number | null
  /** Where its counters roll over to zero, mWh: 100 000 kWh for a register of five digits. */
  readonly counterModulusMilliWh: number | null
}

export const noRules: MeterRules = { ratedPowerW: null, counterModulusMilliWh: null }

/** Without a rating: more than any home's connection. */
const defaultCapW = 50_000
/** A rating is exceeded by mains voltage and short overloads. */
const ratingTolerance = 1.25

/** The most that a device draws for longer, W. */
export const capW = ({ ratedPowerW }: MeterRules): number =>
  ratedPowerW === null ? defaultCapW : ratedPowerW * ratingTolerance

/** A meter was swapped: counters begin anew at `at`, whatever they show. Counts in mWh where somebody read them. */
export interface Replacement {
  readonly at: Instant
  readonly finalMilliWh: number | null
  readonly initialMilliWh: number | null
}
