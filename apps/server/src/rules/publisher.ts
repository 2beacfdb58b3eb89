import { type Clock, topics } from '@ohmstead/model'
import type { EventHub } from '../events.ts'
import type { Alert, AlertStore, Changes, Kept } from './alerts/alertStore.ts'
import { Repeater } from './repeater.ts'

/** Where derived events leave; resolves when it is handed over. */
export type Send = (topic: string, payload: string) => Promise<void>

export interface PublisherParts {
  readonly alerts: AlertStore
  readonly events: EventHub
  readonly send: Send
  readonly clock: Clock
  /** The name under which a rule's events are published, or undefined when it publishes none. */
  readonly topicOf: (site: string, rule: string) => string | undefined
}

const reader = 'bus'
/** What the bus or the disk did not take is tried again so much later. */
const retryMs = 5_000

/**
 * Tells the site's stream and the bus what has become durable. The bus is told from a cursor that is kept too: after a kill
 * what was not sent is sent, some of it perhaps twice, with the same id.
 */
export class Publisher {
  readonly #parts: PublisherParts
  readonly #sender: Repeater
  #seq: number
  #closed = false
  #cancelRetry = () => {}

  constructor(parts: PublisherParts) {
    this.#parts = parts
    this.#seq = parts.alerts.position(reader, parts.alerts.lastSeq)
    this.#sender = new Repeater(
      () => this.#send(),
      () => this.#retryLater(),
    )
  }

  /** Up to where the bus was told. */
  get seq(): number {
    return this.#seq
  }

  told({ said, alerts }: Changes): void {
    const { events } = this.#parts
    for (const alert of alerts) events.publish(alert.site, 'alert', alertOut(alert))
    for (const one of said) if (one.kind === 'event') events.publish(one.site, 'event', eventOut(one))
    if (said.length > 0) this.wake()
  }

  /** Sends what is kept and not sent. */
  wake(): void {
    if (!this.#closed) this.#sender.wake()
  }

  async #send(): Promise<void> {
    const { alerts } = this.#parts
    for (let page = alerts.after(this.#seq); page.length > 0; page = alerts.after(this.#seq))
      try {
        for (const one of page) {
          await this.#sendOne(one)
          this.#seq = one.seq
        }
      } finally {
        alerts.move(reader, this.#seq)
      }
  }

  async #sendOne(one: Kept): Promise<void> {
    const { alerts, send, topicOf } = this.#parts
    if (one.kind === 'event') {
      const topic = topicOf(one.site, one.rule)
      if (topic !== undefined) await send(topics.event(one.site, topic), JSON.stringify(eventOut(one)))
      return
    }
    const alert = one.kind === 'raised' ? alerts.alert(one.site, one.id) : endedBy(alerts, one)
    if (alert) await send(topics.alerts(one.site), JSON.stringify(alertOut(alert)))
  }

  #retryLater(): void {
    this.#cancelRetry()
    if (!this.#closed) this.#cancelRetry = this.#parts.clock.after(retryMs, () => this.wake())
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelRetry()
    await this.#sender.idle()
  }
}

/** The alert that something said "cleared" of. */
function endedBy(alerts: AlertStore, { site, rule, key, time }: Kept): Alert | undefined {
  return alerts.alerts(site, { rule, key }).find(({ clearedAt }) => clearedAt === time)
}

export function alertOut(alert: Alert): Alert & { state: 'raised' | 'acknowledged' | 'cleared' } {
  const state =
    alert.clearedAt !== null ? 'cleared' : alert.acknowledgedAt !== null ? 'acknowledged' : 'raised'
  return { ...alert, state }
}

export function eventOut({
  seq,
  id,
  site,
  rule,
  version,
  kind,
  key,
  device,
  time,
  recordedAt,
  retracted,
  row,
}: Kept) {
  return { seq, id, site, rule, version, kind, key, device, time, recordedAt, retracted, row }
}
