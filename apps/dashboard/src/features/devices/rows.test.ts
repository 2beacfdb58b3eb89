import type { Device } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { type DevicesSearch, devicesSearch, rowsOf, statesAt } from './rows.ts'

const device = (id: string, more: Partial<Device> = {}) =>
  ({ id, name: id, type: null, place: null, enabled: true, ...more }) as Device
const devices = [
  device('washer-10', { name: 'Washer 10', place: 'cellar' }),
  device('washer-2', { name: 'Washer 2', place: 'cellar', type: 'smart plug' }),
  device('air', { name: 'Éclairage' }),
  device('boiler', { name: 'Boiler', place: 'attic', enabled: false }),
]
const heard: Record<string, number> = { 'washer-2': 5000, air: 9000 }
const live = (id: string) =>
  heard[id] === undefined
    ? undefined
    : { device: id, values: new Map(), heardAt: heard[id], intervals: [1000, 1000], connected: null }
const rows = (search: DevicesSearch) =>
  rowsOf(devices, {
    search,
    states: statesAt(devices, live, 10_000),
    heardAt: id => heard[id] ?? null,
    placeName: ({ place }) => place ?? '',
    locale: 'en',
  })
const ids = (search: DevicesSearch) => rows(search).map(row => row.device.id)

test('by name, numbers as people count and accents as people read', () => {
  expect(ids({})).toEqual(['boiler', 'air', 'washer-2', 'washer-10'])
})

test('by place each place has one heading, and what is nowhere comes last', () => {
  expect(rows({ order: 'place' }).map(row => [row.place, row.heading])).toEqual([
    ['attic', true],
    ['cellar', true],
    ['cellar', false],
    ['', true],
  ])
})

test('the last heard is first, the never heard last', () => {
  expect(ids({ order: 'heard' })).toEqual(['air', 'washer-2', 'boiler', 'washer-10'])
})

test('every word has to be somewhere in name, id, type or place', () => {
  expect(ids({ q: 'cellar  PLUG' })).toEqual(['washer-2'])
  expect(ids({ q: 'cellar air' })).toEqual([])
})

test('a state filters: what is switched off is off, what was never heard is new', () => {
  expect(ids({ state: 'off' })).toEqual(['boiler'])
  expect(ids({ state: 'new' })).toEqual(['washer-10'])
  expect(ids({ state: 'live' })).toEqual(['air', 'washer-2'])
})

test('an address that nobody wrote on purpose asks for nothing', () => {
  expect(devicesSearch({ q: { a: 1 }, state: 'broken', order: 7 })).toEqual({})
  expect(devicesSearch({ q: 12, state: 'late', order: 'heard' })).toEqual({
    q: '12',
    state: 'late',
    order: 'heard',
  })
})
