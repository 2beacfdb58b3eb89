import { expect, test } from 'vitest'
import { cadenceMs, headline, hear, powerOf, unheard } from './deviceLive.ts'

const power = (time: number, watts: number) => ({
  measurement: 'electricalMeter',
  time,
  fields: { power: watts },
})

test('the newest value counts, whatever the order of arrival', () => {
  const live = hear(hear(unheard('plug'), [power(2000, 5)]), [power(1000, 9), power(3000, 7)])
  expect(powerOf(live)).toMatchObject({ value: 7, time: 3000 })
  expect(hear(live, [power(2500, 1)]).values.get('electricalMeter.power')).toMatchObject({ value: 7 })
  expect(live.heardAt).toBe(3000)
})

test('a corrected value of the same instant replaces the one before', () => {
  expect(powerOf(hear(hear(unheard('plug'), [power(1000, 5)]), [power(1000, 6)]))?.value).toBe(6)
})

test('a device that is not heard of keeps its object', () => {
  const before = hear(unheard('plug'), [power(1000, 5)])
  const after = hear(before, [power(2000, 6)])
  expect(after).not.toBe(before)
  expect(powerOf(before)?.value).toBe(5)
})

test('cadence is the median of the last intervals; one pause does not change it', () => {
  expect(cadenceMs(unheard('plug'))).toBeNull()
  const times = [0, 10, 20, 30, 900, 910, 920].map(seconds => seconds * 1000)
  expect(
    cadenceMs(
      hear(
        unheard('plug'),
        times.map(time => power(time, 1)),
      ),
    ),
  ).toBe(10_000)
})

test('values of one instant that come one by one are one reading', () => {
  const live = hear(unheard('plug'), [
    power(1000, 5),
    { measurement: 'electricalMeter', time: 1000, fields: { voltage: 230 } },
  ])
  expect(live.intervals).toEqual([])
  expect(live.values.size).toBe(2)
})

test('power is what the catalogue says is power, and numbers only', () => {
  const heat = { measurement: 'heatMeter', time: 1, fields: { power: 900 } }
  const text = { measurement: 'electricalMeter', time: 1, fields: { power: 'n/a' } }
  const victron = { measurement: 'solarBatterySystem', time: 1, fields: { gridPower: -40, solarPower: 900 } }
  expect(powerOf(hear(unheard('x'), [heat]))).toBeNull()
  expect(powerOf(hear(unheard('x'), [text]))).toBeNull()
  expect(powerOf(hear(unheard('x'), [victron]))?.value).toBe(-40)
})

test('a sensor is known by its most telling value', () => {
  const room = { measurement: 'airSensor', time: 1, fields: { battery: 90, humidity: 40, temperature: 21 } }
  expect(headline(hear(unheard('room'), [room]))?.field).toBe('temperature')
  expect(
    headline(hear(unheard('odd'), [{ measurement: 'own', time: 1, fields: { zeta: 1, alpha: 2 } }]))?.field,
  ).toBe('alpha')
  expect(headline(unheard('none'))).toBeNull()
})
