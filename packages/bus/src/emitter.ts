import { Qlobber } from 'qlobber'

/** What passes inside the broker; aedes adds its own fields. */
export interface Emitted {
  topic: string
  payload: Buffer
  qos?: 0 | 1 | 2
  retain?: boolean
}

export type Deliver = (packet: Emitted, done: () => void) => void

const nothing = (): void => {}

/**
 * The emitter aedes hands messages to. Unlike its own, it does not wait for the subscribers: one that reads nothing would
 * else stop everybody who publishes to it, and with a hundred such messages the whole broker. What a subscriber has not
 * taken waits in its own bounded output (see `Outbox`).
 */
export class Emitter {
  readonly #filters = new Qlobber<Deliver>({
    wildcard_one: '+',
    wildcard_some: '#',
    separator: '/',
    match_empty_levels: true,
  })
  /** Grows with every change of who listens, so that answers of `hears` can be kept. */
  version = 0
  closed = false

  on(filter: string, deliver: Deliver, done?: () => void): this {
    this.#filters.add(filter, deliver)
    this.version++
    if (done !== undefined) setImmediate(done)
    return this
  }

  removeListener(filter: string, deliver: Deliver, done?: () => void): this {
    this.#filters.remove(filter, deliver)
    this.version++
    if (done !== undefined) setImmediate(done)
    return this
  }

  /** Whether anybody who is connected listens to `topic`. */
  hears(topic: string): boolean {
    return this.#filters.match(topic).length > 0
  }

  emit(packet: Emitted, done: (error?: Error) => void = nothing): this {
    if (this.closed) {
      done(new Error('emitter is closed'))
      return this
    }
    for (const deliver of this.#filters.match(packet.topic)) deliver(packet, nothing)
    done()
    return this
  }

  close(done: () => void = nothing): this {
    this.closed = true
    setImmediate(done)
    return this
  }
}
