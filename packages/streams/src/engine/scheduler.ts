/** Something that waits for the clock. */
export interface Timed {
  /** @param now the engine's clock, which may be past what was asked for */
  onTime(now: number, timer: Timer): void
}

/** An appointment. Equal times keep the order of statements, then of making. */
export class Timer {
  due: number
  readonly order: number
  readonly number: number
  /** Whom it belongs to: a rule, to be stopped when it fails. */
  readonly owner: object | null
  target: Timed | null
  constructor(due: number, order: number, number: number, target: Timed, owner: object | null) {
    this.due = due
    this.order = order
    this.number = number
    this.target = target
    this.owner = owner
  }

  cancel(): void {
    this.target = null
  }
}

/** Makes appointments for one owner. */
export interface Clock {
  /** ms */
  readonly now: number
  at(due: number, order: number, target: Timed): Timer
  /** Has the target called once more when all that is due at this moment has run. */
  afterwards(order: number, target: Timed): void
  /** Tells that an appointment was cancelled. */
  cancelled(): void
}

function before(a: Timer, b: Timer): boolean {
  if (a.due !== b.due) return a.due < b.due
  return a.order === b.order ? a.number < b.number : a.order < b.order
}

/** All appointments of an engine: a binary heap, cancelled ones are left in it until their time. */
export class Scheduler {
  now: number
  /** Called when an appointment threw. */
  failed: (timer: Timer, error: unknown) => void = (_, error) => {
    throw error
  }
  #heap: Timer[] = []
  /** What waits until all appointments of one moment are over. */
  #later: Timer[] = []
  #made = 0
  #cancelledGuess = 0

  constructor(now: number) {
    this.now = now
  }

  /** Makes appointments that belong to an owner. */
  for(owner: object): Clock {
    const clockOf = () => this.now
    return {
      get now() {
        return clockOf()
      },
      at: (due, order, target) => this.at(due, order, target, owner),
      afterwards: (order, target) => {
        this.#later.push(new Timer(this.now, order, this.#made++, target, owner))
      },
      cancelled: () => this.cancelled(),
    }
  }

  at(due: number, order: number, target: Timed, owner: object | null = null): Timer {
    const timer = new Timer(due, order, this.#made++, target, owner)
    this.#push(timer)
    return timer
  }

  /** When the next appointment is, or undefined. */
  get next(): number | undefined {
    this.#dropCancelled()
    return this.#heap[0]?.due
  }

  get size(): number {
    return this.#heap.length
  }

  /** Sets the clock and runs once what is due by then, earliest first. */
  advance(to: number): void {
    this.now = to
    const made = this.#made
    const again: Timer[] = []
    for (;;) {
      this.#dropCancelled()
      const first = this.#heap[0]
      if (first === undefined || first.due > to) break
      this.#pop()
      // What was made during this advance and is due already waits for the next one.
      if (first.number >= made) again.push(first)
      else this.#run(first, to)
    }
    for (const timer of again) this.#push(timer)
    for (let timer = this.#later.shift(); timer; timer = this.#later.shift()) this.#run(timer, to)
  }

  #run(timer: Timer, now: number): void {
    try {
      timer.target?.onTime(now, timer)
    } catch (error) {
      this.failed(timer, error)
    }
  }

  cancelled(): void {
    if (++this.#cancelledGuess < 1024 || this.#cancelledGuess * 2 < this.#heap.length) return
    this.#cancelledGuess = 0
    const left = this.#heap.filter(timer => timer.target !== null)
    this.#heap = []
    for (const timer of left) this.#push(timer)
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0].target === null) this.#pop()
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let i = heap.length
    heap.push(timer)
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(timer, heap[parent])) break
      heap[i] = heap[parent]
      i = parent
    }
    heap[i] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
      if (!before(heap[child], last)) break
      heap[i] = heap[child]
      i = child
    }
    heap[i] = last
  }
}
