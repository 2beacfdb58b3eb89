import type { Device, SeriesOut } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { type DeviceLive, hear, unheard } from '../../live/deviceLive.ts'
import { placeNames } from '../../ui/placeNames.ts'
import { byDevice, split, sumOf } from './history.ts'
import { ordered } from './order.ts'
import { byKey } from './today.ts'
import { topMeters, totalPower } from './total.ts'

const minute = 60_000
const now = 1_000 * minute
const device = (id: string, more: Partial<Device> = {}) =>
  ({ id, name: id, enabled: true, submeterOf: null, place: null, ...more }) as Device
const live = (powers: Record<string, [watts: number, ageMs: number]>) => {
  const devices = new Map<string, DeviceLive>()
  for (const [id, [watts, age]] of Object.entries(powers))
    devices.set(
      id,
      hear(unheard(id), [{ measurement: 'electricalMeter', time: now - age, fields: { power: watts } }]),
    )
  return (id: string) => devices.get(id)
}

test('what a meter already measures is not counted again', () => {
  const devices = [device('main'), device('washer', { submeterOf: 'main' }), device('barn')]
  const of = live({ main: [1800, 0], washer: [400, 0], barn: [100, 0] })
  const meters = topMeters(devices, of)
  expect(meters.map(({ id }) => id)).toEqual(['main', 'barn'])
  expect(totalPower(meters, of, now)).toEqual({ watts: 1900, known: 2, all: 2 })
})

test('a sub-meter counts while nothing is known of what it hangs under', () => {
  const devices = [device('main'), device('washer', { submeterOf: 'main' })]
  expect(topMeters(devices, live({ washer: [400, 0] })).map(({ id }) => id)).toEqual(['washer'])
})

test('a silent meter is missing from the total, which says so; without any the total is unknown', () => {
  const devices = [device('a'), device('b')]
  const of = live({ a: [100, 0], b: [50, 60 * minute] })
  expect(totalPower(topMeters(devices, of), of, now)).toEqual({ watts: 100, known: 1, all: 2 })
  const silent = live({ a: [100, 60 * minute] })
  expect(totalPower(topMeters(devices, silent), silent, now)).toEqual({ watts: null, known: 0, all: 1 })
})

test('meters of different cadence add up, and a gap stays a gap', () => {
  const times = (step: number, from: number, to: number) =>
    Array.from({ length: (to - from) / step }, (_, at) => from + at * step)
  const fast = times(minute, 0, 30 * minute)
  const slow = times(5 * minute, 0, 30 * minute)
  const broken = fast.filter(time => time < 10 * minute || time >= 20 * minute)
  const points = (at: number[], watts: number) => ({ times: at, values: at.map(() => watts) })
  const history = sumOf([points(fast, 100), points(slow, 10), points(broken, 1)], {
    from: 0,
    to: 29 * minute,
    stepMs: minute,
  })
  const at = (minutes: number) => [history.watts[minutes], history.known[minutes]]
  expect(at(0)).toEqual([111, 3])
  expect(at(4), 'the slow one holds').toEqual([111, 3])
  expect(at(12), 'held for three steps').toEqual([111, 3])
  expect(at(13)).toEqual([110, 2])
  expect(at(20)).toEqual([111, 3])
})

test('nothing known is null, not zero', () => {
  const history = sumOf([{ times: [0], values: [5] }], { from: 60 * minute, to: 61 * minute, stepMs: minute })
  expect(history).toEqual({ times: [60 * minute, 61 * minute], watts: [null, null], known: [0, 0] })
})

test('the whole line and the partial one meet', () => {
  const { full, part } = split({ times: [0, 1, 2, 3], watts: [5, 5, 3, 5], known: [2, 2, 1, 2] }, 2)
  expect(full).toEqual([5, 5, null, 5])
  expect(part).toEqual([null, 5, 3, 5])
})

test('of several series of one device the fullest stands for it', () => {
  const series = (device: string, values: number[]) =>
    ({ device, times: values.map((_, at) => at), values }) as SeriesOut
  expect(byDevice([series('a', [1]), series('a', [1, 2]), series('b', [])]).get('a')?.values).toEqual([1, 2])
})

test('devices come by power with the unknown last, by name as people count, or by place', () => {
  const devices = [
    device('Plug 10'),
    device('Plug 9', { place: 'attic' }),
    device('solar'),
    device('sensor'),
    device('charger'),
  ]
  const of = live({ 'Plug 10': [5, 0], 'Plug 9': [50, 0], solar: [-600, 0], charger: [7360, 60 * minute] })
  const placeName = ({ place }: Device) => place ?? ''
  const ids = (order: 'power' | 'name' | 'place') =>
    ordered(devices, { order, live: of, placeName, locale: 'en', now }).map(({ id }) => id)
  expect(ids('power')).toEqual(['solar', 'Plug 9', 'Plug 10', 'charger', 'sensor'])
  expect(ids('name')).toEqual(['charger', 'Plug 9', 'Plug 10', 'sensor', 'solar'])
  expect(ids('place').at(-1)).toBe('Plug 9')
})

test('a place says what it lies in', () => {
  const place = (id: string, parent: string | null, kind = 'room') =>
    ({ id, site: 's', name: id, parent, kind }) as Parameters<typeof placeNames>[0][number]
  const name = placeNames([
    place('home', null, 'site'),
    place('first', 'home', 'floor'),
    place('bath', 'first'),
    place('loop', 'loop'),
  ])
  expect(['bath', 'home', 'gone', null, 'loop'].map(place => name({ place }))).toEqual([
    'bath, first',
    '',
    '',
    '',
    'loop, loop, loop',
  ])
})

test("today's bucket is the last one of each group", () => {
  const bucket = (importWh: number) => ({
    start: '',
    end: '',
    importWh,
    exportWh: null,
    completeness: 1,
    quality: {},
  })
  const energy = {
    by: 'day' as const,
    timezone: 'UTC',
    groups: [
      { key: 'a', buckets: [bucket(1), bucket(2)] },
      { key: 'b', buckets: [] },
    ],
  }
  expect([...byKey(energy)]).toEqual([['a', bucket(2)]])
})
