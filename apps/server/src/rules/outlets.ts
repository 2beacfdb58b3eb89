import type { Rule } from '@ohmstead/model'
import type { Changes, Pruning } from './alerts/alertStore.ts'
import { Publisher, type PublisherParts } from './publisher.ts'
import type { Unit } from './unit.ts'
import { type Hook, type WebhookParts, Webhooks } from './webhooks.ts'

export type OutletParts = Omit<PublisherParts, 'topicOf'> & WebhookParts

/** Where what rules say goes: the site's stream, the bus and webhooks. */
export class Outlets {
  readonly webhooks: Webhooks
  readonly #publisher: Publisher
  /** Names under which events of rules are published. */
  readonly #topics = new Map<string, string>()

  constructor(parts: OutletParts) {
    this.webhooks = new Webhooks(parts)
    this.#publisher = new Publisher({
      ...parts,
      topicOf: (site, id) => this.#topics.get(keyOf({ site, id })),
    })
  }

  /** Something has become durable. */
  tell(changes: Changes): void {
    this.#publisher.told(changes)
    for (const site of new Set(changes.said.map(one => one.site))) this.webhooks.wake(site)
  }

  /** Tells what was not told before the last end. */
  wake(): void {
    this.#publisher.wake()
  }

  /** @param units all that the site has now */
  change(
    site: string,
    { made, ended }: { made: readonly Unit[]; ended: readonly Unit[] },
    units: Iterable<Unit>,
  ): void {
    for (const { rule } of ended) this.#topics.delete(keyOf(rule))
    for (const { rule } of made) {
      const event = rule.actions.find(action => action.kind === 'event')
      if (event) this.#topics.set(keyOf(rule), event.topic ?? rule.id)
    }
    if ([...ended, ...made].some(unit => hooksOf(unit).length > 0))
      this.webhooks.set(site, [...units].flatMap(hooksOf))
  }

  /** Up to where each was told. */
  get told(): Pick<Pruning, 'told' | 'hooks'> {
    return { told: this.#publisher.seq, hooks: this.webhooks.cursors }
  }

  async close(): Promise<void> {
    await this.#publisher.close()
    await this.webhooks.close()
  }
}

const hooksOf = ({ rule: { site, id, actions } }: Unit): Hook[] =>
  actions.flatMap(action => (action.kind === 'webhook' ? [{ site, rule: id, url: action.url }] : []))

const keyOf = ({ site, id }: Pick<Rule, 'site' | 'id'>) => `${site}/${id}`
