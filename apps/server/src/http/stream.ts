import type { ServerResponse } from 'node:http'
import type { Clock } from '@ohmstead/model'
import type { EventHub, SiteEvent } from '../events.ts'

/** Bytes that may wait for one reader. Beyond, it is dropped: it can come back and resume. */
const maxWaitingBytes = 1_048_576
const heartbeatMs = 15_000
/** Pause before a browser connects again, ms. */
const retryMs = 2000

export interface StreamOptions {
  readonly events: EventHub
  readonly clock: Clock
  readonly site: string
  /** Resume after this event; undefined begins with the present. */
  readonly after: number | undefined
  readonly wanted: (event: SiteEvent) => boolean
  /** Asked at every heartbeat; the stream ends when the right has. */
  readonly stillAllowed: () => Promise<boolean>
}

/**
 * Server-sent events of a site until the reader leaves, falls behind, or may no longer read. An `event: gap` says that
 * events since `after` are no longer kept: whoever resumes has to ask for the present state again.
 */
export function stream(response: ServerResponse, options: StreamOptions): void {
  const { events, clock, site, after, wanted, stillAllowed } = options
  const send = (text: string) => {
    response.write(text)
    if (response.writableLength > maxWaitingBytes) response.destroy()
  }
  const forward = (event: SiteEvent) => {
    if (wanted(event)) send(eventText(event))
  }
  send(`retry: ${retryMs}\n\n`)
  if (after !== undefined) {
    const { events: missed, complete } = events.since(site, after)
    if (!complete) send('event: gap\ndata: {}\n\n')
    for (const event of missed) forward(event)
  }
  const unsubscribe = events.subscribe(site, forward)
  let cancelBeat = clock.after(heartbeatMs, beat)
  function beat(): void {
    cancelBeat = clock.after(heartbeatMs, beat)
    send(': beat\n\n')
    stillAllowed().then(
      allowed => allowed || response.end(),
      // The registry is away: the last answer holds until it is back.
      () => {},
    )
  }
  response.once('close', () => {
    unsubscribe()
    cancelBeat()
  })
}

/** All readers of an event share its text. */
const texts = new WeakMap<SiteEvent, string>()

function eventText(event: SiteEvent): string {
  let text = texts.get(event)
  // JSON has no raw line ends, so the data is one line.
  if (text === undefined) texts.set(event, (text = `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`))
  return text
}
