import { createHmac, hkdfSync } from 'node:crypto'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Clock } from '@ohmstead/model'
import type { Logger } from 'pino'
import { publicLookup, requirePublicHost } from './addressGuard.ts'
import type { AlertStore, Kept, Pruning } from './alerts/alertStore.ts'
import { eventOut } from './publisher.ts'
import { Repeater } from './repeater.ts'

/** One address that a rule tells what it says. */
export interface Hook {
  readonly site: string
  readonly rule: string
  readonly url: string
}

/** Sends a body; resolves with the status. @throws when there is no answer */
export type Post = (url: string, body: string, headers: Record<string, string>) => Promise<number>

export interface WebhookParts {
  readonly alerts: AlertStore
  readonly clock: Clock
  readonly log: Logger
  /** What signatures are made with; never leaves the machine itself. */
  readonly secret: string
  readonly post: Post
}

const firstRetryMs = 1_000
const longestRetryMs = 3_600_000
/** What could not be delivered for so long is left out. */
const givenUpAfterMs = 3 * 86_400_000

/**
 * Posts what rules say, each in its order, from a cursor that is kept: what was not answered with 2xx is sent again, after a
 * restart too. A receiver tells what it has by `id`, and who sent it by the signature.
 */
export class Webhooks {
  readonly #parts: WebhookParts
  #senders = new Map<string, Sender>()
  readonly counts = { delivered: 0, failed: 0, dropped: 0 }

  constructor(parts: WebhookParts) {
    this.#parts = parts
  }

  /** From now on these hooks of the site and no others. */
  set(site: string, hooks: readonly Hook[]): void {
    const wanted = new Map(hooks.map(hook => [keyOf(hook), hook]))
    for (const [key, sender] of this.#senders)
      if (sender.hook.site === site && !wanted.has(key)) {
        sender.close()
        this.#senders.delete(key)
      }
    for (const [key, hook] of wanted)
      if (!this.#senders.has(key)) this.#senders.set(key, new Sender(hook, key, this.#parts, this.counts))
    this.wake(site)
  }

  /** Something was said. */
  wake(site: string): void {
    for (const sender of this.#senders.values()) if (sender.hook.site === site) sender.wake()
  }

  /** Up to where each was told. */
  get cursors(): Pruning['hooks'] {
    return [...this.#senders].map(([reader, { hook, seq }]) => ({ ...hook, reader, seq }))
  }

  async close(): Promise<void> {
    for (const sender of this.#senders.values()) sender.close()
    await Promise.all([...this.#senders.values()].map(sender => sender.idle()))
  }
}

const keyOf = ({ site, rule, url }: Hook) => `webhook ${site}/${rule} ${url}`

class Sender {
  readonly hook: Hook
  readonly #key: string
  readonly #parts: WebhookParts
  readonly #counts: Webhooks['counts']
  #seq: number
  #attempts = 0
  #closed = false
  #cancel = () => {}
  #isWaiting = false
  readonly #sender: Repeater

  constructor(hook: Hook, key: string, parts: WebhookParts, counts: Webhooks['counts']) {
    this.hook = hook
    this.#key = key
    this.#parts = parts
    this.#counts = counts
    this.#seq = parts.alerts.position(key, parts.alerts.lastSeq)
    this.#sender = new Repeater(
      () => this.#send(),
      error => this.#retryLater(error as Error),
    )
  }

  get seq(): number {
    return this.#seq
  }

  wake(): void {
    if (!this.#closed && !this.#isWaiting) this.#sender.wake()
  }

  idle(): Promise<void> {
    return this.#sender.idle()
  }

  close(): void {
    this.#closed = true
    this.#cancel()
  }

  async #send(): Promise<void> {
    for (let page = this.#page(); page.length > 0; page = this.#page())
      for (const said of page) {
        if (this.#closed) return
        await this.#deliver(said)
      }
  }

  #page(): Kept[] {
    return this.#parts.alerts.after(this.#seq, this.hook, 20)
  }

  /** @throws when it is to be sent again */
  async #deliver(said: Kept): Promise<void> {
    const { alerts, clock, post } = this.#parts
    try {
      const status = await post(this.hook.url, ...this.#signed(said))
      if (status < 200 || status >= 300) throw new Error(`answered ${status}`)
      this.#counts.delivered++
    } catch (error) {
      this.#counts.failed++
      if (clock.now() - said.recordedAt < givenUpAfterMs) throw error
      this.#counts.dropped++
    }
    this.#attempts = 0
    this.#seq = said.seq
    alerts.move(this.#key, said.seq)
  }

  #retryLater({ message: reason }: Error): void {
    if (this.#closed) return
    const { clock, log } = this.#parts
    const { site, rule } = this.hook
    if (this.#attempts === 0) log.warn({ site, rule, reason }, 'a webhook could not be told')
    const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#attempts++)
    this.#isWaiting = true
    this.#cancel = clock.after(wait, () => {
      this.#isWaiting = false
      this.wake()
    })
  }

  #signed(said: Kept): [body: string, headers: Record<string, string>] {
    const body = JSON.stringify(eventOut(said))
    const time = Math.floor(this.#parts.clock.now() / 1000)
    const key = webhookKey(this.#parts.secret, this.hook.site)
    const signature = createHmac('sha256', key).update(`${time}.${body}`).digest('hex')
    return [
      body,
      {
        'content-type': 'application/json',
        'user-agent': 'ohmstead',
        'ohmstead-id': said.id,
        'ohmstead-signature': `t=${time},v1=${signature}`,
      },
    ]
  }
}

/** The key that a site's webhooks are signed with, as its members see it. It follows from the platform's secret. */
export function webhookKey(secret: string, site: string): string {
  return Buffer.from(hkdfSync('sha256', secret, 'ohmstead webhooks', site, 32)).toString('base64url')
}

const timeoutMs = 10_000

/** Over a connection of its own, to where the name leads now; redirections are not followed. @param anywhere private addresses too */
export function poster(anywhere: boolean): Post {
  return (url, body, headers) =>
    new Promise((resolve, reject) => {
      const target = new URL(url)
      if (!anywhere) requirePublicHost(target.hostname)
      const send = target.protocol === 'https:' ? requestHttps : requestHttp
      const request = send(target, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        ...(anywhere ? {} : { lookup: publicLookup }),
      })
      request.on('response', response => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      request.on('error', reject)
      request.end(body)
    })
}
