import type { Clock, Instant } from '@ohmstead/model'
import type { Row } from './rows.ts'

export interface PlayRow extends Row {
  readonly measurement: string
}

export interface PlayOptions {
  /** How many times faster than it was recorded; Infinity for as fast as it is taken. */
  readonly speed: number
  /**
   * Stamps readings with the time they are due instead of the recorded one. As no two of a device may share a millisecond,
   * it then plays no more than 1000 readings a second of each.
   */
  readonly now: boolean
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Resolves once what was handed over may be followed by more; rejects when it cannot be sent. */
  readonly publish: (device: string, readings: readonly PlayReading[]) => Promise<void>
  readonly progress?: (sent: number, time: Instant) => void
}

/** A reading as a device sends it. */
export interface PlayReading {
  readonly measurement: string
  readonly time: Instant
  readonly fields: Row['fields']
  readonly tags?: Row['tags']
}

/** Readings of one device that are due together travel as one message. */
const mostPerMessage = 400
/** Time that recorded readings may share a message, ms of wall time. */
const togetherMs = 20

/**
 * Sends rows when they are due: the first at once, each other as long after it as it was recorded, divided by the speed. What
 * is late because the other side is slow is sent without pause, in order, and nothing is left out.
 * @param rows in time order
 * @returns how many were sent
 */
export async function play(rows: AsyncIterable<PlayRow>, options: PlayOptions): Promise<number> {
  const { clock, speed, signal } = options
  const begin = clock.now()
  let recorded: Instant | undefined
  let sent = 0
  const waiting = new Map<string, PlayReading[]>()
  const stamped = new Map<string, Instant>()
  const flush = async () => {
    for (const [device, readings] of waiting) await options.publish(device, readings)
    waiting.clear()
  }
  for await (const row of rows) {
    signal.throwIfAborted()
    recorded ??= row.time
    const planned = begin + (row.time - recorded) / speed
    const due = options.now ? Math.max(Math.floor(planned), (stamped.get(row.device) ?? 0) + 1) : planned
    if (due > clock.now() + togetherMs) {
      await flush()
      await until(due, clock, signal)
    }
    const readings = waiting.get(row.device) ?? []
    waiting.set(row.device, readings)
    const time = options.now ? due : row.time
    stamped.set(row.device, time)
    readings.push(readingOf(row, time))
    if (readings.length >= mostPerMessage) await flush()
    sent++
    options.progress?.(sent, row.time)
  }
  await flush()
  return sent
}

function readingOf({ measurement, fields, tags }: PlayRow, time: Instant): PlayReading {
  return Object.keys(tags).length > 0 ? { measurement, time, fields, tags } : { measurement, time, fields }
}

async function until(due: Instant, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => reject(signal.reason)
  const cancel = clock.after(Math.max(0, due - clock.now()), resolve)
  signal.addEventListener('abort', abort, { once: true })
  // The clock does not keep a process alive; playing does.
  const alive = setInterval(() => {}, 1 << 30)
  try {
    await promise
  } finally {
    clearInterval(alive)
    cancel()
    signal.removeEventListener('abort', abort)
  }
}
