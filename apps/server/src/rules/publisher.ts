import { topics } from '@ohmstead/model'
import type { EventHub } from '../events.ts'
import type { Alert, AlertStore, Changes, Kept } from './alertStore.ts'

/** Where derived events leave; resolves when it is handed over. */
export type Send = (topic: string, payload: string) => Promise<void>

export interface PublisherParts {
  readonly alerts: AlertStore
  readonly events: EventHub
  readonly send: Send
  /** The name under which a rule's events are published, or undefined when it publishes none. */
  readonly topicOf: (site: string, rule: string) => string | undefined
}

const reader = 'bus'

/**
 * Tells the site's stream and the bus what has become durable. The bus is told from a cursor that is kept too: after a kill
 * what was not sent is sent, some of it perhaps twice, with the same id.
 */
export class Publisher {
  readonly #parts: PublisherParts
  #seq: number
  #sending: Promise<void> | undefined
  #again = false

  constructor(parts: PublisherParts) {
    this.#parts = parts
    this.#seq = parts.alerts.position(reader, parts.alerts.lastSeq)
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
    this.#again = true
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined
      // Something may have been said when it had just looked for the last time.
      if (this.#again) this.wake()
    })
  }

  async #send(): Promise<void> {
    const { alerts } = this.#parts
    while (this.#again) {
      this.#again = false
      for (let page = alerts.after(this.#seq); page.length > 0; page = alerts.after(this.#seq)) {
        for (const one of page) await this.#sendOne(one)
        this.#seq = page.at(-1)!.seq
        alerts.move(reader, this.#seq)
      }
    }
  }

  async #sendOne(one: Kept): Promise<void> {
    const { alerts, send, topicOf } = this.#parts
    try {
      if (one.kind === 'event') {
        const topic = topicOf(one.site, one.rule)
        if (topic !== undefined) await send(topics.event(one.site, topic), JSON.stringify(eventOut(one)))
      } else {
        const id = one.kind === 'raised' ? one.id : undefined
        const alert = id === undefined ? latestOf(alerts, one) : alerts.alert(one.site, id)
        if (alert) await send(topics.alerts(one.site), JSON.stringify(alertOut(alert)))
      }
    } catch {
      // The bus is closing; what is left is sent after the next start.
    }
  }

  async close(): Promise<void> {
    await this.#sending
  }
}

/** The alert that something said "cleared" of. */
function latestOf(alerts: AlertStore, { site, rule, key, time }: Kept): Alert | undefined {
  return alerts
    .alerts(site, { rule, limit: 100 })
    .find(alert => alert.key === key && alert.clearedAt === time)
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
