import type { Aedes, Client, PublishPacket } from 'aedes'

/** A message on its way to subscribers. */
export interface Publication {
  topic: string
  payload: Buffer
  qos: 0 | 1 | 2
  retain: boolean
}

type Done = (error?: Error) => void
type Publish = (packet: object, client: unknown, done: Done) => void

const nothing = (): void => {}

/**
 * One message at a time through aedes. It numbers messages when they enter and drops, per client, what comes out with a
 * lower number than the last one as a duplicate: two messages that overtake each other on the way (a retained one waits
 * a moment longer) would cost the slower one its delivery.
 */
export class Lane {
  readonly #publish: Publish
  readonly #queue: { packet: object; client: unknown; done: Done }[] = []
  #busy = false
  #idle: (() => void)[] = []

  constructor(aedes: Aedes) {
    this.#publish = aedes.publish.bind(aedes) as unknown as Publish
    // aedes' own messages, wills among them, take the same way; nobody may listen to its `$SYS` ones.
    const enter = (packet: PublishPacket, client: Client | Done | null, done?: Done) => {
      const after = typeof client === 'function' ? client : done
      if (packet.topic.startsWith('$SYS/')) return after?.()
      this.publish(packet, typeof client === 'function' ? null : client, after)
    }
    aedes.publish = enter as unknown as Aedes['publish']
  }

  publish(packet: Publication | PublishPacket, client: unknown, done: Done = nothing): void {
    this.#queue.push({ packet: { cmd: 'publish', dup: false, ...packet }, client, done })
    if (!this.#busy) this.#drive()
  }

  /** Resolves when everything that was published has gone through. */
  empty(): Promise<void> {
    if (!this.#busy) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  /** Takes one after the other, as a loop while they finish at once. */
  #drive(): void {
    this.#busy = true
    let next = this.#queue.shift()
    while (next !== undefined) {
      const { packet, client, done } = next
      let inside = true
      let finished = false
      this.#publish(packet, client, error => {
        finished = true
        done(error)
        if (!inside) this.#drive()
      })
      inside = false
      if (!finished) return
      next = this.#queue.shift()
    }
    this.#busy = false
    const idle = this.#idle
    this.#idle = []
    for (const wake of idle) wake()
  }
}
