import { expect, test } from 'vitest'
import { formatOf, localDate, localTime, spoken } from './format.ts'

const en = formatOf('en-GB', 'Europe/Oslo')
const de = formatOf('de-DE', 'Europe/Berlin')
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

test.each([
  [0, '0 W'],
  [0.42, '0.42 W'],
  [84.34, '84.3 W'],
  [412.5, '413 W'],
  [999.4, '999 W'],
  [999.6, '1.00 kW'],
  [1240, '1.24 kW'],
  [999_500, '1.00 MW'],
  [7_360_000, '7.36 MW'],
])('%f W is %s', (watts, text) => {
  expect(spoken(en.power(watts))).toBe(text)
})

test('power has no sign: words say where it goes', () => {
  expect(spoken(en.power(-612))).toBe('612 W')
})

test('unknown is a dash, never zero', () => {
  for (const quantity of [en.power(null), en.energy(null), en.value(null, 'Cel'), en.power(Number.NaN)])
    expect(quantity).toEqual({ text: '–', unit: '' })
})

test('energy goes up to the unit that fits', () => {
  expect([390, 8412, 14_720_000].map(wattHours => spoken(en.energy(wattHours)))).toEqual([
    '390 Wh',
    '8.41 kWh',
    '14.7 MWh',
  ])
})

test('numbers are written as the reader is used to', () => {
  expect(spoken(de.power(1240))).toBe('1,24 kW')
  expect(plain(de.count(1234567))).toBe('1.234.567')
})

test('values carry the symbol of their unit', () => {
  expect(spoken(en.value(21.34, 'Cel'))).toBe('21.3 °C')
  expect(spoken(en.value(1013.25, 'hPa'))).toMatch(/^1,013 /)
  expect(spoken(en.value(-612, 'W'))).toBe('−612 W')
  expect(spoken(en.value(true, null))).toBe('true')
  expect(spoken(en.value(3, '{boxes}'))).toBe('3 {boxes}')
})

test('a share is rounded down: 100 % means all of it', () => {
  expect([0, 0.974, 0.996, 0.99999, 1, 1.2].map(en.share).map(plain)).toEqual([
    '0%',
    '97%',
    '99.6%',
    '99.9%',
    '100%',
    '100%',
  ])
})

test('an age is coarse enough not to flicker', () => {
  const at = Date.UTC(2026, 10, 21, 12)
  const ages = [0, 9_999, 10_000, 59_999, 60_000, 5 * 60_000 + 59_000, 190 * 60_000].map(ms => en.age(ms, at))
  expect(ages).toEqual(['now', 'now', '10 sec ago', '50 sec ago', '1 min ago', '5 min ago', '3 hr ago'])
})

test('an age of more than a day is a date in the zone of the site', () => {
  const at = Date.UTC(2026, 6, 21, 22, 30)
  expect(en.age(24 * 3_600_000, at)).toBe('21 Jul 2026, 00:30')
})

test('the day of the site is not the day of the reader', () => {
  const at = Date.UTC(2026, 2, 28, 23, 30)
  expect(localDate(at, 'Europe/Oslo')).toBe('2026-03-29')
  expect(localDate(at, 'America/New_York')).toBe('2026-03-28')
  expect(en.clock(at)).toBe('00:30')
})

test('from when to when says the day once where it is the same', () => {
  const at = (text: string) => Date.parse(text)
  const hour = en.dateTimes(at('2026-11-21T12:00+01:00'), at('2026-11-21T13:00+01:00'))
  expect(plain(hour).replaceAll('\u2009', ' ')).toMatch(/^21 Nov 2026, 12:00 ?– ?13:00$/)
  expect(en.dateTimes(at('2026-11-21T12:00+01:00'), at('2026-11-22T12:00+01:00'))).toMatch(/21 Nov.*22 Nov/)
})

test('the time of the clock is the site’s', () => {
  const at = Date.UTC(2026, 0, 1, 23, 5)
  expect(localTime(at, 'Europe/Oslo')).toBe('00:05')
  expect(localTime(at, 'UTC')).toBe('23:05')
})
