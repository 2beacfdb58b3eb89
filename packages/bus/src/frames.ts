import { ProtocolViolation } from './errors.ts'

/**
 * One packet: its first byte at `at`, its body in `[body, end)`. Answering `false` stops the cutting; what follows is kept
 * until the next `feed`.
 */
export type OnFrame = (bytes: Buffer, at: number, body: number, end: number) => boolean

/** Remaining length at `at`: `value` and `end`, or `undefined` when more bytes are needed. [MQTT-2.2.3] */
function remainingLength(
  bytes: Buffer,
  at: number,
  limit: number,
): { value: number; end: number } | undefined {
  let value = 0
  let scale = 1
  for (let i = 0; i < 4; i++) {
    if (at + i >= limit) return undefined
    const byte = bytes[at + i]
    value += (byte & 127) * scale
    if (byte < 128) return { value, end: at + i + 1 }
    scale *= 128
  }
  throw new ProtocolViolation('malformed', 'remaining length')
}

/**
 * Cuts a byte stream into MQTT control packets before any parser sees it: the announced length is judged when it is read,
 * so that a peer can make us hold at most `maxLength` bytes, and no more than twice what it has sent.
 */
export class Framer {
  /** Longest remaining length that is accepted; may be raised once the peer is known. */
  maxLength: number
  /** The beginning of a packet, `#length` bytes of it. */
  #held: Buffer | undefined
  #length = 0
  /** What came after the packet at which the consumer said stop. */
  #rest: Buffer | undefined

  constructor(maxLength: number) {
    this.maxLength = maxLength
  }

  /** Bytes allocated for what could not be handed on yet. */
  get heldBytes(): number {
    return (this.#held?.length ?? 0) + (this.#rest?.length ?? 0)
  }

  /** @throws ProtocolViolation */
  feed(chunk: Buffer, onFrame: OnFrame): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = undefined
    let from = 0
    if (this.#held !== undefined) {
      from = this.#fill(bytes)
      if (from < 0) return
      const packet = this.#held.subarray(0, this.#length)
      this.#held = undefined
      const header = remainingLength(packet, 1, packet.length)!
      if (!onFrame(packet, 0, header.end, packet.length)) {
        this.#stop(bytes, from)
        return
      }
    }
    this.#cut(bytes, from, onFrame)
  }

  /** Hands on the whole packets of `bytes` from `from` on and keeps what is left. */
  #cut(bytes: Buffer, from: number, onFrame: OnFrame): void {
    let at = from
    while (at + 1 < bytes.length) {
      let body = at + 2
      let size = bytes[at + 1]
      if (size >= 128) {
        const length = remainingLength(bytes, at + 1, bytes.length)
        if (length === undefined) break
        size = length.value
        body = length.end
      }
      this.#judge(size)
      const end = body + size
      if (end > bytes.length) break
      if (!onFrame(bytes, at, body, end)) {
        this.#stop(bytes, end)
        return
      }
      at = end
    }
    if (at < bytes.length) this.#append(bytes, at, bytes.length - at, bytes.length - at)
  }

  #judge(length: number): void {
    if (length > this.maxLength) throw new ProtocolViolation('too-large', `${length} bytes announced`)
  }

  #stop(bytes: Buffer, from: number): void {
    if (from < bytes.length) this.#rest = Buffer.from(bytes.subarray(from))
  }

  /** Adds to the held packet what it lacks; answers how much of `chunk` that took, or -1 when it is still not whole. */
  #fill(chunk: Buffer): number {
    let used = 0
    for (;;) {
      const total = this.#total()
      const wanted = total === undefined ? 1 : total - this.#length
      if (wanted === 0) return used
      const taken = Math.min(wanted, chunk.length - used)
      if (taken === 0) return -1
      this.#append(chunk, used, taken, total ?? 8)
      used += taken
    }
  }

  /** Size of the held packet with its header, once that is known. */
  #total(): number | undefined {
    if (this.#held === undefined || this.#length < 2) return undefined
    const length = remainingLength(this.#held, 1, this.#length)
    if (length === undefined) return undefined
    this.#judge(length.value)
    return length.end + length.value
  }

  #append(chunk: Buffer, from: number, count: number, total: number): void {
    if (this.#held === undefined) this.#length = 0
    const needed = this.#length + count
    if (this.#held === undefined || this.#held.length < needed) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(total, 2 * needed)))
      this.#held?.copy(grown, 0, 0, this.#length)
      this.#held = grown
    }
    chunk.copy(this.#held, this.#length, from, from + count)
    this.#length = needed
  }
}
