/** One event as it came over the wire; `id` is the last id the stream has named so far. */
export interface ServerSentEvent {
  readonly id: string
  readonly type: string
  readonly data: string
}

/**
 * Reads `text/event-stream` line by line, as the WHATWG HTML standard (9.2.6) says: any of CR, LF and CRLF ends a
 * line, an empty line ends an event, an event without data is dropped, a comment only shows that somebody is there.
 */
export class EventParser {
  /** Pause before reconnecting that the server asked for, ms. */
  retryMs: number | null = null
  #rest = ''
  #begun = false
  #id: string
  #type = ''
  #data: string[] = []

  /** @param lastEventId where a stream that is resumed left off */
  constructor(lastEventId = '') {
    this.#id = lastEventId
  }

  /** The events that `text` completes. */
  push(text: string): ServerSentEvent[] {
    const lines = this.#lines(text)
    const events: ServerSentEvent[] = []
    for (const line of lines) {
      if (line === '') this.#dispatch(events)
      else this.#field(line)
    }
    return events
  }

  #lines(text: string): string[] {
    const whole = this.#begun || text === '' ? this.#rest + text : text.replace(/^\uFEFF/, '')
    this.#begun ||= text !== ''
    // A CR at the very end may be half of a CRLF: it waits for what follows.
    const end = whole.endsWith('\r') ? whole.length - 1 : whole.length
    const lines = whole.slice(0, end).split(/\r\n|\n|\r/)
    this.#rest = lines.pop()! + whole.slice(end)
    return lines
  }

  #field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') this.#data.push(value)
    else if (name === 'event') this.#type = value
    else if (name === 'id' && !value.includes('\0')) this.#id = value
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value)
  }

  #dispatch(events: ServerSentEvent[]): void {
    if (this.#data.length > 0)
      events.push({ id: this.#id, type: this.#type || 'message', data: this.#data.join('\n') })
    this.#data = []
    this.#type = ''
  }
}
