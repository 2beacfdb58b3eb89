import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deviceId, siteId } from './ids.ts'
import type { Reading } from './reading.ts'
import {
  type ReadingContext,
  type ReadResult,
  readingLimits,
  readReading,
  readTarget,
} from './readingInput.ts'
import { AddressedReadingInput, ReadingInput } from './readingSchema.ts'

/** UTF-16 units of every kind, lone surrogates among them. */
const anyText = (maxLength = 10) =>
  fc.array(fc.nat(0xffff), { maxLength }).map(units => String.fromCharCode(...units))

const now = Date.parse('2026-06-15T12:00:00Z')
const context: ReadingContext = { site: siteId('home'), device: deviceId('plug'), zone: 'Europe/Oslo', now }
const good = {
  measurement: 'electricalMeter',
  time: '2026-01-01T00:00:00Z',
  fields: { power: 12.5 },
  tags: {},
}
const read = (change: object): ReadResult => readReading({ ...good, ...change }, context)
const json = (text: string): ReadResult => readReading(JSON.parse(text), context)
const refused = ({ reading, refusals }: ReadResult) => {
  expect(reading).toBeUndefined()
  return refusals.map(({ field, reason }) => `${field}: ${reason}`)
}

test('a reading is read', () => {
  expect(readReading(good, context)).toEqual({
    reading: {
      site: 'home',
      device: 'plug',
      measurement: 'electricalMeter',
      time: Date.parse('2026-01-01T00:00:00Z'),
      fields: { power: 12.5 },
      tags: {},
    },
    refusals: [],
  })
})

test('what nobody knows is kept as it came', () => {
  const fields = { 'oxygen (%)': 20.9, ok: true, note: 'line 1\nline 2', größe: -0, huge: 2 ** 53 + 2 }
  const { reading } = read({ measurement: 'researcher/sensor 1', fields, tags: { room: 'Stue' }, extra: [1] })
  expect(reading).toMatchObject({ measurement: 'researcher/sensor 1', fields, tags: { room: 'Stue' } })
})

describe('time', () => {
  const timeOf = (time: unknown) => read({ time }).reading?.time
  test.each([
    [undefined, now],
    ['2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1)],
    ['2023-05-23T14:05:09.123456', Date.parse('2023-05-23T12:05:09.123Z')],
    [1_767_225_600_000, Date.UTC(2026, 0, 1)],
    [1_767_225_600_000.9, Date.UTC(2026, 0, 1)],
    ['1767225600000', Date.UTC(2026, 0, 1)],
    [readingLimits.earliest, Date.UTC(2000, 0, 1)],
    [now + readingLimits.futureMs, now + readingLimits.futureMs],
  ])('%j is taken', (time, expected) => expect(timeOf(time)).toBe(expected))

  const seconds = now / 1000
  test.each([
    [seconds, 'looks like seconds'],
    [seconds + 0.5, 'looks like seconds'],
    [String(seconds), 'looks like seconds'],
    [now * 1e3, 'looks like microseconds'],
    [now * 1e6, 'looks like nanoseconds'],
    ['1781524800123456789', 'looks like nanoseconds'],
    [0, 'before the year 2000'],
    [-1, 'before the year 2000'],
    [12_345, 'before the year 2000'],
    ['1970-01-01T00:00:12Z', 'before the year 2000'],
    ['1999-12-31T23:59:59Z', 'before the year 2000'],
    [now + readingLimits.futureMs + 1, 'more than 10 minutes in the future'],
    ['2099-01-01T00:00:00Z', 'more than 10 minutes in the future'],
    ['2026-02-30T00:00:00Z', 'expected ISO 8601'],
    ['yesterday', 'got the text "yesterday"'],
    ['', 'got the text ""'],
    [null, 'got null'],
    [true, 'got true'],
    [{ seconds: 1 }, 'got an object'],
    [['2026-01-01T00:00:00Z'], 'got an array'],
    [NaN, 'expected ISO 8601'],
    [Infinity, 'expected ISO 8601'],
    [1e300, 'expected ISO 8601'],
  ])('%j is refused: %s', (time, reason) => {
    const refusals = refused(read({ time }))
    expect(refusals).toHaveLength(1)
    expect(refusals[0]).toMatch(/^time: /)
    expect(refusals[0]).toContain(reason)
  })

  test('a forecast or price may lie ahead', () => {
    const time = now + 36 * 3_600_000
    expect(read({ time, measurement: 'weatherForecast', fields: { temperature: 3 } }).reading?.time).toBe(
      time,
    )
    expect(read({ time, measurement: 'electricityPrice', fields: { price: 0.2 } }).reading?.time).toBe(time)
    expect(refused(read({ time, measurement: 'weather', fields: { temperature: 3 } }))).toHaveLength(1)
  })

  test('how far ahead is the caller’s to say', () => {
    const late = { ...good, time: now + 60_000 }
    expect(readReading(late, { ...context, futureMs: 59_000 }).reading).toBeUndefined()
    expect(readReading(late, { ...context, futureMs: 61_000 }).reading).toBeDefined()
  })
})

describe('fields', () => {
  test.each([
    ['{"power":"12,5"}', 'fields.power: expected a number (W), got the text "12,5"'],
    ['{"power":"12.5"}', 'fields.power: expected a number (W), got the text "12.5"'],
    ['{"power":true}', 'fields.power: expected a number (W), got true'],
    ['{"power":null}', 'fields.power: expected a number (W), got null'],
    ['{"power":[1]}', 'fields.power: expected a number (W), got an array'],
    ['{"power":{"value":1}}', 'fields.power: expected a number (W), got an object'],
    ['{"power":1e999}', 'fields.power: Infinity is not a number that can be kept'],
    ['{"power":-1e999}', 'fields.power: -Infinity is not a number that can be kept'],
    ['{"power":2e9}', 'fields.power: implausible: 2000000000 W is not between -1000000000 and 1000000000'],
    ['{"energyImport":-5}', 'fields.energyImport: implausible: -5 Wh is not between 0 and 1000000000000000'],
    ['{"powerFactor":95}', 'fields.powerFactor: implausible: 95 is not between -1.1 and 1.1'],
    ['{"tariff":1}', 'fields.tariff: expected a text, got 1'],
    ['{"other":null}', 'fields.other: expected a number, text or switch, got null'],
    ['{"other":1e400}', 'fields.other: Infinity is not a number that can be kept'],
    ['{"":1}', 'fields.: a name is empty'],
    ['{"__proto__":1}', "fields.__proto__: '__proto__' cannot be a name"],
    ['{"constructor":1}', "fields.constructor: 'constructor' cannot be a name"],
    ['{"prototype":{"x":1}}', "fields.prototype: 'prototype' cannot be a name"],
    ['{"a\\u0000b":1}', 'fields.a\\u0000b: contains a control character'],
    ['{"a\\nb":1}', 'fields.a\\nb: contains a control character'],
    ['{"a\\u2028b":1}', 'fields.a\u2028b: contains a control character'],
    ['{"a\\ud800":1}', 'fields.a\ufffd: is not valid Unicode'],
    ['{"other":"a\\u0000b"}', 'fields.other: contains NUL'],
    ['{"other":"\\udfff"}', 'fields.other: is not valid Unicode'],
    ['{}', 'fields: expected at least one'],
    ['[]', 'fields: expected an object, got an array'],
    ['null', 'fields: expected an object, got null'],
    ['3', 'fields: expected an object, got 3'],
  ])('%s', (fields, expected) => {
    expect(refused(json(`{"measurement":"electricalMeter","fields":${fields}}`))).toEqual([expected])
  })

  test('absent are refused', () => {
    expect(refused(read({ fields: undefined }))).toEqual(['fields: expected an object, got nothing'])
  })

  test('that are good are kept when others are bad', () => {
    const { reading, refusals } = read({
      fields: { voltage: 230.1, power: 'high', current: null, frequency: 50 },
    })
    expect(reading?.fields).toEqual({ voltage: 230.1, frequency: 50 })
    expect(refusals.map(({ field }) => field)).toEqual(['fields.power', 'fields.current'])
  })

  test('a long good name is not confused with a long bad one', () => {
    const long = 'n'.repeat(100)
    const { reading, refusals } = read({ fields: { [`${long}a`]: null, [`${long}b`]: 1 } })
    expect(reading?.fields).toEqual({ [`${long}b`]: 1 })
    expect(refusals).toHaveLength(1)
  })

  test('switches are true or false', () => {
    const measurement = 'heatPumpController'
    expect(read({ measurement, fields: { on: true, mode: 'heat' } }).refusals).toEqual([])
    expect(refused(read({ measurement, fields: { on: 1 } }))).toEqual([
      'fields.on: expected true or false, got 1',
    ])
  })

  test('have bounds in number and length', () => {
    const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}`, i]))
    expect(read({ fields: many(256) }).refusals).toEqual([])
    expect(refused(read({ fields: many(257) }))).toEqual(['fields: more than 256'])
    expect(read({ fields: { ['n'.repeat(128)]: 1 } }).refusals).toEqual([])
    expect(refused(read({ fields: { ['n'.repeat(129)]: 1 } }))[0]).toContain('longer than 128 characters')
    expect(read({ fields: { text: 'x'.repeat(4096) } }).refusals).toEqual([])
    expect(refused(read({ fields: { text: 'x'.repeat(4097) } }))[0]).toContain('longer than 4096 bytes')
    expect(read({ fields: { text: 'é'.repeat(2048) } }).refusals).toEqual([])
    expect(refused(read({ fields: { text: 'é'.repeat(2049) } }))[0]).toContain('longer than 4096 bytes')
  })
})

describe('tags', () => {
  test('are texts; numbers and switches are taken for theirs, empty ones are left out', () => {
    expect(read({ tags: undefined }).reading?.tags).toEqual({})
    expect(read({ tags: { house: 3, on: true, room: '', floor: '2' } }).reading?.tags).toEqual({
      house: '3',
      on: 'true',
      floor: '2',
    })
  })

  test.each([
    ['{"a":null}', 'tags.a: expected a text, got null'],
    ['{"a":{}}', 'tags.a: expected a text, got an object'],
    ['{"__proto__":"x"}', "tags.__proto__: '__proto__' cannot be a name"],
    ['{"a":"x\\ny"}', 'tags.a: contains a control character'],
    ['[]', 'tags: expected an object of texts, got an array'],
    ['null', 'tags: expected an object of texts, got null'],
    ['"a"', 'tags: expected an object of texts, got the text "a"'],
  ])('%s', (tags, expected) => {
    expect(refused(json(`{"measurement":"m","fields":{"v":1},"tags":${tags}}`))).toEqual([expected])
  })

  test('have bounds in number and length', () => {
    const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`t${i}`, 'x']))
    expect(read({ tags: many(64) }).refusals).toEqual([])
    expect(refused(read({ tags: many(65) }))).toEqual(['tags: more than 64'])
    expect(read({ tags: { a: 'x'.repeat(256) } }).refusals).toEqual([])
    expect(refused(read({ tags: { a: 'x'.repeat(257) } }))[0]).toContain('longer than 256 characters')
  })
})

test.each([
  [null, ': expected a reading, got null'],
  [undefined, ': expected a reading, got nothing'],
  [[good], ': expected a reading, got an array'],
  ['x', ': expected a reading, got the text "x"'],
  [{}, 'measurement: expected a name, got nothing'],
  [{ ...good, measurement: '' }, 'measurement: a name is empty'],
  [{ ...good, measurement: 7 }, 'measurement: expected a name, got 7'],
  [{ ...good, measurement: 'constructor' }, "measurement: 'constructor' cannot be a name"],
  [{ ...good, measurement: 'a\nb' }, 'measurement: contains a control character'],
  [{ ...good, measurement: 'm'.repeat(129) }, 'measurement: a name longer than 128 characters'],
])('%j is no reading', (input, expected) => {
  expect(refused(readReading(input, context))).toEqual([expected])
})

test('whose reading it is', () => {
  expect(readTarget({ ...good, site: 'home', device: 'plug' })).toEqual({ site: 'home', device: 'plug' })
  expect(readTarget({ ...good, site: 'Home', device: 'plug' })).toMatchObject({ field: 'site' })
  expect(readTarget({ ...good, site: 'home' })).toEqual({
    field: 'device',
    reason: "expected a device's id, got nothing",
  })
  expect(readTarget(null)).toMatchObject({ field: '' })
})

describe('whatever is sent', () => {
  const value = fc.oneof(fc.jsonValue(), fc.double(), anyText(), fc.boolean())
  const record = fc.dictionary(fc.oneof(anyText(), fc.constant('power')), value)
  const shape = fc.record(
    {
      measurement: fc.oneof(fc.constant('electricalMeter'), fc.string(), value),
      time: fc.oneof(fc.constant(good.time), value),
      fields: fc.oneof(record, value),
      tags: fc.oneof(fc.constant({}), record, value),
    },
    { requiredKeys: [] },
  )

  const expectSound = (reading: Reading) => {
    expect(Object.keys(reading.fields).length).toBeGreaterThan(0)
    expect(reading.time).toBeGreaterThanOrEqual(readingLimits.earliest)
    for (const value of Object.values(reading.fields)) {
      expect(['number', 'boolean', 'string']).toContain(typeof value)
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
    }
    for (const tag of Object.values(reading.tags)) expect(typeof tag).toBe('string')
    expect(ReadingInput.safeParse(reading).success).toBe(true)
    expect(AddressedReadingInput.safeParse(reading).success).toBe(true)
  }

  test('it never throws, and what it lets through is sound', () => {
    fc.assert(
      fc.property(fc.oneof(shape, fc.jsonValue()), input => {
        const { reading, refusals } = readReading(input, context)
        if (reading) expectSound(reading)
        else expect(refusals.length).toBeGreaterThan(0)
      }),
      { numRuns: 1500 },
    )
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})
