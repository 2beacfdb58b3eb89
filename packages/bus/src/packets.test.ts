import { generate } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { type Connect, readConnect, readFilters } from './packets.ts'

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}

interface Parts {
  name?: string
  level?: number
  flags?: number
  rest?: Buffer[]
}

function connect({ name = 'MQTT', level = 4, flags = 2, rest = [text('c')] }: Parts) {
  const body = Buffer.concat([text(name), Buffer.from([level, flags, 0, 60]), ...rest])
  return readConnect(body, 0, body.length)
}

describe('CONNECT', () => {
  test('is read in full', () => {
    const packet = generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'meter',
      clean: false,
      keepalive: 30,
      username: 'home/meter',
      password: Buffer.from('geheim'),
      will: {
        topic: 'sites/home/devices/meter/status',
        payload: Buffer.from('{"state":"offline"}'),
        qos: 1,
        retain: true,
      },
    })
    expect(readConnect(packet, 2, packet.length)).toEqual({
      clientId: 'meter',
      clean: false,
      keepAlive: 30,
      username: 'home/meter',
      password: Buffer.from('geheim'),
      will: {
        topic: 'sites/home/devices/meter/status',
        payload: Buffer.from('{"state":"offline"}'),
        qos: 1,
        retain: true,
      },
    } satisfies Connect)
  })

  test.each([
    ['MQTT 3.1', { name: 'MQIsdp', level: 3 }, { clientId: 'c' }],
    ['MQTT 5', { level: 5 }, { refuse: 1 }],
    ['a bridge', { level: 0x84 }, { refuse: 1 }],
    ['no client id with a session to keep', { flags: 0, rest: [text('')] }, { refuse: 2 }],
    ['no client id without', { flags: 2, rest: [text('')] }, { clientId: '' }],
  ])('%s', (_name, parts, expected) => {
    expect(connect(parts)).toMatchObject(expected)
  })

  test.each([
    ['another protocol', { name: 'HTTP' }],
    ['the reserved flag', { flags: 3 }],
    ['will flags without a will', { flags: 2 | 8 }],
    ['will retain without a will', { flags: 2 | 32 }],
    ['will QoS 3', { flags: 2 | 4 | 24, rest: [text('c'), text('t'), text('p')] }],
    ['a password without a user', { flags: 2 | 64, rest: [text('c'), text('p')] }],
    ['a user that is missing', { flags: 2 | 128 }],
    ['a field that goes past the end', { rest: [Buffer.from([0, 9, 65])] }],
    ['bytes after the payload', { rest: [text('c'), Buffer.from([0])] }],
    ['NUL in the client id', { rest: [text('a\0b')] }],
    ['a line break in the client id', { rest: [text('a\nb')] }],
    ['a client id that is not UTF-8', { rest: [text(Buffer.from([0xff, 0xfe]))] }],
    ['a surrogate in the client id', { rest: [text(Buffer.from([0xed, 0xa0, 0x80]))] }],
    [
      'an over-long encoding in the will topic',
      { flags: 2 | 4, rest: [text('c'), text(Buffer.from([0xc0, 0x80])), text('p')] },
    ],
  ])('is refused without an answer: %s', (_name, parts) => {
    expect(() => connect(parts)).toThrow(expect.objectContaining({ code: 'OHM_PROTOCOL_VIOLATION' }))
  })
})

describe('filters', () => {
  const read = (...rest: Buffer[]) => {
    const body = Buffer.concat([Buffer.from([0, 1]), ...rest])
    return readFilters(body, 0, body.length, true)
  }

  test('of a SUBSCRIBE are read in order', () => {
    expect(read(text('a/#'), Buffer.from([1]), text('b'), Buffer.from([0]))).toEqual(['a/#', 'b'])
  })

  test.each([
    ['none', []],
    ['QoS 3', [text('a'), Buffer.from([3])]],
    ['no QoS', [text('a')]],
    ['not UTF-8', [text(Buffer.from([0x80])), Buffer.from([0])]],
  ])('are refused: %s', (_name, parts) => {
    expect(() => read(...parts)).toThrow()
  })

  test('packet id 0 is none', () => {
    const body = Buffer.concat([Buffer.from([0, 0]), text('a'), Buffer.from([0])])
    expect(() => readFilters(body, 0, body.length, true)).toThrow(/packet id/)
  })
})
