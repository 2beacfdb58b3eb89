import { expect, test } from 'vitest'
import { type TimeUnit, timeReader } from './timeFormat.ts'

const noon = Date.UTC(2013, 4, 15, 12)

test.each<[TimeUnit, string, string | undefined, unknown, number | undefined]>([
  ['s', 'UTC', undefined, '1368619200', noon],
  ['s', 'UTC', undefined, '1368619200.25', noon + 250],
  ['s', 'UTC', undefined, 1368619200, noon],
  ['s', 'UTC', undefined, '13686192OO', undefined],
  ['s', 'UTC', undefined, '13686192001368619202', undefined],
  ['s', 'UTC', undefined, '', undefined],
  ['s', 'UTC', undefined, null, undefined],
  ['ms', 'UTC', undefined, '1368619200000', noon],
  ['ms', 'UTC', undefined, 1368619200000n, noon],
  ['us', 'UTC', undefined, '1368619200000500', noon],
  ['ns', 'UTC', undefined, '1368619200000999999', noon],
  ['ns', 'UTC', undefined, 1368619200000999999n, noon],
  ['iso', 'UTC', undefined, '2013-05-15T12:00:00Z', noon],
  ['iso', 'Australia/Sydney', undefined, '2013-05-15 22:00', noon],
  ['iso', 'UTC', undefined, new Date(noon), noon],
  ['iso', 'UTC', undefined, new Date(Number.NaN), undefined],
  ['iso', 'UTC', undefined, 'yesterday', undefined],
  ['iso', 'Australia/Sydney', 'DD/MM/YYYY HH:mm:ss', '15/05/2013 22:00:00', noon],
  ['iso', 'UTC', 'D.MM.YY', '1', undefined],
  ['iso', 'UTC', 'DD.MM.YY HH:mm', '15.05.13 12:00', noon],
  ['iso', 'UTC', 'DD/MM/YYYY HH:mm:ss', '15/05/15/05/2013 15:51:30', undefined],
  ['iso', 'UTC', 'DD/MM/YYYY HH:mm:ss', '31/02/2013 00:00:00', undefined],
])('%s in %s as %s: %s is %s', (unit, zone, pattern, cell, expected) => {
  if (pattern === 'D.MM.YY') expect(() => timeReader(unit, zone, pattern)).toThrow('has no DD')
  else expect(timeReader(unit, zone, pattern)(cell)).toBe(expected)
})
