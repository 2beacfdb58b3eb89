import type { Transport } from './transport.ts'

const mostPerWrite = 64 * 1024
/** Every queued piece counts this much more than its bytes, for what holds it. */
const overhead = 64

/**
 * What waits to be written to one peer. Pieces of one turn of the event loop go out as one write; the next write starts when
 * the last was taken, so that a peer that has stopped reading is seen as a write that does not end.
 */
export class Outbox {
  readonly #transport: Transport
  readonly #tick: () => number
  #pieces: Buffer[] = []
  #scheduled = false
  #writing = false
  #since = 0
  #room: (() => void) | undefined
  #empty: (() => void) | undefined
  closed = false
  /** Bytes queued or on their way to the operating system. */
  bytes = 0

  constructor(transport: Transport, tick: () => number) {
    this.#transport = transport
    this.#tick = tick
  }

  send(piece: Buffer): void {
    if (this.closed) return
    this.#pieces.push(piece)
    this.bytes += piece.length + overhead
    if (this.#scheduled || this.#writing) return
    this.#scheduled = true
    process.nextTick(this.#flush)
  }

  /** Calls `room` once, when what waits has become little; at once if it is. */
  whenRoom(room: () => void): void {
    if (this.closed || this.bytes < mostPerWrite) room()
    else this.#room = room
  }

  /** Calls `empty` once everything was taken. */
  whenEmpty(empty: () => void): void {
    if (this.bytes === 0) empty()
    else this.#empty = empty
  }

  /** Ticks for which the peer has taken nothing though something waits. */
  get stuckFor(): number {
    return this.#writing ? this.#tick() - this.#since : 0
  }

  close(): void {
    this.closed = true
    this.#pieces = []
    this.bytes = 0
    this.#tellRoom()
    this.#tellEmpty()
  }

  readonly #flush = (): void => {
    this.#scheduled = false
    if (this.closed || this.#pieces.length === 0) return
    const { data, counted } = this.#next()
    this.#writing = true
    this.#since = this.#tick()
    this.#transport.write(data, () => {
      this.#writing = false
      if (this.closed) return
      this.bytes -= counted
      if (this.#pieces.length > 0) this.#flush()
      if (this.bytes < mostPerWrite) this.#tellRoom()
      if (this.bytes === 0) this.#tellEmpty()
    })
  }

  #next(): { data: Buffer; counted: number } {
    let size = 0
    let count = 0
    while (
      count < this.#pieces.length &&
      (count === 0 || size + this.#pieces[count].length <= mostPerWrite)
    ) {
      size += this.#pieces[count++].length
    }
    const taken = count === this.#pieces.length ? this.#pieces : this.#pieces.splice(0, count)
    if (taken === this.#pieces) this.#pieces = []
    return { data: count === 1 ? taken[0] : Buffer.concat(taken, size), counted: size + count * overhead }
  }

  #tellEmpty(): void {
    const empty = this.#empty
    this.#empty = undefined
    empty?.()
  }

  #tellRoom(): void {
    const room = this.#room
    this.#room = undefined
    room?.()
  }
}
