import type { FollowOptions, LatestOut, Link, SiteEvent } from '@ohmstead/sdk'
import { Unauthenticated } from '@ohmstead/sdk'
import { Signal } from '../api/signal.ts'
import { type DeviceLive, type Heard, hear, unheard } from './deviceLive.ts'

/** Whether the page shows the present. `ended`: the server refuses it. */
export type LiveLink = Link | { readonly state: 'ended'; readonly error: unknown }

export interface SiteLiveParts {
  readonly events: (options: FollowOptions) => AsyncIterable<SiteEvent>
  readonly latest: (signal: AbortSignal) => Promise<readonly LatestOut[]>
  /** The newest values as they were asked for together with the page; shown until the stream is open. */
  readonly ahead: () => Promise<readonly LatestOut[]>
  /** The newest values that were known before the page was opened; shown while the server is away. */
  readonly remembered: () => Promise<readonly Remembered[] | undefined>
  /** Runs what was gathered with the next frame. */
  readonly schedule: (run: () => void) => void
  /** Runs something later; the answer cancels it. */
  readonly after: (delayMs: number, run: () => void) => () => void
}

/** A newest value of an earlier visit. */
export type Remembered = Pick<LatestOut, 'device' | 'measurement' | 'field' | 'time' | 'value'>

/** An alert that changed, or an event of a rule. */
export type SaidNow = Extract<SiteEvent, { type: 'alert' | 'event' }>

/** Pause before what was refused is asked for again. */
const againMs = 5000

/**
 * One site as it is now. Events change it at once; who listens hears of all changes of a frame together, and a row
 * only of its own device.
 */
export class SiteLive {
  readonly link = new Signal<LiveLink>({ state: 'connecting' })
  /** Grows with each frame in which any device changed. */
  readonly version = new Signal(0)
  /** Grows when the ledger changed slots, when refusals came, and when what was missed has to be asked for. */
  readonly slots = new Signal(0)
  readonly refusals = new Signal(0)
  readonly missed = new Signal(0)
  /** False until the first answer: nothing is known yet, not even that there is nothing. */
  readonly ready = new Signal(false)
  /** Why the newest values could not be had, while that is so; it is tried again. */
  readonly trouble = new Signal<unknown>(null)

  readonly #parts: SiteLiveParts
  #devices = new Map<string, DeviceLive>()
  #listeners = new Map<string, Set<() => void>>()
  #saidListeners = new Set<(said: SaidNow) => void>()
  #changed = new Set<string>()
  #scheduled = false
  #stop = new AbortController()

  constructor(parts: SiteLiveParts) {
    this.#parts = parts
  }

  device(id: string): DeviceLive | undefined {
    return this.#devices.get(id)
  }

  devices(): IteratorObject<DeviceLive> {
    return this.#devices.values()
  }

  subscribe(device: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(device) ?? new Set()
    this.#listeners.set(device, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  /** Told of each alert that changes and of each event of a rule; what was missed meanwhile is told by `missed`. */
  onSaid(listener: (said: SaidNow) => void): () => void {
    this.#saidListeners.add(listener)
    return () => void this.#saidListeners.delete(listener)
  }

  /** Follows the site until `stop`. Starting again, after a sign-in, is fine. */
  start(): void {
    this.#stop.abort()
    this.#stop = new AbortController()
    void this.#follow(this.#stop.signal)
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Tries at once when the next attempt is only due later. */
  retryNow = (): void => {
    const link = this.link.get()
    if (link.state === 'waiting') link.retryNow()
    if (link.state === 'ended' || this.trouble.get() !== null) this.start()
  }

  async #follow(signal: AbortSignal): Promise<void> {
    if (!this.ready.get()) void this.#show(this.#parts.ahead(), signal)
    const onLink = (link: Link) => {
      if (signal.aborted) return
      const before = this.link.get()
      // While attempts fail the page goes on saying so, instead of blinking with each of them.
      if (link.state !== 'connecting' || before.state !== 'waiting') this.link.set(link)
      if (link.state === 'open') void this.#catchUp(signal)
      if (link.state === 'waiting' && !this.ready.get()) void this.#show(this.#parts.remembered(), signal)
    }
    try {
      for await (const event of this.#parts.events({ signal, onLink })) this.#take(event, signal)
    } catch (error) {
      if (signal.aborted) return
      this.link.set({ state: 'ended', error })
      // Only a sign-in helps somebody who is signed out; anything else, such as a server that has just started and
      // does not know its sites yet, may pass.
      if (!(error instanceof Unauthenticated)) this.#soon(signal, () => this.start())
    }
  }

  /** Asks for the newest values once the stream is open, so that nothing falls between the two. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    try {
      const latest = await this.#parts.latest(signal)
      if (signal.aborted) return
      for (const [device, readings] of readingsOf(latest)) this.#hear(device, readings)
      this.trouble.set(null)
      this.ready.set(true)
      this.missed.set(this.missed.get() + 1)
      this.#flushSoon()
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof Unauthenticated) return this.link.set({ state: 'ended', error })
      this.trouble.set(error)
      this.#soon(signal, () => void this.#catchUp(signal))
    }
  }

  /** Values with their age are better than none; they give way to the first that are heard. */
  async #show(values: Promise<readonly Remembered[] | undefined>, signal: AbortSignal): Promise<void> {
    // Why they cannot be had is told by the stream.
    const known = await values.catch(() => undefined)
    if (signal.aborted || known === undefined || this.ready.get()) return
    for (const [device, readings] of readingsOf(known)) this.#hear(device, readings)
    this.ready.set(true)
    this.#flushSoon()
  }

  /** The newest values, to be remembered. */
  newest(): Remembered[] {
    return [...this.#devices.values()].flatMap(({ device, values }) =>
      [...values.values()].map(sample => ({ device, ...sample })),
    )
  }

  #soon(signal: AbortSignal, run: () => void): void {
    const cancel = this.#parts.after(againMs, run)
    signal.addEventListener('abort', cancel, { once: true })
  }

  #take(event: SiteEvent, signal: AbortSignal): void {
    switch (event.type) {
      case 'readings':
        for (const [device, readings] of Map.groupBy(event.data, reading => reading.device))
          this.#hear(device, readings)
        break
      case 'presence':
        this.#change(event.data.device, live => ({ ...live, connected: event.data.connected }))
        break
      case 'slots':
        this.slots.set(this.slots.get() + 1)
        break
      case 'quarantine':
        this.refusals.set(this.refusals.get() + 1)
        break
      case 'alert':
      case 'event':
        for (const listener of this.#saidListeners) listener(event)
        break
      case 'gap':
        void this.#catchUp(signal)
    }
  }

  #hear(device: string, readings: readonly Heard[]): void {
    this.#change(device, live => hear(live, readings))
  }

  #change(device: string, change: (live: DeviceLive) => DeviceLive): void {
    this.#devices.set(device, change(this.#devices.get(device) ?? unheard(device)))
    this.#changed.add(device)
    this.#flushSoon()
  }

  #flushSoon(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#parts.schedule(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = false
    const changed = this.#changed
    this.#changed = new Set()
    for (const device of changed) for (const listener of this.#listeners.get(device) ?? []) listener()
    this.version.set(this.version.get() + 1)
  }
}

/** One reading a series, which is what the newest values are. */
function readingsOf(latest: readonly Remembered[]): Map<string, Heard[]> {
  const devices = new Map<string, Heard[]>()
  for (const { device, measurement, field, time, value } of latest.toSorted((a, b) => a.time - b.time)) {
    const readings = devices.get(device) ?? []
    devices.set(device, readings)
    readings.push({ measurement, time, fields: { [field]: value } })
  }
  return devices
}
