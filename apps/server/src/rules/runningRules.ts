import type { Instant, Rule } from '@ohmstead/model'
import type { Logger } from 'pino'
import type { AlertStore } from './alerts/alertStore.ts'
import { compileRule, originOf, type Surroundings } from './compile.ts'
import type { RuleIntake } from './intake.ts'
import { linksOf } from './links.ts'
import type { Outlets } from './outlets.ts'
import { isSameVersion, type SiteRules } from './siteRules.ts'
import { Unit, type UnitParts } from './unit.ts'

export interface RunningRulesParts
  extends Pick<UnitParts, 'store' | 'alerts' | 'keep' | 'latenessMs' | 'now'> {
  readonly alerts: AlertStore
  readonly log: Logger
  readonly intake: RuleIntake
  readonly outlets: Outlets
  readonly rulesOf: (site: string) => SiteRules | undefined
  readonly surroundings: (site: string) => Surroundings
  readonly placeOf: (site: string, device: string) => string | null
}

/** The rules that run, and those that cannot. */
export class RunningRules {
  readonly #parts: RunningRulesParts
  /** By site and id. */
  readonly #units = new Map<string, Map<string, Unit>>()
  /** By site and id: rules that are switched on and cannot run, with the reason. */
  readonly #failed = new Map<string, Map<string, string>>()
  /** Those that took more than their share, as far as it was noticed. */
  readonly #stopped = new WeakSet<Unit>()
  #ticking: Promise<void> | undefined
  #closed = false

  constructor(parts: RunningRulesParts) {
    this.#parts = parts
  }

  get all(): Unit[] {
    return [...this.#units.values()].flatMap(own => [...own.values()])
  }

  get({ site, id }: Pick<Rule, 'site' | 'id'>): Unit | undefined {
    return this.#units.get(site)?.get(id)
  }

  /** Why a rule that is switched on cannot run. */
  failureOf({ site, id }: Pick<Rule, 'site' | 'id'>): string | undefined {
    return this.#failed.get(site)?.get(id)
  }

  /** Brings what runs in line with what is stored, of these rules and of those that another one may have kept from running. */
  async update(site: string, ids: readonly string[]): Promise<void> {
    const rules = this.#parts.rulesOf(site)
    const failed = this.#failed.get(site)
    const blocked = rules?.storing.filter(({ id }) => failed?.has(id)) ?? []
    const wanted: Rule[] = []
    const ended: Unit[] = []
    for (const id of new Set([...ids, ...blocked.map(rule => rule.id)])) {
      const rule = rules?.get(id)
      const unit = this.get({ site, id })
      failed?.delete(id)
      if (unit && this.#isSame(unit, rule)) continue
      if (unit) {
        await this.#end(unit, rule)
        ended.push(unit)
      }
      if (rule?.enabled) wanted.push(rule)
    }
    // What takes long to catch up is not waited for.
    void this.begin(await this.make(site, wanted, ended))
  }

  /** A new name changes nothing of how it runs; another version of a rule that it looks at does. */
  #isSame({ rule, compiled }: Unit, wanted: Rule | undefined): boolean {
    if (!wanted?.enabled || !isSameVersion(wanted, rule)) return false
    const rules = this.#parts.rulesOf(rule.site)
    const text = rules?.text(rule.id)
    if (!text) return false
    try {
      return originOf(linksOf(text, rules, compiled.measurements)) === compiled.origin
    } catch {
      return false
    }
  }

  /** @param next what takes its place: another version, the same one beside others, or nothing */
  async #end(unit: Unit, next: Rule | undefined): Promise<void> {
    const { site, id, version, changedAt } = unit.rule
    this.#units.get(site)?.delete(id)
    await unit.close()
    if (next?.enabled && (next.version > version || next.changedAt === changedAt)) return
    const { alerts, outlets, now } = this.#parts
    outlets.tell(alerts.end(site, id, { at: unit.through ?? now(), gone: true }))
  }

  /**
   * What is to run, ready to begin: readings are handed over already, so that none is missed between the look into the store and
   * the first tick.
   * @param ended what ran before
   */
  async make(site: string, rules: readonly Rule[], ended: readonly Unit[] = []): Promise<Unit[]> {
    const { intake, outlets, surroundings } = this.#parts
    const around = rules.length === 0 ? undefined : surroundings(site)
    const made: Unit[] = []
    await inTurns(rules, rule => {
      const unit = this.#unitFor(rule, around!)
      if (unit) made.push(unit)
    })
    const units = this.#units.get(site) ?? new Map<string, Unit>()
    for (const unit of made) units.set(unit.rule.id, unit)
    if (units.size > 0) this.#units.set(site, units)
    else this.#units.delete(site)
    if (made.length + ended.length > 0) {
      intake.change(site, { made, ended })
      outlets.change(site, { made, ended }, units.values())
    }
    return made
  }

  #unitFor(rule: Rule, around: Surroundings): Unit | undefined {
    const { log, outlets, placeOf, store, alerts, keep, latenessMs, now } = this.#parts
    const { site, id } = rule
    try {
      return new Unit({
        ...{ rule, compiled: compileRule(rule, around), zone: around.zone },
        ...{ store, alerts, keep, latenessMs, now },
        placeOf: device => placeOf(site, device),
        said: changes => outlets.tell(changes),
        trouble: err => log.error({ err, site, rule: id }, 'a rule was interrupted; it is started again'),
      })
    } catch (error) {
      const { message: reason } = error as Error
      this.#failed.set(site, (this.#failed.get(site) ?? new Map()).set(id, reason))
      log.warn({ site, rule: id, reason }, 'a rule cannot run')
      return undefined
    }
  }

  /** Resolves when all have caught up. */
  async begin(
    units: readonly Unit[],
    recentFrom: (unit: Unit) => Instant | undefined = () => undefined,
  ): Promise<void> {
    const starting: Promise<void>[] = []
    await inTurns(units, unit => {
      if (this.#runs(unit)) starting.push(unit.start(recentFrom(unit)))
    })
    await Promise.all(starting)
  }

  /** Moves the clocks of all after the wall clock; while a round is not over, no other one begins. */
  tick(): void {
    this.#ticking ??= inTurns(this.all, unit => {
      if (this.#runs(unit)) void unit.tick().then(() => this.#ticked(unit))
    }).finally(() => (this.#ticking = undefined))
  }

  #ticked(unit: Unit): void {
    const { reason, rule } = unit
    if (reason === null || this.#stopped.has(unit)) return
    const { site, id } = rule
    this.#stopped.add(unit)
    this.#parts.intake.change(site, { ended: [unit], made: [] })
    unit.drop()
    this.#parts.log.warn({ site, rule: id, reason }, 'a rule was stopped')
  }

  /** Between two turns it may have been ended. */
  #runs(unit: Unit): boolean {
    return !this.#closed && this.get(unit.rule) === unit
  }

  /** Ends those of a site that was removed. */
  async drop(site: string): Promise<void> {
    const ended = [...(this.#units.get(site)?.values() ?? [])]
    this.#units.delete(site)
    this.#failed.delete(site)
    for (const unit of ended) await unit.close()
    await this.make(site, [], ended)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.all.map(unit => unit.close()))
  }
}

/** Rules that are worked on before whatever else waits for the event loop gets its turn. */
const atOnce = 10

async function inTurns<T>(all: readonly T[], begin: (one: T) => void): Promise<void> {
  for (const [at, one] of all.entries()) {
    begin(one)
    if (at % atOnce === atOnce - 1) await new Promise(resolve => setImmediate(resolve))
  }
}
