import { setTimeout as pause } from 'node:timers/promises'
import { MqttLoad } from '@ohmstead/testkit'

export interface SenderTarget {
  readonly port: number
  readonly username: string
  readonly password: string
  readonly site: string
  readonly device: string
}

/** Message `n` of a device carries the value n at this time plus n ms. */
export const base = Date.UTC(2026, 0, 1)
export const valueAt = (n: number) => n % 5000

/**
 * One device that numbers its readings, remembers which were acknowledged, and after a broken connection sends the
 * others again before it goes on, as real devices do.
 */
export class Sender {
  readonly acked = new Set<number>()
  /** Readings handed to the socket so far; the next one has this number. */
  next = 0
  /** Connections that ended without being asked to. */
  broken = 0
  readonly #target: SenderTarget
  #unacknowledged: number[] = []
  #load: MqttLoad | undefined
  #numbers: (at: number) => number = at => at
  #stopped = false

  constructor(target: SenderTarget) {
    this.#target = target
  }

  /** Publishes over one connection until it ends or `stop` is called; with `reconnect` over as many as it takes. */
  async publish(options: { window: number; reconnect: boolean; counts: () => boolean }): Promise<void> {
    this.#stopped = false
    do {
      await this.#connection(options).catch(() => {})
      this.#collect()
      if (!this.#stopped) this.broken++
      if (options.reconnect && !this.#stopped) await pause(20 + Math.random() * 80)
    } while (options.reconnect && !this.#stopped)
  }

  stop(): void {
    this.#stopped = true
    this.#load?.close()
  }

  async #connection({ window, counts }: { window: number; counts: () => boolean }): Promise<void> {
    const { port, username, password, site, device } = this.#target
    const again = this.#unacknowledged
    const first = this.next
    this.#numbers = at => (at < again.length ? again[at] : first + at - again.length)
    const load = new MqttLoad(
      {
        host: '127.0.0.1',
        port,
        clientId: device,
        username,
        password,
        topic: `sites/${site}/devices/${device}/readings`,
      },
      {
        window,
        payload: at => payloadOf(this.#numbers(at)),
        acked: at => {
          if (counts()) this.acked.add(this.#numbers(at))
        },
      },
    )
    await load.connect()
    this.#load = load
    if (this.#stopped) load.close()
    await load.run()
  }

  /** What was sent and not acknowledged comes again on the next connection. */
  #collect(): void {
    const load = this.#load
    this.#load = undefined
    if (load === undefined) return
    const again = this.#unacknowledged
    const sent = Math.max(again.length, load.sent)
    const numbers = Array.from({ length: sent }, (_, at) => this.#numbers(at))
    this.#unacknowledged = numbers.filter(n => !this.acked.has(n))
    this.next += sent - again.length
  }
}

function payloadOf(n: number): string {
  return `{"measurement":"electricalMeter","time":${base + n},"fields":{"power":${valueAt(n)}}}`
}
