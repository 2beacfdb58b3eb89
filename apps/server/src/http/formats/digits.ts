/**
 * Numbers as decimal text, straight into bytes. Exports are made of them: a month at one second is five million, and
 * `String(value)` would take ten times as long as the query.
 */

/** Most bytes that one number takes. */
export const maxNumberBytes = 32

/** 000 001 … 999 */
const triples = new Uint8Array(3000)
for (let value = 0; value < 1000; value++)
  triples.set(Buffer.from(String(value).padStart(3, '0'), 'latin1'), value * 3)

const minus = 0x2d
const point = 0x2e

/** Writes the shortest text that reads back as `value`, as `String` does; `null` for what JSON has no number for. */
export function writeNumber(into: Buffer, at: number, value: number): number {
  const size = Math.abs(value)
  if (size < 1e9) {
    // Two different decimals of at most 15 digits are never the same double, so one that reads back is the shortest.
    const thousandths = Math.round(size * 1000)
    if (thousandths / 1000 === size)
      return writeThousandths(into, value < 0 ? sign(into, at) : at, thousandths)
  }
  if (Number.isInteger(value) && size <= Number.MAX_SAFE_INTEGER)
    return writeInteger(into, value < 0 ? sign(into, at) : at, size)
  return at + into.write(Number.isFinite(value) ? String(value) : 'null', at, 'latin1')
}

function sign(into: Buffer, at: number): number {
  into[at] = minus
  return at + 1
}

function writeThousandths(into: Buffer, start: number, thousandths: number): number {
  const whole = Math.floor(thousandths / 1000)
  const rest = (thousandths - whole * 1000) | 0
  let at = writeSmall(into, start, whole | 0)
  if (rest === 0) return at
  into[at++] = point
  into[at++] = triples[rest * 3]!
  if (rest % 100 === 0) return at
  into[at++] = triples[rest * 3 + 1]!
  if (rest % 10 === 0) return at
  into[at++] = triples[rest * 3 + 2]!
  return at
}

/** A whole number from 0 to 2^53: in parts that fit 32 bits, where the engine's division is fast. */
function writeInteger(into: Buffer, at: number, value: number): number {
  if (value < 1e9) return writeSmall(into, at, value | 0)
  const high = Math.floor(value / 1e9)
  return writeNine(into, writeSmall(into, at, high | 0), (value - high * 1e9) | 0)
}

function writeSmall(into: Buffer, start: number, value: number): number {
  if (value >= 1000) {
    const high = (value / 1000) | 0
    return writeThree(into, writeSmall(into, start, high), (value - high * 1000) | 0)
  }
  let at = start
  if (value >= 100) into[at++] = triples[value * 3]!
  if (value >= 10) into[at++] = triples[value * 3 + 1]!
  into[at++] = triples[value * 3 + 2]!
  return at
}

function writeNine(into: Buffer, at: number, value: number): number {
  const middle = (value / 1000) | 0
  const high = (middle / 1000) | 0
  const next = writeThree(into, writeThree(into, at, high), (middle - high * 1000) | 0)
  return writeThree(into, next, (value - middle * 1000) | 0)
}

function writeThree(into: Buffer, at: number, value: number): number {
  into[at] = triples[value * 3]!
  into[at + 1] = triples[value * 3 + 1]!
  into[at + 2] = triples[value * 3 + 2]!
  return at + 3
}
