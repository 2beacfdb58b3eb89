import type { Clock, Rule } from '@ohmstead/model'
import { NotFound, type Registry } from '@ohmstead/registry'
import type { Logger } from 'pino'
import { SiteRules } from './siteRules.ts'

export interface StoredRulesParts {
  readonly registry: Pick<Registry, 'rules'>
  readonly clock: Clock
  readonly log: Logger
  /** These rules are not as they were: one has changed, the others look at its streams. */
  readonly changed: (site: string, ids: readonly string[]) => void
}

/** What could not be read is read again so much later. */
const retryMs = 5_000

/** The rules of all sites as the registry has them, those that are switched off too. */
export class StoredRules {
  readonly #parts: StoredRulesParts
  readonly #sites = new Map<string, SiteRules>()
  /** By site: rules that have changed since they were read. */
  #waiting = new Map<string, Set<string>>()
  #reading: Promise<void> = Promise.resolve()
  #cancelRetry = () => {}
  #closed = false

  constructor(parts: StoredRulesParts) {
    this.#parts = parts
  }

  of(site: string): SiteRules | undefined {
    return this.#sites.get(site)
  }

  /** Reads all; what changes meanwhile is read afterwards. @returns those that are switched on, by site */
  load(): Promise<Map<string, Rule[]>> {
    const all = this.#parts.registry.rules.all().then(rules => {
      const bySite = Map.groupBy(rules, ({ site }) => site)
      for (const [site, own] of bySite) this.#sites.set(site, new SiteRules(own))
      return Map.groupBy(
        rules.filter(({ enabled }) => enabled),
        ({ site }) => site,
      )
    })
    this.#reading = all.then(
      () => {},
      () => {},
    )
    return all
  }

  /** Resolves when all that has changed so far is read. */
  ready(): Promise<void> {
    return this.#reading
  }

  /** A rule was made, changed or removed; of changes that wait for one another the last one tells. */
  note(site: string, id: string): void {
    this.#await(site, id)
    this.#read()
  }

  #await(site: string, id: string): void {
    this.#waiting.set(site, (this.#waiting.get(site) ?? new Set()).add(id))
  }

  #read(): void {
    this.#reading = this.#reading.then(async () => {
      const waiting = this.#waiting
      this.#waiting = new Map()
      for (const [site, ids] of waiting)
        for (const id of ids) await this.#readOne(site, id).catch(err => this.#readLater(site, id, err))
    })
  }

  #readLater(site: string, id: string, err: unknown): void {
    if (this.#closed) return
    const { clock, log } = this.#parts
    log.error({ err, site, rule: id }, 'reading a rule failed; it is read again')
    this.#await(site, id)
    this.#cancelRetry()
    this.#cancelRetry = clock.after(retryMs, () => this.#read())
  }

  async #readOne(site: string, id: string): Promise<void> {
    const found = await this.#parts.registry.rules.get(site, id).catch(error => {
      if (error instanceof NotFound) return undefined
      throw error
    })
    const rules = this.#sites.get(site) ?? new SiteRules()
    const before = rules.text(id)?.makes ?? []
    if (found) rules.put(found)
    else rules.remove(id)
    if (rules.size > 0) this.#sites.set(site, rules)
    else this.#sites.delete(site)
    const streams = [...before, ...(rules.text(id)?.makes ?? [])]
    this.#parts.changed(site, [id, ...rules.followersOf(streams)])
  }

  /** Forgets a site that was removed. */
  drop(site: string): void {
    this.#sites.delete(site)
  }

  close(): void {
    this.#closed = true
    this.#cancelRetry()
  }
}
