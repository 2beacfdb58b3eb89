import type { Cx } from '../engine/context.ts'
import type { Event } from '../engine/event.ts'
import type { Clock, Timed, Timer } from '../engine/scheduler.ts'

/** What takes the events that enter and those that leave, as one delivery. */
export interface Sink {
  update(added: readonly Event[], removed: readonly Event[]): void
}

/** What a window needs of the statement it works for. */
export interface Host {
  readonly scheduler: Clock
  /** Place of the statement among all: ties of timers are broken by it. */
  readonly order: number
  readonly zone: string
  readonly cx: Cx
  /** Events held more (or fewer) than before; throws when the rule holds too many. */
  held(change: number): void
}

export const none: readonly Event[] = Object.freeze([])

/** Takes events out of a list. @returns how many were in it */
export function takeOut(list: Event[], events: readonly Event[]): number {
  let count = 0
  for (const event of events) {
    const at = list.indexOf(event)
    if (at < 0) continue
    list.splice(at, 1)
    count++
  }
  return count
}

/** A data window. `next` is told what enters and leaves it. */
export abstract class View implements Sink {
  readonly host: Host
  next: Sink = silent
  constructor(host: Host) {
    this.host = host
  }
  abstract update(added: readonly Event[], removed: readonly Event[]): void
  /** What it holds, oldest first. */
  abstract contents(): readonly Event[]
  /** What `prev` sees from an event: its window or group, oldest first. */
  rows(_event: Event): readonly Event[] {
    return this.contents()
  }
  /** Whether `prev` counts from the event itself (batches) and not from the newest. */
  get relative(): boolean {
    return false
  }
  stop(): void {}
}

/** Stands where nobody listens yet. */
class Silent implements Sink {
  update(): void {}
  stop(): void {}
}
export const silent = new Silent()

/** A view with one appointment at a time. */
export abstract class TimedView extends View implements Timed {
  timer: Timer | null = null

  abstract onTime(now: number): void

  arm(due: number): void {
    this.disarm()
    this.timer = this.host.scheduler.at(due, this.host.order, this)
  }

  disarm(): void {
    if (this.timer === null) return
    this.timer.cancel()
    this.host.scheduler.cancelled()
    this.timer = null
  }

  override stop(): void {
    this.disarm()
  }
}

/** First in, first out, with a cheap start; `items` may begin with places already left. */
export class Queue<T> {
  items: (T | undefined)[] = []
  head = 0

  get size(): number {
    return this.items.length - this.head
  }

  push(item: T): void {
    this.items.push(item)
  }

  get first(): T | undefined {
    return this.items[this.head]
  }

  get last(): T | undefined {
    return this.size === 0 ? undefined : this.items[this.items.length - 1]
  }

  shift(): T {
    const item = this.items[this.head] as T
    this.items[this.head++] = undefined
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items.splice(0, this.head)
      this.head = 0
    }
    return item
  }

  /** The n-th from the oldest. */
  at(n: number): T | undefined {
    return n < 0 ? undefined : this.items[this.head + n]
  }

  /** @returns where it was, from the oldest, or -1 */
  remove(item: T): number {
    const at = this.items.indexOf(item, this.head)
    if (at < 0) return -1
    const place = at - this.head
    if (place === 0) this.shift()
    else this.items.splice(at, 1)
    return place
  }

  removeAt(n: number): void {
    if (n === 0) this.shift()
    else this.items.splice(this.head + n, 1)
  }

  toArray(): T[] {
    return this.items.slice(this.head) as T[]
  }

  clear(): void {
    this.items = []
    this.head = 0
  }
}
