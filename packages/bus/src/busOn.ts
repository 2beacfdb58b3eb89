import type { Clock } from '@ohmstead/model'
import type { Bus, BusMessage, PublishOptions, RequestOptions, Responder, Subscription, Wire } from './bus.ts'
import { BusClosed } from './errors.ts'
import { Asker, answering, requestTopic } from './requests.ts'

const defaultTimeoutMs = 5000

/** The whole bus over a wire that can publish and subscribe. */
export function busOn(wire: Wire, clock: Clock): Bus {
  return new WiredBus(wire, clock)
}

class WiredBus implements Bus {
  readonly #wire: Wire
  readonly #asker: Asker
  readonly #closing = new AbortController()
  #closed: Promise<void> | undefined

  constructor(wire: Wire, clock: Clock) {
    this.#wire = wire
    this.#asker = new Asker(wire, clock)
  }

  async publish(topic: string, payload: Uint8Array | string, options: PublishOptions = {}): Promise<void> {
    this.#mustBeOpen()
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload)
    await this.#wire.publish(topic, bytes, { qos: options.qos ?? 1, retain: options.retain ?? false })
  }

  async subscribe(filter: string, listener: (message: BusMessage) => void): Promise<Subscription> {
    this.#mustBeOpen()
    return subscription(await this.#wire.subscribe(filter, listener))
  }

  async *messages(
    filter: string,
    options: { signal?: AbortSignal; most?: number } = {},
  ): AsyncGenerator<BusMessage, void, void> {
    const { signal, most = 1000 } = options
    const ended = AbortSignal.any(
      signal === undefined ? [this.#closing.signal] : [this.#closing.signal, signal],
    )
    const waiting: BusMessage[] = []
    let wake: () => void = () => {}
    await using _ = await this.subscribe(filter, message => {
      if (waiting.length >= most) waiting.shift()
      waiting.push(message)
      wake()
    })
    ended.addEventListener('abort', () => wake(), { once: true })
    while (!ended.aborted) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else await new Promise<void>(resolve => (wake = resolve))
    }
  }

  request(
    component: string,
    operation: string,
    args: unknown = null,
    options: RequestOptions = {},
  ): Promise<unknown> {
    return this.#asker.ask(component, operation, args, options.timeoutMs ?? defaultTimeoutMs, options.signal)
  }

  async respond(component: string, responder: Responder): Promise<Subscription> {
    this.#mustBeOpen()
    const { listener, stop } = answering(this.#wire, responder)
    const unsubscribe = await this.#wire.subscribe(requestTopic(component), ({ payload }) =>
      listener(payload),
    )
    return subscription(async () => {
      stop()
      await unsubscribe()
    })
  }

  close(): Promise<void> {
    this.#closing.abort()
    this.#asker.close()
    this.#closed ??= this.#wire.close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted) throw new BusClosed('the bus is closed')
  }
}

function subscription(end: () => Promise<void>): Subscription {
  let ended: Promise<void> | undefined
  const close = () => (ended ??= end())
  return { close, [Symbol.asyncDispose]: close }
}
