import type { ServerResponse } from 'node:http'
import type { Clock } from '@ohmstead/model'
import type { EventHub, SiteEvent } from '../events.ts'

/** Bytes that may wait for one reader. Beyond, it is dropped: it can come back and resume. */
const maxWaitingBytes = 1_048_576
const heartbeatMs = 15_000
/** Pause before a browser connects again, ms. */
const retryMs = 2000
/** How long a site's events go on being kept after its last reader has left, so that one who comes back misses none. */
const lingerMs = 60_000

/** What a reader wants of an event: its data or a part of it, undefined for nothing. */
export type Pick = (event: SiteEvent) => unknown

export interface Subscription {
  readonly site: string
  /** Resume after this event; undefined begins with the present. */
  readonly after: number | undefined
  /** Absent: everything. */
  readonly pick?: Pick | undefined
  /** Asked at every heartbeat; the stream ends when the right has. */
  readonly stillAllowed: () => Promise<boolean>
}

/** Server-sent events of sites to their readers. */
export class Streams {
  readonly #events: EventHub
  readonly #clock: Clock
  readonly #watched = new Map<string, Watch>()
  readonly #open = new Set<ServerResponse>()

  constructor(events: EventHub, clock: Clock) {
    this.#events = events
    this.#clock = clock
  }

  /** Readers now. */
  get size(): number {
    return this.#open.size
  }

  /**
   * Sends until the reader leaves, falls behind, or may no longer read. An `event: gap` says that some events since
   * `after` were not kept: whoever resumes has to ask for the present state again.
   */
  open(response: ServerResponse, { site, after, pick, stillAllowed }: Subscription): void {
    const send = (text: string) => {
      response.write(text)
      if (response.writableLength > maxWaitingBytes) response.destroy()
    }
    const forward = (event: SiteEvent) => {
      const text = textOf(event, pick)
      if (text !== undefined) send(text)
    }
    send(`retry: ${retryMs}\n\n`)
    if (after !== undefined) this.#replay(site, after, { send, forward })
    const leave = this.#enter(site)
    const unsubscribe = this.#events.subscribe(site, forward)
    const stopBeating = this.#beat(response, { send, stillAllowed })
    this.#open.add(response)
    response.once('close', () => {
      this.#open.delete(response)
      unsubscribe()
      stopBeating()
      leave()
    })
  }

  /** Ends all streams; their readers will come back to whoever takes over. */
  close(): void {
    for (const response of this.#open) response.end()
    for (const watch of this.#watched.values()) watch.cancel?.()
  }

  #replay(
    site: string,
    after: number,
    to: { send: (text: string) => void; forward: (event: SiteEvent) => void },
  ): void {
    const { events, complete } = this.#events.since(site, after)
    // Publishers skip sites that nobody reads, so only an unbroken watch has seen everything.
    const first = this.#watched.get(site)?.first
    if (!complete || first === undefined || after < first) to.send('event: gap\ndata: null\n\n')
    for (const event of events) to.forward(event)
  }

  /** Keeps the site watched until some time after the answer is called. */
  #enter(site: string): () => void {
    const watch = this.#watched.get(site) ?? this.#watch(site)
    watch.readers++
    watch.cancel?.()
    return () => {
      watch.readers--
      if (watch.readers > 0) return
      watch.cancel = this.#clock.after(lingerMs, () => {
        watch.stop()
        this.#watched.delete(site)
      })
    }
  }

  #watch(site: string): Watch {
    const watch: Watch = { readers: 0, first: undefined, stop: () => {}, cancel: undefined }
    watch.stop = this.#events.subscribe(site, event => {
      watch.first ??= event.id
    })
    this.#watched.set(site, watch)
    return watch
  }

  #beat(
    response: ServerResponse,
    { send, stillAllowed }: { send: (text: string) => void; stillAllowed: () => Promise<boolean> },
  ) {
    const beat = () => {
      cancel = this.#clock.after(heartbeatMs, beat)
      send(': beat\n\n')
      stillAllowed().then(
        allowed => allowed || response.end(),
        // The registry is away: its last answer holds until it is back.
        () => {},
      )
    }
    let cancel = this.#clock.after(heartbeatMs, beat)
    return () => cancel()
  }
}

interface Watch {
  readers: number
  /** The first event since the site is watched without a break. */
  first: number | undefined
  stop: () => void
  cancel: (() => void) | undefined
}

/** Readers of everything share an event's text. */
const texts = new WeakMap<SiteEvent, string>()

function textOf(event: SiteEvent, pick: Pick | undefined): string | undefined {
  if (pick) {
    const data = pick(event)
    return data === undefined ? undefined : eventText(event, data)
  }
  let text = texts.get(event)
  if (text === undefined) texts.set(event, (text = eventText(event, event.data)))
  return text
}

/** JSON has no raw line ends, so the data is one line. */
function eventText({ id, type }: SiteEvent, data: unknown): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`
}
