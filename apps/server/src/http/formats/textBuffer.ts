import { maxNumberBytes, writeNumber } from './digits.ts'

/** Large enough that a socket write costs little, small enough that many answers fit in memory. */
const pieceBytes = 65_536

/** Text that grows at its end and is taken away in pieces. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafe(pieceBytes)
  #at = 0

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
