import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import { InvalidInput } from './errors.ts'
import { convert, unitCode, unitInfo } from './units.ts'

describe('a value converts', () => {
  test.each([
    [12.5, 'kW.h', 'W.h', 12_500],
    [0.07, 'kW.h', 'W.h', 70],
    [1, 'MW.h', 'kW.h', 1000],
    [3600, 'J', 'W.h', 1],
    [1, 'MJ', 'kW.h', 1 / 3.6],
    [250, 'mW', 'W', 0.25],
    [1.5, 'kW', 'W', 1500],
    [20, 'Cel', 'K', 293.15],
    [-40, 'Cel', '[degF]', -40],
    [212, '[degF]', 'Cel', 100],
    [50, '%', '1', 0.5],
    [1, '[ppm]', '[ppb]', 1000],
    [36, 'km/h', 'm/s', 10],
    [1013.25, 'hPa', 'mbar', 1013.25],
    [2, 'L', 'm3', 0.002],
    [0.25, '{currency}/(kW.h)', '{currency}/(MW.h)', 250],
    [7, 'W', 'W', 7],
  ])('%d %s is so many %s: %d', (value, from, to, expected) => {
    expect(convert(value, from, to)).toBeCloseTo(expected, 9)
  })

  test('exactly, where the ratio is whole', () => {
    expect(convert(1.1, 'kW.h', 'W.h')).toBe(1.1 * 1000)
    expect(convert(1100, 'W.h', 'kW.h')).toBe(1.1)
  })
})

test.each([
  ['W', 'W.h'],
  ['W', 'V.A'],
  ['V.A{reactive}', 'V.A'],
  ['Cel', 'W'],
  ['kWh', 'W.h'],
  ['W', 'constructor'],
  ['__proto__', 'W'],
  ['', ''],
])('%j does not convert to %j', (from, to) => {
  expect(() => convert(1, from, to)).toThrow(InvalidInput)
})

test.each([
  ['kWh', 'kW.h'],
  ['kW.h', 'kW.h'],
  ['°C', 'Cel'],
  ['°F', '[degF]'],
  ['W', 'W'],
  ['MW', 'MW'],
  ['mW', 'mW'],
  ['var', 'V.A{reactive}'],
  ['ppm', '[ppm]'],
  ['µg/m³', 'ug/m3'],
  ['l/min', 'L/min'],
  ['m³', 'm3'],
  ['constructor', undefined],
  ['furlong', undefined],
])('%s is written %s', (text, code) => expect(unitCode(text)).toBe(code))

test('there and back is the same value', () => {
  const codes = ['W', 'kW', 'MW', 'mW', 'GW']
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
      fc.constantFrom(...codes),
      fc.constantFrom(...codes),
      (value, from, to) => {
        const back = convert(convert(value, from, to), to, from)
        expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-12 + 1e-300)
      },
    ),
  )
})

test('every unit in the catalogue is known', () => {
  for (const measurement of Object.values(catalogue)) {
    for (const [name, field] of Object.entries(measurement.fields)) {
      const known = field.unit === '' ? field.type !== 'number' : unitInfo(field.unit) !== undefined
      expect(known, `${measurement.name}.${name}: ${field.unit}`).toBe(true)
    }
  }
})
