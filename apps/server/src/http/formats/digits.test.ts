import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxNumberBytes, writeNumber } from './digits.ts'

const written = (value: number) => {
  const into = Buffer.alloc(maxNumberBytes)
  return into.toString('latin1', 0, writeNumber(into, 0, value))
}

test.each([
  0, 0.1, 0.01, 0.001, 0.0001, 1.5, 10, 99, 100, 999.999, 1000, 999_999_999.999, 1e9, 1_767_225_600_000,
])('%d is written as String writes it, with either sign', value => {
  expect(written(value)).toBe(String(value))
  expect(written(-value)).toBe(String(value === 0 ? 0 : -value))
})

test.each([Number.MAX_SAFE_INTEGER, 2 ** 53, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, 1 / 3])(
  'so is %d',
  value => {
    expect(written(value)).toBe(String(value))
  },
)

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%d, which JSON cannot say, is null',
  value => {
    expect(written(value)).toBe('null')
  },
)

test('any double is written as String writes it', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      expect(written(value)).toBe(JSON.stringify(value))
    }),
    { numRuns: 2000 },
  )
})

test('any decimal with a few places, as meters send them, is written as it came', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 5 }), (digits, places) => {
      const value = digits / 10 ** places
      expect(written(value)).toBe(JSON.stringify(value))
    }),
    { numRuns: 2000 },
  )
})
