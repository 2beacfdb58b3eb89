import type { Instant } from '@ohmstead/model'
import { maxNumberBytes, writeNumber } from './digits.ts'

/** Large enough that a socket write costs little, small enough that many answers fit in memory. */
const pieceBytes = 65_536
/** Most answers are small. */
const firstBytes = 2048

const dayMs = 86_400_000
const zero = 0x30
const colon = 0x3a
const point = 0x2e
const letterZ = 0x5a

/** Text that grows at its end and is taken away in pieces. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes)
  #at = 0
  /** The day whose date is written at the moment; most times are of the same day as the one before. */
  #day = Number.NaN
  #date = Buffer.alloc(0)

  get full(): boolean {
    return this.#at > pieceBytes - 1024
  }

  text(text: string): void {
    // A character of a JavaScript string takes at most 3 bytes.
    this.#reserve(text.length * 3)
    this.#at += this.#bytes.write(text, this.#at, 'utf8')
  }

  /** Text that is known to be ASCII. */
  ascii(text: string): void {
    this.#reserve(text.length)
    this.#at += this.#bytes.write(text, this.#at, 'latin1')
  }

  /** Bytes that are text already. */
  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** A time in UTC: `2026-01-01T00:00:00.000Z`. */
  iso(time: Instant): void {
    const day = Math.floor(time / dayMs)
    if (day !== this.#day) {
      this.#day = day
      this.#date = Buffer.from(new Date(day * dayMs).toISOString().replace(/T.*/, 'T'), 'latin1')
    }
    this.bytes(this.#date)
    this.#reserve(13)
    const ms = (time - day * dayMs) | 0
    const second = (ms / 1000) | 0
    const minute = (second / 60) | 0
    const hour = (minute / 60) | 0
    this.#pair(hour)
    this.byte(colon)
    this.#pair(minute - hour * 60)
    this.byte(colon)
    this.#pair(second - minute * 60)
    this.byte(point)
    const rest = (ms - second * 1000) | 0
    const tenths = (rest / 10) | 0
    this.#pair(tenths)
    this.byte(zero + (rest - tenths * 10))
    this.byte(letterZ)
  }

  #pair(value: number): void {
    const tens = (value / 10) | 0
    this.#bytes[this.#at++] = zero + tens
    this.#bytes[this.#at++] = zero + (value - tens * 10)
  }

  byte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#at++] = byte
  }

  number(value: number): void {
    this.#reserve(maxNumberBytes)
    this.#at = writeNumber(this.#bytes, this.#at, value)
  }

  /** What has been written since the last call. */
  take(): Buffer {
    const piece = this.#bytes.subarray(0, this.#at)
    this.#bytes = Buffer.allocUnsafe(pieceBytes)
    this.#at = 0
    return piece
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}
