import { randomBytes } from 'node:crypto'
import type { Clock } from '@ohmstead/model'
import type { Responder, Wire } from './bus.ts'
import { BusClosed, BusOverloaded, RequestFailed, RequestTimeout } from './errors.ts'

const replyPattern = /^replies\/[0-9a-f]{32}$/

/**
 * Whether `topic` is one client's own reply address: `replies/` and 128 random bits. Knowing it is the right to use it: a
 * client may subscribe to exactly such a topic, and a component may publish to it.
 */
export function isReplyTopic(topic: string): boolean {
  return replyPattern.test(topic)
}

/** Where requests to a component go. */
export function requestTopic(component: string): string {
  return `components/${component}/requests`
}

interface Request {
  id: string
  replyTo: string
  operation: string
  arguments: unknown
}

interface Reply {
  id: string
  result?: unknown
  error?: { code: string; message: string }
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

const maxWaiting = 1000
const maxAnswering = 256

/** Asking: one reply address per bus, subscribed when the first question is asked. */
export class Asker {
  readonly #wire: Wire
  readonly #clock: Clock
  readonly #replyTo = `replies/${randomBytes(16).toString('hex')}`
  readonly #waiting = new Map<string, Waiting>()
  #listening: Promise<unknown> | undefined
  #serial = 0
  #closed = false

  constructor(wire: Wire, clock: Clock) {
    this.#wire = wire
    this.#clock = clock
  }

  async ask(
    component: string,
    operation: string,
    args: unknown,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<unknown> {
    signal?.throwIfAborted()
    if (this.#closed) throw new BusClosed('the bus is closed')
    if (this.#waiting.size >= maxWaiting) throw new BusOverloaded(`more than ${maxWaiting} requests are open`)
    const id = `${++this.#serial}`
    return await new Promise((resolve, reject) => {
      const stop = this.#clock.after(timeoutMs, () =>
        fail(new RequestTimeout(component, operation, timeoutMs)),
      )
      const abort = () => fail(signal!.reason as Error)
      const settle = (then: () => void) => {
        if (!this.#waiting.delete(id)) return
        stop()
        signal?.removeEventListener('abort', abort)
        then()
      }
      const fail = (error: Error) => settle(() => reject(error))
      this.#waiting.set(id, { resolve: value => settle(() => resolve(value)), reject: fail })
      signal?.addEventListener('abort', abort, { once: true })
      this.#send(component, { id, replyTo: this.#replyTo, operation, arguments: args }).catch(fail)
    })
  }

  async #send(component: string, request: Request): Promise<void> {
    this.#listening ??= this.#wire.subscribe(this.#replyTo, ({ payload }) => this.#answered(payload))
    try {
      await this.#listening
    } catch (error) {
      this.#listening = undefined
      throw error
    }
    if (!this.#waiting.has(request.id)) return
    await this.#wire.publish(requestTopic(component), encode(request), { qos: 1, retain: false })
  }

  #answered(payload: Buffer): void {
    const reply = decode<Reply>(payload)
    const waiting = reply === undefined ? undefined : this.#waiting.get(reply.id)
    if (reply === undefined || waiting === undefined) return
    if (reply.error === undefined) waiting.resolve(reply.result)
    else waiting.reject(new RequestFailed(String(reply.error.code), String(reply.error.message)))
  }

  close(): void {
    this.#closed = true
    for (const waiting of [...this.#waiting.values()]) waiting.reject(new BusClosed('the bus was closed'))
  }
}

/** Answering: reads requests of one component, bounded, and replies only to addresses that are nothing else. */
export function answering(
  wire: Wire,
  responder: Responder,
): { listener(payload: Buffer): void; stop(): void } {
  const running = new AbortController()
  let open = 0
  const answer = async ({ id, replyTo, operation, arguments: args }: Request) => {
    const reply =
      open >= maxAnswering
        ? busy(id)
        : await run(
            id,
            () => responder(operation, args, { signal: running.signal }),
            () => open++,
            () => open--,
          )
    if (!running.signal.aborted) await wire.publish(replyTo, encode(reply), { qos: 1, retain: false })
  }
  return {
    listener(payload) {
      const request = decode<Request>(payload)
      if (request === undefined || !isRequest(request)) return
      answer(request).catch(() => {
        // The asker is gone or may not be answered; it will run into its timeout.
      })
    },
    stop: () => running.abort(new BusClosed('the responder was stopped')),
  }
}

async function run(id: string, work: () => unknown, begin: () => void, end: () => void): Promise<Reply> {
  begin()
  try {
    return { id, result: (await work()) ?? null }
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    return {
      id,
      error: { code: typeof code === 'string' ? code : 'OHM_INTERNAL', message: String(message ?? error) },
    }
  } finally {
    end()
  }
}

function busy(id: string): Reply {
  return { id, error: { code: 'OHM_BUS_OVERLOADED', message: 'the component is busy' } }
}

// A reply goes where the asker says, with the component's rights: anything but a reply address would make it do the asker's work.
function isRequest(request: Request): boolean {
  const { id, replyTo, operation } = request
  return (
    typeof id === 'string' &&
    id.length <= 64 &&
    typeof operation === 'string' &&
    typeof replyTo === 'string' &&
    isReplyTopic(replyTo)
  )
}

function encode(message: Request | Reply): Buffer {
  return Buffer.from(JSON.stringify(message))
}

function decode<Message>(payload: Buffer): Message | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Message) : undefined
  } catch {
    return undefined
  }
}
