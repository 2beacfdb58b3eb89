import { deviceId, isId, readReading, siteId } from '@ohmstead/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { powiot } from './powiot.ts'

/** UTF-16 units of every kind, lone surrogates among them. */
const anyText = (maxLength = 10) =>
  fc.array(fc.nat(0xffff), { maxLength }).map(units => String.fromCharCode(...units))

const bytes = (payload: unknown) =>
  Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
const context = {
  site: siteId('3'),
  device: deviceId('mill-sense'),
  zone: 'Europe/Oslo',
  now: Date.parse('2023-05-23T12:06:00Z'),
}

// As `json.dumps` writes the dictionary of the thesis, section 4.2.6.
const thesis =
  '{"measurement": "airSensor", "tags": {"house_id": "3", "location": "Soverom", "sensor_name": "mill-sense"}, ' +
  '"fields": {"temperature": 19.7, "humidity": 40.3}, "time": "2023-05-23T14:05:09.123456"}'

test('the thesis’s example, verbatim', () => {
  const [reading] = powiot('sensors/mill-sense', bytes(thesis)) as Exclude<
    ReturnType<typeof powiot>,
    { reason: string }
  >
  expect(reading).toMatchObject({ site: '3', device: 'mill-sense' })
  expect(readReading(reading!.item, context)).toEqual({
    reading: {
      site: '3',
      device: 'mill-sense',
      measurement: 'airSensor',
      time: Date.parse('2023-05-23T12:05:09.123Z'),
      fields: { temperature: 19.7, humidity: 40.3 },
      tags: { location: 'Soverom' },
    },
    refusals: [],
  })
})

describe('an address', () => {
  const addressOf = (topic: string, tags: unknown) => {
    const read = powiot(topic, bytes({ measurement: 'm', fields: { v: 1 }, tags }))
    if (!Array.isArray(read)) throw new Error(read.reason)
    const { site, device, item } = read[0]!
    return { site, device, tags: (item as { tags: unknown }).tags }
  }
  test.each([
    [
      { house_id: 3, device_name: 'Sensibo Sky' },
      { site: '3', device: 'sensibo-sky', tags: {} },
    ],
    [
      { house_id: 'Erik’s hus', sensor_name: 'Stue' },
      { site: 'erik-s-hus', device: 'stue', tags: {} },
    ],
    [
      { house_id: '3', device_name: 'mill', sensor_name: 'sense-2', location: 'Bad' },
      { site: '3', device: 'mill', tags: { sensor_name: 'sense-2', location: 'Bad' } },
    ],
    [
      { device_name: 'mill', sensor_name: 'mill' },
      { site: undefined, device: 'mill', tags: {} },
    ],
    [{ location: 'Bad' }, { site: undefined, device: 'tibber-realtime', tags: { location: 'Bad' } }],
    [
      { house_id: null, device_name: '' },
      { site: undefined, device: 'tibber-realtime', tags: { house_id: null, device_name: '' } },
    ],
    [[], { site: undefined, device: 'tibber-realtime', tags: [] }],
  ])('of tags %j', (tags, expected) => expect(addressOf('sensors/tibber-realtime', tags)).toEqual(expected))

  test('of a deeper topic is all that follows sensors/', () => {
    expect(addressOf('sensors/House 3/met', {}).device).toBe('house-3-met')
  })
})

test('an array is as many readings', () => {
  const read = powiot('sensors/x', bytes(`[${thesis},7,${thesis}]`))
  expect(read).toHaveLength(3)
  expect((read as { item: unknown }[])[1]!.item).toBe(7)
})

test('Python’s NaN costs its own field', () => {
  const payload = thesis.replace('40.3', 'NaN').replace('Soverom', 'a, NaN ]')
  const read = powiot('sensors/x', bytes(payload))
  const { reading, refusals } = readReading((read as { item: unknown }[])[0]!.item, context)
  expect(reading).toMatchObject({ fields: { temperature: 19.7 } })
  expect(refusals.map(({ field }) => field)).toEqual(['fields.humidity'])
})

test.each(['', 'hello', '{', "{'measurement': 'airSensor'}", Buffer.from([0xff, 0xfe]), '['.repeat(100_000)])(
  'what is not JSON is refused (%#)',
  payload => {
    expect(powiot('sensors/x', Buffer.from(payload))).toEqual({ field: '', reason: 'is not JSON' })
  },
)

test('whatever comes, it does not throw, and addresses are ids', () => {
  const tags = fc.dictionary(
    fc.constantFrom('house_id', 'device_name', 'sensor_name', '__proto__', 'location'),
    fc.oneof(fc.jsonValue(), anyText()),
  )
  const message = fc.oneof(fc.jsonValue(), fc.record({ measurement: fc.string(), tags, fields: fc.object() }))
  fc.assert(
    fc.property(anyText(), fc.oneof(message.map(bytes), fc.uint8Array()), (topic, payload) => {
      const read = powiot(topic, payload)
      if (!Array.isArray(read)) return
      for (const { site, device, item } of read) {
        expect(site === undefined || isId(site)).toBe(true)
        expect(isId(device)).toBe(true)
        readReading(item, context)
      }
    }),
    { numRuns: 300 },
  )
  expect(Object.keys(Object.prototype)).toEqual([])
})
