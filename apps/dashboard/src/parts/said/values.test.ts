import { expect, test } from 'vitest'
import { formatOf } from '../../i18n/format.ts'
import { exploreAround, mainValue, seriesBehind, valuesOf } from './values.ts'

const format = formatOf('en-GB', 'Europe/Oslo')
const noon = Date.UTC(2026, 2, 1, 11)

test('values wear their units, times are told in the zone of the site, and whom it is about is left out', () => {
  const row = { device: 'fridge', key: 'fridge', value: 1234.5, since: noon, door: true, place: null }
  expect(valuesOf(row, { value: 'W' }, format)).toEqual([
    { name: 'value', text: '1.23 kW' },
    { name: 'since', text: '1 Mar 2026, 12:00' },
    { name: 'door', text: 'true' },
    { name: 'place', text: '–' },
  ])
})

test('a time is told as one only where its name says so', () => {
  expect(valuesOf({ count: 5e11, at: { a: 1 } }, {}, format)).toEqual([
    { name: 'count', text: '500,000,000,000' },
    { name: 'at', text: '{"a":1}' },
  ])
})

test('the main value is the one called so, or else the first number that is no time', () => {
  expect(mainValue({ mean: 4, value: 2 }, { value: 'Cel' }, format)).toBe('2 °C')
  expect(mainValue({ since: noon, currentL1: 17.25 }, { currentL1: 'A' }, format)).toBe('17.3 A')
  expect(mainValue({ since: noon, device: 'x' }, {}, format)).toBeNull()
})

const needs = [
  { measurement: 'electricalMeter', devices: ['fridge', 'oven'], fields: ['device', 'power', 'value'] },
  { measurement: 'roomSensor', devices: ['door'], fields: ['presence', 'power'] },
]

test('behind what was said stand the series of its device, and those of others that the rule names', () => {
  expect(seriesBehind(needs, 'fridge')).toEqual([
    { device: 'fridge', measurement: 'electricalMeter', field: 'power', tags: {} },
    { device: 'door', measurement: 'roomSensor', field: 'presence', tags: {} },
  ])
  expect(seriesBehind([{ ...needs[0]!, devices: null }], 'oven').map(({ device }) => device)).toEqual([
    'oven',
  ])
  expect(seriesBehind(needs, null).map(({ device }) => device)).toEqual(['fridge', 'oven', 'door'])
  expect(seriesBehind([{ ...needs[0]!, fields: null }], 'oven')).toEqual([])
})

test('Explore is asked for two hours before and after, but not for what is to come', () => {
  const hour = 3_600_000
  const around = (now: number) => exploreAround({ time: noon, device: 'fridge' }, needs, now)
  expect(around(noon + 9 * hour)).toMatchObject({ from: noon - 2 * hour, to: noon + 2 * hour })
  expect(around(noon + hour)).toMatchObject({ to: noon + hour })
  expect(exploreAround({ time: noon, device: null }, [], noon)).toBeNull()
})
