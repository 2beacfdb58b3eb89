/** What passes on a site's stream: readings that were stored, slots that changed, refusals, presence, what rules said. */
export interface SiteEvent {
  /** Grows by one per event of the process; resuming clients send the last one they saw. */
  readonly id: number
  readonly site: string
  readonly type: 'readings' | 'slots' | 'quarantine' | 'presence' | 'alert' | 'event'
  readonly data: unknown
}

const keptEvents = 4096
/** Readings and the like in them; an event of the stream may hold hundreds. */
const keptItems = 50_000

/** The last events of all sites, and who listens. Bounded: a listener that falls behind loses the oldest and is told. */
export class EventHub {
  /** First id of this process; ids of an earlier run lie below it, so a resume over a restart is seen as a gap. */
  readonly first: number
  #next: number
  /** Id of the oldest event that is kept. */
  #oldest: number
  #items = 0
  #ring: (SiteEvent | undefined)[] = []
  #listeners = new Map<string, Set<(event: SiteEvent) => void>>()

  constructor(startedAt: number) {
    this.first = startedAt * 1000
    this.#next = this.first
    this.#oldest = this.first
  }

  publish(site: string, type: SiteEvent['type'], data: unknown): void {
    const event = { id: this.#next++, site, type, data }
    this.#items += itemsOf(event)
    while (event.id - this.#oldest >= keptEvents || (this.#items > keptItems && this.#oldest < event.id))
      this.#drop()
    this.#ring[event.id % keptEvents] = event
    for (const listener of this.#listeners.get(site) ?? []) listener(event)
  }

  /** Whether anybody listens to this site; publishers of much may skip the work when nobody does. */
  listened(site: string): boolean {
    return this.#listeners.has(site)
  }

  /** The site's kept events after `id`, oldest first; `complete` is false when some between are gone. */
  since(site: string, id: number): { events: SiteEvent[]; complete: boolean } {
    const events: SiteEvent[] = []
    for (let at = Math.max(id + 1, this.#oldest); at < this.#next; at++) {
      const event = this.#ring[at % keptEvents]
      if (event?.site === site) events.push(event)
    }
    return { events, complete: id + 1 >= this.#oldest }
  }

  #drop(): void {
    const at = this.#oldest++ % keptEvents
    const event = this.#ring[at]
    if (event) this.#items -= itemsOf(event)
    this.#ring[at] = undefined
  }

  subscribe(site: string, listener: (event: SiteEvent) => void): () => void {
    const listeners = this.#listeners.get(site) ?? new Set()
    this.#listeners.set(site, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(site)
    }
  }
}

const itemsOf = ({ data }: SiteEvent) => (Array.isArray(data) ? data.length : 1)
