import type { Clock } from '@ohmstead/model'
import type { Alert, AlertStore } from './alerts/alertStore.ts'
import type { RuleIntake } from './intake.ts'
import type { Outlets } from './outlets.ts'
import type { RunningRules } from './runningRules.ts'

export interface DeedsParts {
  readonly alerts: AlertStore
  readonly running: Pick<RunningRules, 'get'>
  readonly intake: Pick<RuleIntake, 'forget'>
  readonly outlets: Pick<Outlets, 'tell'>
  readonly clock: Clock
}

/** What people do with alerts. */
export class Deeds {
  readonly #parts: DeedsParts

  constructor(parts: DeedsParts) {
    this.#parts = parts
  }

  /** @param by the person's id @returns undefined when there is no such alert */
  acknowledge(site: string, id: string, by: string): Alert | undefined {
    const { alerts, outlets, clock } = this.#parts
    const alert = alerts.acknowledge(site, id, by, clock.now())
    if (alert) outlets.tell({ said: [], alerts: [alert] })
    return alert
  }

  /** What the rule raises afterwards is a new alert. @returns undefined when there is no such alert */
  clear(site: string, id: string): Alert | undefined {
    const { alerts, running, intake, outlets, clock } = this.#parts
    const alert = alerts.alert(site, id)
    if (!alert) return undefined
    const unit = running.get({ site, id: alert.rule })
    const changes = alerts.clear(site, id, unit?.through ?? clock.now())
    const [ended] = changes.alerts
    if (ended) {
      unit?.ended({ key: ended.key, time: ended.clearedAt! })
      intake.forget(site, ended.clearedAt!)
    }
    outlets.tell(changes)
    return ended ?? alert
  }
}
