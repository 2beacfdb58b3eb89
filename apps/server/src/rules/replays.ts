import { randomUUID } from 'node:crypto'
import { type Clock, type Instant, OhmsteadError } from '@ohmstead/model'
import type { Said } from './edges.ts'
import { Lane, type LaneOptions } from './lane.ts'

/** As many replays run already as may. */
export class TooManyReplays extends OhmsteadError {
  override readonly name = 'TooManyReplays'
  readonly code = 'OHM_TOO_MANY_REPLAYS'
  override readonly retryable = true
}

export interface ReplayInput {
  readonly site: string
  readonly from: Instant
  readonly to: Instant
  /** Times as fast as it was; null as fast as possible. */
  readonly speed: number | null
  readonly rules: readonly Omit<LaneOptions, 'from' | 'end' | 'open' | 'signal'>[]
}

/** What can be changed while it runs. */
export interface ReplayChange {
  readonly speed?: number | null
  readonly paused?: boolean
  /** Where its clock shall stand, at the least; what lies between is played as fast as possible. */
  readonly through?: Instant
}

export interface ReplayStatus {
  readonly id: string
  readonly site: string
  readonly from: Instant
  readonly to: Instant
  readonly speed: number | null
  /** Its clock stands still until it is told to go on. */
  readonly paused: boolean
  readonly rules: readonly {
    readonly id: string
    readonly sentence: string
    readonly stopped: string | null
  }[]
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  /** Where its clock stands. */
  readonly through: Instant
  /** 0–1. */
  readonly progress: number
  readonly readings: number
  readonly said: number
  readonly reason: string | null
}

export type ReplayEvent =
  | { readonly type: 'said'; readonly data: Pick<Said, 'rule' | 'kind' | 'key' | 'device' | 'time' | 'row'> }
  | { readonly type: 'progress'; readonly data: ReplayStatus }

const mostRunning = 4
const mostKept = 50
const stepMs = 100
/** Of those as fast as possible: how often they tell how far they are. */
const steps = 200
/** What was said is kept for who asks later. */
const mostSaid = 1_000

/**
 * Plays stored readings to rules on a virtual clock. A replay is given no way to write readings, to send commands or to tell
 * anybody but those who watch it.
 */
export class Replays {
  readonly #clock: Clock
  readonly #replays = new Map<string, Replay>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @throws TooManyReplays · RuleFault */
  start(input: ReplayInput): Replay {
    const running = [...this.#replays.values()].filter(({ status }) => status.state === 'running')
    if (running.length >= mostRunning)
      throw new TooManyReplays(`${mostRunning} replays run already; stop one, or wait for its end`)
    for (const [id, { status }] of this.#replays)
      if (this.#replays.size >= mostKept && status.state !== 'running') this.#replays.delete(id)
    const replay = new Replay(input, this.#clock)
    this.#replays.set(replay.id, replay)
    return replay
  }

  get(site: string, id: string): Replay | undefined {
    const replay = this.#replays.get(id)
    return replay?.status.site === site ? replay : undefined
  }

  /** Newest first. */
  list(site: string): ReplayStatus[] {
    return [...this.#replays.values()]
      .map(({ status }) => status)
      .filter(status => status.site === site)
      .reverse()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#replays.values()].map(replay => replay.stop()))
  }
}

export class Replay {
  readonly id = randomUUID()
  readonly #input: ReplayInput
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #speed: number | null
  #paused = false
  /** Its clock as it was when speed, pause or place were changed last, and when that was. */
  #mark: { readonly at: Instant; readonly now: Instant }
  /** Ends the wait for the next step. */
  #wake = () => {}
  readonly #lanes: Lane[]
  readonly #listeners = new Set<(event: ReplayEvent) => void>()
  /** What was said, bounded. */
  readonly said: Pick<Said, 'rule' | 'kind' | 'key' | 'device' | 'time' | 'row'>[] = []
  #saidCount = 0
  #through: Instant
  #state: ReplayStatus['state'] = 'running'
  #reason: string | null = null
  /** Resolves when it is over, however it ended. */
  readonly over: Promise<void>

  constructor(input: ReplayInput, clock: Clock) {
    this.#input = input
    this.#clock = clock
    this.#through = input.from
    this.#speed = input.speed
    this.#mark = { at: input.from, now: clock.now() }
    const { from, to: end } = input
    this.#lanes = input.rules.map(rule => new Lane({ ...rule, from, end, signal: this.#stop.signal }))
    this.over = this.#run()
  }

  get status(): ReplayStatus {
    const { site, from, to, rules } = this.#input
    return {
      ...{
        id: this.id,
        site,
        from,
        to,
        speed: this.#speed,
        paused: this.#paused,
        state: this.#state,
        through: this.#through,
        reason: this.#reason,
      },
      rules: rules.map(({ rule, compiled }, at) => ({
        id: rule.id,
        sentence: compiled.sentence,
        stopped: this.#lanes[at].run.stopped,
      })),
      progress: to === from ? 1 : (this.#through - from) / (to - from),
      readings: this.#lanes.reduce((sum, { run }) => sum + run.readings, 0),
      said: this.#saidCount,
    }
  }

  /** Told of everything from now on. The answer ends it. */
  listen(listener: (event: ReplayEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One that is over stays as it is. */
  change({ speed = this.#speed, paused = this.#paused, through = this.#through }: ReplayChange): void {
    if (this.#state !== 'running') return
    this.#mark = { at: Math.max(this.#through, through), now: this.#clock.now() }
    this.#speed = speed
    this.#paused = paused
    this.#wake()
    this.#announce()
  }

  /** Ends it; one that is over stays as it is. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the replay was stopped'))
    await this.over
  }

  async #run(): Promise<void> {
    try {
      for await (const through of this.#moments()) {
        for (const lane of this.#lanes)
          if (lane.run.stopped === null) this.#tell(await lane.advanceTo(through))
        this.#through = through
        this.#announce()
      }
      this.#state = 'done'
    } catch (error) {
      this.#state = this.#stop.signal.aborted ? 'stopped' : 'failed'
      if (this.#state === 'failed') this.#reason = (error as Error).message
    }
    this.#announce()
  }

  /** Where the virtual clock goes, and when. @throws the stop's reason */
  async *#moments(): AsyncGenerator<Instant> {
    const { from, to } = this.#input
    const stride = Math.max(1, Math.round((to - from) / steps))
    for (let at = from; at < to; ) {
      this.#stop.signal.throwIfAborted()
      if (this.#speed !== null || this.#paused) await this.#pause(stepMs)
      const next = Math.min(to, this.#due(at + stride))
      if (next === at) continue
      yield (at = next)
    }
  }

  /** Where the clock stands by now. @param freely where it would go if nothing held it */
  #due(freely: Instant): Instant {
    const { at, now } = this.#mark
    if (this.#paused) return Math.max(this.#through, at)
    if (this.#speed === null) return Math.max(freely, at)
    return Math.max(this.#through, at + (this.#clock.now() - now) * this.#speed)
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#stop
    return new Promise((resolve, reject) => {
      const abort = () => {
        cancel()
        reject(signal.reason)
      }
      this.#wake = () => {
        cancel()
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const cancel = this.#clock.after(ms, this.#wake)
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort, { once: true })
    })
  }

  #tell(said: readonly Said[]): void {
    for (const { rule, kind, key, device, time, row } of said) {
      const data = { rule, kind, key, device, time, row }
      this.#saidCount++
      if (this.said.length < mostSaid) this.said.push(data)
      for (const listener of this.#listeners) listener({ type: 'said', data })
    }
  }

  #announce(): void {
    const data = this.status
    for (const listener of this.#listeners) listener({ type: 'progress', data })
  }
}
