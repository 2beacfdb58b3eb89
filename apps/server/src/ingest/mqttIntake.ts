import { isUtf8 } from 'node:buffer'
import { type DeviceTopic, parseTopic } from '@ohmstead/model'
import type { Principal } from '@ohmstead/registry'
import { StoreUnavailable } from '@ohmstead/telemetry'
import type { Metrics } from '../metrics.ts'
import type { Availability } from './availability.ts'
import type { Committer } from './committer.ts'
import type { Origin } from './ingest.ts'
import type { Intake, Tally } from './intake.ts'
import { statusReading } from './status.ts'

/** A message as the broker hands it over. */
export interface Message {
  readonly topic: string
  readonly payload: Uint8Array
}

export interface MqttIntakeParts {
  readonly intake: Intake
  readonly committer: Committer
  readonly availability: Availability
  readonly metrics: Metrics
  /** Takes a message of the POWIOT dialect into the open batch. */
  readonly powiot: (origin: Origin, message: Message) => Tally | Promise<Tally>
  /** How long messages are held while the store is down before the client is sent away with them, ms. */
  readonly holdMs: number
  readonly clock: { now(): number }
}

const maxTopics = 50_000

/** Messages of the bus into the open batch; they are done when its commit is. */
export class MqttIntake {
  readonly #parts: MqttIntakeParts
  #topics = new Map<string, DeviceTopic | undefined>()

  constructor(parts: MqttIntakeParts) {
    this.#parts = parts
  }

  /** Whether what a topic carries is stored: readings, and what devices say of themselves. */
  claims(topic: string): boolean {
    if (topic.startsWith('sensors/')) return true
    const kind = this.#target(topic)?.kind
    return kind === 'readings' || kind === 'status'
  }

  /**
   * Resolves when every reading of `messages` is durable or refused for good. While the store is down they are held and
   * tried again; rejects when that has lasted too long.
   * @throws StoreUnavailable
   */
  async store(principal: Principal, messages: readonly Message[]): Promise<void> {
    const { availability, clock, holdMs } = this.#parts
    const start = clock.now()
    for (;;) {
      try {
        return await this.#once(principal, messages)
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || clock.now() - start >= holdMs) throw error
        await availability.recovered()
      }
    }
  }

  async #once(principal: Principal, messages: readonly Message[]): Promise<void> {
    const { committer, metrics } = this.#parts
    const waiting: Promise<Tally>[] = []
    let native = 0
    let powiot = 0
    for (const message of messages) {
      const isPowiot = message.topic.startsWith('sensors/')
      const tally = this.#take(principal, message, isPowiot)
      if (tally instanceof Promise) waiting.push(tally)
      else if (isPowiot) powiot += tally.accepted
      else native += tally.accepted
    }
    // Messages of known devices are in the open batch by now; a stranger's join the batch that is open when it is made.
    const commits = [committer.commit()]
    for (const { accepted } of await Promise.all(waiting)) native += accepted
    if (waiting.length > 0) commits.push(committer.commit())
    await Promise.all(commits)
    metrics.readingsAccepted.inc({ via: 'mqtt' }, native)
    if (powiot > 0) metrics.readingsAccepted.inc({ via: 'powiot' }, powiot)
  }

  #take(principal: Principal, message: Message, isPowiot: boolean): Tally | Promise<Tally> {
    if (isPowiot) return this.#parts.powiot({ principal, via: 'powiot' }, message)
    const { intake } = this.#parts
    const origin: Origin = { principal, via: 'mqtt' }
    const target = this.#target(message.topic)!
    const parsed = parseJson(message.payload)
    if (target.kind === 'status') return this.#takeStatus(origin, target, parsed)
    if ('fault' in parsed) {
      const tally: Tally = { accepted: 0, rejected: [] }
      intake.reject(
        tally,
        origin,
        0,
        { field: '', reason: parsed.fault },
        { ...target, sample: message.payload },
      )
      return tally
    }
    return intake.take(origin, Array.isArray(parsed.value) ? parsed.value : [parsed.value], () => target)
  }

  /** Subscribers are told of any; what can be is stored as well, at the time at which it comes. */
  #takeStatus(
    origin: Origin,
    target: DeviceTopic,
    parsed: ReturnType<typeof parseJson>,
  ): Tally | Promise<Tally> {
    const { intake } = this.#parts
    const reading = 'value' in parsed ? statusReading(parsed.value) : undefined
    if (reading) return intake.take(origin, [reading], () => target)
    intake.seen(target)
    return { accepted: 0, rejected: [] }
  }

  #target(topic: string): DeviceTopic | undefined {
    if (this.#topics.has(topic)) return this.#topics.get(topic)
    if (this.#topics.size >= maxTopics) this.#topics.clear()
    const target = parseTopic(topic)
    this.#topics.set(topic, target)
    return target
  }
}

export function parseJson(payload: Uint8Array): { value: unknown } | { fault: string } {
  if (!isUtf8(payload)) return { fault: 'is not UTF-8' }
  try {
    return {
      value: JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString()),
    }
  } catch (error) {
    return { fault: `is not JSON: ${(error as Error).message}` }
  }
}
