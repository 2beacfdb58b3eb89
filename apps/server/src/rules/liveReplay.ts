import { randomUUID } from 'node:crypto'
import { type Clock, type Instant, OhmsteadError } from '@ohmstead/model'
import type { Principal } from '@ohmstead/registry'
import type { ReadingStore } from '@ohmstead/telemetry'
import type { Ingest } from '../ingest/ingest.ts'
import { countValues, type Message, messages } from './messages.ts'
import type { ReplayEvent, ReplayStatus, RunningReplay } from './replays.ts'

export interface LiveInput {
  /** Where it is sent to. */
  readonly site: string
  /** Whose stored readings are sent again. */
  readonly source: string
  readonly from: Instant
  readonly to: Instant
  /** 1: at their original intervals; more: so many times faster. */
  readonly speed: number
  readonly principal: Principal
}

export interface LiveParts {
  readonly store: Pick<ReadingStore, 'select' | 'raw' | 'aggregate'>
  readonly ingest: Pick<Ingest, 'submit'>
  readonly clock: Clock
  /** Makes a device of the target known, when it is not. */
  readonly makeDevice: (device: string) => Promise<void>
  /** Why it may not go on; null when it may. Asked now and then. */
  readonly reasonToStop: () => Promise<string | null>
}

/** Readings of one submission; one after the other, so that what is sent never piles up before ingest. */
const mostAtOnce = 500
const tellEveryMs = 500
const judgeEveryMs = 15_000
const firstRetryMs = 100
const longestRetryMs = 5_000

interface Due {
  readonly at: Instant
  /** As any sender would give it to ingest. */
  readonly item: object
  readonly values: number
}

/**
 * Sends stored readings of one site to another as if they happened now: through ingest, at the intervals in which they were, with
 * present times. Everything that follows from readings follows from these too.
 */
export class LiveReplay implements RunningReplay {
  readonly id = randomUUID()
  readonly said = []
  readonly #input: LiveInput
  readonly #parts: LiveParts
  readonly #startedAt: Instant
  readonly #stop = new AbortController()
  readonly #listeners = new Set<(event: ReplayEvent) => void>()
  /** Of each line of readings the last time that was given out. */
  readonly #lastAt = new Map<string, Instant>()
  readonly #made = new Set<string>()
  /** When the first moment of the period is due. */
  #begin: Instant | undefined
  #state: ReplayStatus['state'] = 'running'
  #reason: string | null = null
  #through: Instant
  #total: number | null = null
  #sent = 0
  #readings = 0
  #rejected = 0
  #lateMs = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #judgedAt: Instant
  readonly over: Promise<void>

  constructor(input: LiveInput, parts: LiveParts) {
    this.#input = input
    this.#parts = parts
    this.#through = input.from
    this.#startedAt = this.#judgedAt = parts.clock.now()
    this.over = this.#run()
  }

  get status(): ReplayStatus {
    const { site, source, from, to, speed } = this.#input
    return {
      ...{
        id: this.id,
        mode: 'live',
        site,
        source,
        from,
        to,
        speed,
        paused: false,
        startedAt: this.#startedAt,
      },
      rules: [],
      state: this.#state,
      through: this.#through,
      progress: to === from ? 1 : (this.#through - from) / (to - from),
      readings: this.#readings,
      said: 0,
      sent: this.#sent,
      total: this.#total,
      rejected: this.#rejected,
      lateMs: this.#lateMs,
      reason: this.#reason,
    }
  }

  listen(listener: (event: ReplayEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(reason: string | null = null): Promise<void> {
    this.#stop.abort(new Stopped(reason))
    await this.over
  }

  async #run(): Promise<void> {
    const { from, to, source } = this.#input
    const { store, clock } = this.#parts
    try {
      this.#total = await countValues(store, source, { from, to })
      this.#tell()
      for await (const due of oneAhead(this.#windows())) await this.#play(due)
      this.#begin ??= clock.now()
      await this.#until(this.#dueAt(to))
      this.#through = to
      this.#state = 'done'
      this.#reason = null
    } catch (error) {
      const stopped = this.#stop.signal.reason
      this.#state = stopped === undefined ? 'failed' : 'stopped'
      this.#reason = stopped instanceof Stopped ? stopped.because : (error as Error).message
    }
    this.#tell()
  }

  /** What is to be sent, window after window, once its devices are there. */
  async *#windows(): AsyncGenerator<Due[]> {
    const { from, to, source: site } = this.#input
    const { store, clock, makeDevice } = this.#parts
    const { signal } = this.#stop
    for await (const window of messages({ store, site, signal }, { from, to })) {
      for (const device of new Set(window.map(message => message.device)).difference(this.#made)) {
        signal.throwIfAborted()
        await makeDevice(device)
        this.#made.add(device)
      }
      // The clock starts when there is something to send: what it takes to get ready is no part of the period.
      this.#begin ??= clock.now()
      yield window.map(message => this.#due(message))
    }
  }

  #dueAt(time: Instant): Instant {
    return this.#begin! + Math.round((time - this.#input.from) / this.#input.speed)
  }

  /** Readings of one line keep different times, however fast they come. */
  #due({ device, measurement, tags, time, fields, line }: Message): Due {
    const at = Math.max(this.#dueAt(time), (this.#lastAt.get(line) ?? Number.NEGATIVE_INFINITY) + 1)
    this.#lastAt.set(line, at)
    const item = { site: this.#input.site, device, measurement, tags, time: at, fields }
    return { at, item, values: Object.keys(fields).length }
  }

  async #play(all: readonly Due[]): Promise<void> {
    for (let from = 0; from < all.length; ) {
      await this.#until(all[from].at)
      const now = this.#parts.clock.now()
      let end = from + 1
      while (end < all.length && end - from < mostAtOnce && all[end].at <= now) end++
      await this.#send(all.slice(from, end))
      from = end
    }
  }

  /** Until all of it is durable or refused for good; ingest that has enough to do is asked again. */
  async #send(some: readonly Due[]): Promise<void> {
    const { ingest, clock } = this.#parts
    const origin = { principal: this.#input.principal, via: 'replay' } as const
    const items = some.map(({ item }) => item)
    this.#lateMs = Math.max(0, clock.now() - some[0].at)
    for (let wait = firstRetryMs; ; wait = Math.min(longestRetryMs, wait * 2)) {
      try {
        const { rejected } = await ingest.submit(origin, items)
        this.#rejected += rejected.length
        break
      } catch (error) {
        if (!(error instanceof OhmsteadError && error.retryable)) throw error
        this.#reason = `waiting: ${error.message}`
        this.#lateMs = Math.max(0, clock.now() - some[0].at)
        this.#tell()
        await this.#pause(wait)
      }
    }
    this.#reason = null
    this.#readings += some.length
    this.#sent += some.reduce((sum, { values }) => sum + values, 0)
    this.#moveTo(some.at(-1)!.at)
    await this.#lookAround()
  }

  async #until(at: Instant): Promise<void> {
    const { clock } = this.#parts
    for (let left = at - clock.now(); left > 0; left = at - clock.now()) {
      await this.#pause(Math.min(left, tellEveryMs))
      this.#moveTo(Math.min(at, clock.now()))
      await this.#lookAround()
    }
    this.#stop.signal.throwIfAborted()
  }

  #moveTo(at: Instant): void {
    const { from, to, speed } = this.#input
    const through = from + (at - this.#begin!) * speed
    this.#through = Math.max(this.#through, Math.min(to, through))
  }

  async #lookAround(): Promise<void> {
    const now = this.#parts.clock.now()
    if (Math.abs(now - this.#toldAt) >= tellEveryMs) this.#tell()
    if (Math.abs(now - this.#judgedAt) < judgeEveryMs) return
    this.#judgedAt = now
    // While nobody can tell, what was allowed at the last look goes on.
    const reason = await this.#parts.reasonToStop().catch(() => null)
    if (reason !== null) this.#stop.abort(new Stopped(reason))
    this.#stop.signal.throwIfAborted()
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#stop
    return new Promise((resolve, reject) => {
      const abort = () => {
        cancel()
        reject(signal.reason)
      }
      const cancel = this.#parts.clock.after(ms, () => {
        signal.removeEventListener('abort', abort)
        resolve()
      })
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort, { once: true })
    })
  }

  #tell(): void {
    this.#toldAt = this.#parts.clock.now()
    const data = this.status
    for (const listener of this.#listeners) listener({ type: 'progress', data })
  }
}

/** Ended from outside; `because` is what is told of it. */
class Stopped extends Error {
  readonly because: string | null
  constructor(because: string | null) {
    super('the replay was stopped')
    this.because = because
  }
}

/** The same, with the next one being made while one is used. */
async function* oneAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next()
  try {
    for (let { done, value } = await next; !done; { done, value } = await next) {
      next = source.next()
      // It is looked at later; until then its failure is nobody's.
      next.catch(() => {})
      yield value
    }
  } finally {
    await source.return(undefined)
  }
}
