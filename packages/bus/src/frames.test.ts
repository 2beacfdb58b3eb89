import fc from 'fast-check'
import { generate } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { ProtocolViolation } from './errors.ts'
import { Framer } from './frames.ts'

const publish = (bytes: number): Buffer =>
  generate({
    cmd: 'publish',
    topic: 'a/b',
    payload: Buffer.alloc(bytes, 7),
    qos: 0,
    retain: false,
    dup: false,
  })

/** Feeds `stream` in pieces of these sizes; answers the packets as cut. */
function cut(stream: Buffer, sizes: readonly number[], framer = new Framer(300_000)): Buffer[] {
  const packets: Buffer[] = []
  let at = 0
  for (let piece = 0; at < stream.length; piece++) {
    const size = sizes[piece % sizes.length]
    framer.feed(Buffer.from(stream.subarray(at, at + size)), (bytes, from, _body, end) => {
      packets.push(Buffer.from(bytes.subarray(from, end)))
      return true
    })
    at += size
  }
  return packets
}

describe('packets are cut the same however the bytes arrive', () => {
  test('for any packets and any pieces', () => {
    const packets = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(0, 120, 121, 122, 16_377, 16_378, 16_379)),
      { minLength: 1, maxLength: 12 },
    )
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(packets, sizes, (lengths, pieces) => {
        const whole = lengths.map(length => (length === 0 ? Buffer.from([0xc0, 0]) : publish(length)))
        expect(cut(Buffer.concat(whole), pieces)).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  test('and the body begins where the header ends', () => {
    const bodies: number[] = []
    for (const length of [0, 118, 200, 20_000]) {
      const packet = publish(length)
      new Framer(300_000).feed(packet, (_bytes, _at, body, end) => {
        bodies.push(end - body)
        return true
      })
    }
    expect(bodies).toEqual([5, 123, 205, 20_005])
  })

  test('a consumer that says stop gets the rest with the next feed', () => {
    const framer = new Framer(1000)
    const packets = [publish(3), publish(4), publish(5)]
    const stream = Buffer.concat(packets)
    let seen = 0
    const one = () => {
      seen++
      return false
    }
    framer.feed(stream.subarray(0, stream.length - 2), one)
    expect(seen).toBe(1)
    framer.feed(stream.subarray(stream.length - 2), one)
    expect(seen).toBe(2)
    framer.feed(Buffer.alloc(0), one)
    expect(seen).toBe(3)
    framer.feed(Buffer.alloc(0), one)
    expect(seen).toBe(3)
    expect(framer.heldBytes).toBe(0)
  })
})

describe('a length is judged before its bytes arrive', () => {
  const never = () => {
    throw new Error('no packet is whole')
  }

  test('200,000,000 announced bytes are refused after five', () => {
    const framer = new Framer(256 * 1024)
    expect(() => framer.feed(Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f]), never)).toThrow(ProtocolViolation)
    expect(framer.heldBytes).toBe(0)
  })

  test('also when they come one by one', () => {
    const framer = new Framer(8192)
    for (const byte of [0x10, 0x80, 0x84, 0xaf]) framer.feed(Buffer.from([byte]), never)
    expect(() => framer.feed(Buffer.from([0x5f]), never)).toThrow(/200000000/)
    expect(framer.heldBytes).toBeLessThan(64)
  })

  test('a length of five bytes is none', () => {
    expect(() => new Framer(1e9).feed(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]), never)).toThrow(
      /remaining length/,
    )
    const slow = new Framer(1e9)
    for (const byte of [0x30, 0xff, 0xff, 0xff]) slow.feed(Buffer.from([byte]), never)
    expect(() => slow.feed(Buffer.from([0xff]), never)).toThrow(/remaining length/)
  })

  test('an unfinished packet holds at most about twice what was sent', () => {
    const framer = new Framer(256 * 1024)
    const packet = publish(250_000)
    for (let at = 0; at < 100_000; at += 100) {
      framer.feed(packet.subarray(at, at + 100), never)
      expect(framer.heldBytes).toBeLessThanOrEqual(2 * (at + 100) + 16)
    }
  })
})
