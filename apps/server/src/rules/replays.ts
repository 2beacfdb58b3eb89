import { randomUUID } from 'node:crypto'
import { type Clock, type Instant, OhmsteadError } from '@ohmstead/model'
import { Conflict } from '@ohmstead/registry'
import type { Said } from './edges.ts'
import { Lane, type LaneOptions } from './lane.ts'
import { type LiveInput, type LiveParts, LiveReplay } from './liveReplay.ts'

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
  /** `lab`: into rules, on a virtual clock · `live`: into a site, as if it happened now. */
  readonly mode: 'lab' | 'live'
  readonly site: string
  /** Whose stored readings are played. */
  readonly source: string
  readonly from: Instant
  readonly to: Instant
  readonly speed: number | null
  /** Its clock stands still until it is told to go on. */
  readonly paused: boolean
  readonly startedAt: Instant
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
  /** Values that are durable in the site that is played into, and all of the period; null while they are counted, and in the lab. */
  readonly sent: number
  readonly total: number | null
  /** What ingest refused. */
  readonly rejected: number
  /** How far it is behind its own schedule. */
  readonly lateMs: number
  readonly reason: string | null
}

/** One that was started since the server was. */
export interface RunningReplay {
  readonly id: string
  readonly status: ReplayStatus
  /** What was said, bounded. */
  readonly said: readonly ReplayWord[]
  /** Resolves when it is over, however it ended. */
  readonly over: Promise<void>
  /** Told of everything from now on. The answer ends it. */
  listen(listener: (event: ReplayEvent) => void): () => void
  /** Ends it, with what is told of it; one that is over stays as it is. */
  stop(reason?: string): Promise<void>
}

export type ReplayWord = Pick<Said, 'rule' | 'kind' | 'key' | 'device' | 'time' | 'row'>

/** Where live replays are noted, so that one that a restart has ended is found again. */
export interface ReplayNotes {
  noteReplay(status: ReplayStatus): void
  /** Newest first. */
  notedReplays(site?: string): ReplayStatus[]
}

export type ReplayEvent =
  | { readonly type: 'said'; readonly data: ReplayWord }
  | { readonly type: 'progress'; readonly data: ReplayStatus }

const mostRunning = 4
const mostKept = 50
const stepMs = 100
/** Of those as fast as possible: how often they tell how far they are. */
const steps = 200
/** What was said is kept for who asks later. */
const mostSaid = 1_000

/** How often the state of a live replay that runs is noted. */
const noteEveryMs = 10_000

/** The replays of all sites: those that run, and those that are over, for a while. */
export class Replays {
  readonly #clock: Clock
  readonly #notes: ReplayNotes
  readonly #replays = new Map<string, RunningReplay>()

  constructor(clock: Clock, notes: ReplayNotes) {
    this.#clock = clock
    this.#notes = notes
    for (const status of notes.notedReplays())
      if (status.state === 'running') notes.noteReplay({ ...status, state: 'stopped', reason: cutShort })
  }

  /** @throws TooManyReplays · RuleFault */
  start(input: ReplayInput): Replay {
    this.#makeRoom()
    const replay = new Replay(input, this.#clock)
    this.#replays.set(replay.id, replay)
    return replay
  }

  /** @throws TooManyReplays · Conflict when one runs into the same site */
  startLive(input: LiveInput, parts: Omit<LiveParts, 'clock'>): LiveReplay {
    const other = this.#running.find(({ mode, site }) => mode === 'live' && site === input.site)
    if (other)
      throw new Conflict('site', 'a live replay into this site runs already; stop it, or wait for its end')
    this.#makeRoom()
    const replay = new LiveReplay(input, { ...parts, clock: this.#clock })
    this.#replays.set(replay.id, replay)
    this.#note(replay)
    return replay
  }

  #note(replay: LiveReplay): void {
    let noted = replay.status
    let at = this.#clock.now()
    this.#notes.noteReplay(noted)
    replay.listen(event => {
      if (event.type !== 'progress') return
      const isNews = event.data.state !== noted.state || event.data.total !== noted.total
      if (!isNews && Math.abs(this.#clock.now() - at) < noteEveryMs) return
      noted = event.data
      at = this.#clock.now()
      this.#notes.noteReplay(noted)
    })
  }

  get #running(): ReplayStatus[] {
    return [...this.#replays.values()].map(({ status }) => status).filter(({ state }) => state === 'running')
  }

  /** @throws TooManyReplays */
  #makeRoom(): void {
    if (this.#running.length >= mostRunning)
      throw new TooManyReplays(`${mostRunning} replays run already; stop one, or wait for its end`)
    for (const [id, { status }] of this.#replays)
      if (this.#replays.size >= mostKept && status.state !== 'running') this.#replays.delete(id)
  }

  get(site: string, id: string): RunningReplay | undefined {
    const replay = this.#replays.get(id)
    if (replay) return replay.status.site === site ? replay : undefined
    const noted = this.#notes.notedReplays(site).find(status => status.id === id)
    return noted && past(noted)
  }

  /** Newest first. */
  list(site: string): ReplayStatus[] {
    const known = [...this.#replays.values()]
      .map(({ status }) => status)
      .filter(status => status.site === site)
    const ids = new Set(known.map(({ id }) => id))
    const noted = this.#notes.notedReplays(site).filter(({ id }) => !ids.has(id))
    // Of one moment the later one first.
    return [...noted.reverse(), ...known].reverse().sort((a, b) => b.startedAt - a.startedAt)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#replays.values()].map(replay => replay.stop(cutShort)))
  }
}

const cutShort = 'the server was stopped or restarted while it ran; what was sent until then stays'

/** One that another run of the server had. */
function past(status: ReplayStatus): RunningReplay {
  return {
    ...{ id: status.id, status, said: [], over: Promise.resolve() },
    listen: () => () => {},
    stop: async () => {},
  }
}

/**
 * Plays stored readings to rules on a virtual clock. It is given no way to write readings, to send commands or to tell anybody but
 * those who watch it.
 */
export class Replay implements RunningReplay {
  readonly id = randomUUID()
  readonly #input: ReplayInput
  readonly #clock: Clock
  readonly #startedAt: Instant
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
  readonly said: ReplayWord[] = []
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
    this.#startedAt = clock.now()
    const { from, to: end } = input
    this.#lanes = input.rules.map(rule => new Lane({ ...rule, from, end, signal: this.#stop.signal }))
    this.over = this.#run()
  }

  get status(): ReplayStatus {
    const { site, from, to, rules } = this.#input
    return {
      ...{
        id: this.id,
        mode: 'lab',
        site,
        source: site,
        from,
        to,
        speed: this.#speed,
        paused: this.#paused,
        startedAt: this.#startedAt,
        state: this.#state,
        through: this.#through,
        reason: this.#reason,
      },
      ...{ sent: 0, total: null, rejected: 0, lateMs: 0 },
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
