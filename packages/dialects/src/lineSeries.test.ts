import type { Tags } from '@ohmstead/model'
import { isId } from '@ohmstead/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineDevice, lineSeries } from './lineSeries.ts'

/** UTF-16 units of every kind, lone surrogates among them. */
const anyText = (maxLength = 10) =>
  fc.array(fc.nat(0xffff), { maxLength }).map(units => String.fromCharCode(...units))

describe('the device of a point is named by', () => {
  test.each<[string, Tags, string, Tags]>([
    ['electricalMeter', { device: 'Plug 1', host: 'pi' }, 'plug-1', { host: 'pi' }],
    ['airSensor', { device_name: 'Mill', location: 'Stue' }, 'mill', { location: 'Stue' }],
    ['airSensor', { sensor_name: 'mill-sense', house_id: '3' }, 'mill-sense', { house_id: '3' }],
    ['airSensors', { sensor_id: 'TLM0201' }, 'tlm0201', {}],
    ['cpu', { host: 'raspberrypi', cpu: 'cpu0' }, 'raspberrypi', { cpu: 'cpu0' }],
    ['%', { domain: 'sensor', entity_id: 'bath_humidity' }, 'bath-humidity', {}],
    ['state', { domain: 'light', entity_id: 'kitchen', host: 'ha' }, 'light-kitchen', { host: 'ha' }],
    ['Wohn Zimmer', { room: '1' }, 'wohn-zimmer', { room: '1' }],
    ['寝室', {}, lineDevice('寝室', {}).device, {}],
  ])('%s %j', (measurement, tags, device, rest) => {
    expect(lineDevice(measurement, tags)).toEqual({ device, tags: rest })
  })

  test('an id, always', () => {
    fc.assert(
      fc.property(anyText(), fc.dictionary(fc.string(), fc.string()), (measurement, tags) => {
        expect(isId(lineDevice(measurement, tags).device)).toBe(true)
      }),
    )
  })
})

test('a series of our own words stays what it is', () => {
  expect(lineSeries('electricalMeter', { device: 'plug' }, 'power')).toEqual({
    device: 'plug',
    measurement: 'electricalMeter',
    field: 'power',
    tags: {},
    factor: 1,
  })
})

test('a meter of Home Assistant becomes one of ours, its attributes stay as they came', () => {
  const tags = { domain: 'sensor', entity_id: 'washer_energy' }
  expect(lineSeries('kWh', tags, 'value')).toEqual({
    device: 'washer',
    measurement: 'electricalMeter',
    field: 'energyImport',
    tags: { entity_id: 'washer_energy' },
    factor: 1000,
  })
  expect(lineSeries('kWh', tags, 'friendly_name_str')).toEqual({
    device: 'washer-energy',
    measurement: 'kWh',
    field: 'friendly_name_str',
    tags: {},
    factor: 1,
  })
})
