import type { Instant, Rule } from '@ohmstead/model'
import type { AlertStore } from './alerts/alertStore.ts'
import { type Compiled, type Surroundings, wordsOf } from './compile.ts'
import type { RuleIntake } from './intake.ts'
import { type Judgement, Judgements, noJudgement } from './judgements.ts'
import type { RunningRules } from './runningRules.ts'
import { isSameVersion, type SiteRules } from './siteRules.ts'
import type { Names } from './templates/index.ts'
import type { UnitState } from './unit.ts'

/** How a rule is doing. */
export interface RuleState {
  readonly state: UnitState | 'off' | 'failed'
  /** Why it was stopped or cannot run. */
  readonly reason: string | null
  /** Where its clock stands. */
  readonly through: Instant | null
  readonly lastSaid: Instant | null
  /** Events and partial matches that it holds. */
  readonly held: number
  /** Since the start. */
  readonly readings: number
  readonly late: number
  readonly ignored: number
  readonly busyMs: number
}

/** A rule for people: what it says and looks at, who looks at it, how it is doing. */
export interface Shown extends Pick<Compiled, 'sentence' | 'epl' | 'needs' | 'units'> {
  /** Rules that look at a stream of this one. */
  readonly usedBy: string[]
  readonly status: RuleState
}

export interface ShownRulesParts {
  readonly alerts: Pick<AlertStore, 'lastSaid'>
  readonly intake: Pick<RuleIntake, 'tally'>
  readonly running: Pick<RunningRules, 'get' | 'failureOf'>
  readonly rulesOf: (site: string) => SiteRules | undefined
  readonly surroundings: (site: string) => Surroundings
  readonly namesOf: (site: string) => Names
}

/** Rules as people see them. */
export class ShownRules {
  readonly #parts: ShownRulesParts
  readonly #judgements = new Judgements()

  constructor(parts: ShownRulesParts) {
    this.#parts = parts
  }

  /** @param judged what is known of one that was judged just now need not be found out */
  of(site: string, rules: readonly Rule[], judged?: Judgement): Shown[] {
    const { intake, namesOf, rulesOf, surroundings } = this.#parts
    intake.tally(site)
    const names = namesOf(site)
    let around: Surroundings | undefined
    return rules.map(rule => {
      const { needs, units } =
        judged ?? this.#judgementOf(rule) ?? this.#judgements.of(rule, (around ??= surroundings(site)))
      const usedBy = rulesOf(site)?.usersOf(rule.id) ?? []
      return { ...wordsOf(rule, names), needs, units, usedBy, status: this.#stateOf(rule) }
    })
  }

  /** Of what runs, or cannot: undefined for what is neither. */
  #judgementOf(rule: Rule): Judgement | undefined {
    const { running } = this.#parts
    if (running.failureOf(rule) !== undefined) return noJudgement
    const unit = running.get(rule)
    return unit && isSameVersion(unit.rule, rule) ? unit.compiled : undefined
  }

  #stateOf(rule: Rule): RuleState {
    const { running, alerts } = this.#parts
    const unit = running.get(rule)
    const failed = running.failureOf(rule) ?? null
    const state = unit?.state ?? (failed === null ? (rule.enabled ? 'starting' : 'off') : 'failed')
    const { readings = 0, late = 0, ignored = 0, busyMs = 0 } = unit?.counts ?? {}
    return {
      state,
      reason: unit?.reason ?? failed,
      through: unit?.through ?? null,
      lastSaid: alerts.lastSaid(rule.site, rule.id),
      held: unit?.held ?? 0,
      readings,
      late,
      ignored,
      busyMs: Math.round(busyMs),
    }
  }
}
