import type { Ledger } from '@ohmstead/ledger'
import type { Clock } from '@ohmstead/model'
import { Conflict, type Registry } from '@ohmstead/registry'
import type { ReadingStore } from '@ohmstead/telemetry'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { type DemoState, loadState, newState, removeState, saveState, saveStateSync } from './demoState.ts'
import { busUrl, Fleet } from './fleet.ts'
import { install, issueLogins } from './install.ts'
import { loadEnergy, loadReadings } from './load.ts'
import { removeDemo } from './remove.ts'
import { demoSites } from './sites/index.ts'

/** `done` is a share of the way, 0–1. */
export type DemoStatus =
  | { readonly state: 'none' | 'live' | 'removing' }
  | { readonly state: 'loading'; readonly done: number }
  /** The demo of this data folder is run by the command `ohmstead demo`; `done` while it loads. */
  | { readonly state: 'elsewhere'; readonly done?: number }
  | { readonly state: 'failed'; readonly reason: string }

export interface DemoParts {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly registry: Registry
  readonly store: ReadingStore
  readonly ledger: Ledger
  /** The broker's port; asked for when the devices start. */
  readonly mqttPort: () => number
}

/** Fewer than the command loads: whoever taps wants to see something soon. */
const days = 60
/** Share of the time that the readings take; the energy takes the rest. */
const readingsShare = 0.6

/** The demo beside real sites: started and removed from the page, and gone on with after a restart. */
export class DemoHost implements AsyncDisposable {
  readonly #parts: DemoParts
  #status: DemoStatus
  #fleet: Fleet | undefined
  #stop = new AbortController()
  #work: Promise<void> = Promise.resolve()

  constructor(parts: DemoParts) {
    this.#parts = parts
    this.#status = { state: loadState(parts.config.dataDir) === undefined ? 'none' : 'elsewhere' }
  }

  get status(): DemoStatus {
    return this.#status
  }

  /**
   * Begins to load; `status` tells how far it is.
   * @throws Conflict when there is a demo already, or a site that is called as one of the demo's
   */
  start(): void {
    const { config, clock, registry } = this.#parts
    if (this.#status.state !== 'none') throw new Conflict('demo', 'the demo is here already')
    const taken = demoSites.find(({ id }) => registry.sites.known(id))
    if (taken) throw new Conflict('demo', `there is a site '${taken.id}' that is not the demo's`)
    const state = newState(clock.now(), { email: null, ownFolder: false, days, served: true })
    saveStateSync(config.dataDir, state)
    this.#run(state)
  }

  /** After a start of the server: goes on with what was started from the page. */
  resume(): void {
    const state = loadState(this.#parts.config.dataDir)
    if (state?.served) this.#run(state)
  }

  /** Stops the devices and takes the demo's sites away with all they hold. @throws Conflict */
  async remove(): Promise<void> {
    const { state } = this.#status
    if (state === 'none') return
    if (state === 'elsewhere')
      throw new Conflict('demo', "it was started by 'ohmstead demo'; 'ohmstead demo remove' removes it")
    this.#status = { state: 'removing' }
    await this.#end()
    await removeDemo(this.#parts)
    removeState(this.#parts.config.dataDir)
    this.#status = { state: 'none' }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end()
  }

  async #end(): Promise<void> {
    this.#stop.abort()
    await this.#work
    await this.#fleet?.[Symbol.asyncDispose]()
    this.#fleet = undefined
  }

  #run(state: DemoState): void {
    const { log } = this.#parts
    this.#stop = new AbortController()
    this.#status = { state: 'loading', done: 0 }
    this.#work = this.#load(state, this.#stop.signal).catch(err => {
      if (this.#stop.signal.aborted) return
      log.error({ err }, 'the demo could not be loaded')
      this.#status = { state: 'failed', reason: (err as Error).message }
    })
  }

  async #load(state: DemoState, signal: AbortSignal): Promise<void> {
    const { config, registry } = this.#parts
    await install(registry)
    const options = { ...this.#parts, state, signal, report: this.#report }
    const { filled, checkpoints } = await loadReadings(options)
    const now = { ...state, checkpoints }
    await saveState(config.dataDir, now)
    signal.throwIfAborted()
    await this.#startFleet(now)
    await loadEnergy(filled, options)
    this.#status = { state: 'live' }
  }

  /** How far the command is that runs the demo in this process; null when all of it is there. */
  elsewhere(progress: readonly [part: 'readings' | 'energy', done: number] | null): void {
    this.#status =
      progress === null ? { state: 'elsewhere' } : { state: 'elsewhere', done: shareOf(...progress) }
  }

  #report = (part: 'readings' | 'energy', done: number): void => {
    if (this.#status.state === 'loading') this.#status = { state: 'loading', done: shareOf(part, done) }
  }

  async #startFleet({ account: _, ...orders }: DemoState): Promise<void> {
    const { config, registry, mqttPort, log } = this.#parts
    const logins = await issueLogins(registry)
    this.#fleet = Fleet.start({ url: busUrl(config, mqttPort()), state: orders, logins }, reason => {
      log.error({ reason }, 'the simulated devices stopped')
      this.#status = { state: 'failed', reason: `the simulated devices stopped: ${reason}` }
    })
  }
}

function shareOf(part: 'readings' | 'energy', done: number): number {
  return Math.min(1, part === 'readings' ? done * readingsShare : readingsShare + done * (1 - readingsShare))
}
