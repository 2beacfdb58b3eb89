import type { Instant } from '@ohmstead/model'

/** What is known of a meter beside its readings. */
export interface MeterRules {
  /** W; bounds every jump of its counters. */
  readonly ratedPowerW: number | null
  /** Where its counters roll over to zero, mWh: 100 000 kWh for a register of five digits. */
  readonly counterModulusMilliWh: number | null
}

export const noRules: MeterRules = { ratedPowerW: null, counterModulusMilliWh: null }

/** A meter was swapped: counters begin anew at `at`, whatever they show. Counts in mWh where somebody read them. */
export interface Replacement {
  readonly at: Instant
  readonly finalMilliWh: number | null
  readonly initialMilliWh: number | null
}
