import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf, like, order } from './operators.ts'

const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, 1, 131_071, 131_072, 0.5, null, '1', 's1', 'n1', '', true, 'a\u0000b'),
)

test('keys are equal when all their values are', () => {
  const tuple = (length: number) => fc.tuple(...Array.from({ length }, () => value))
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }).chain(length => fc.tuple(tuple(length), tuple(length))),
      ([a, b]) => {
        const equal = a.every((one, i) => Object.is(one, b[i]) || one === b[i])
        expect(keyOf(a) === keyOf(b)).toBe(equal)
      },
    ),
    { numRuns: 2000 },
  )
})

test('null is first in order', () => {
  expect([2, null, 1].sort(order)).toEqual([null, 1, 2])
})

test.each([
  ['abc', 'a%', true],
  ['abc', '_b_', true],
  ['abc', 'ab', false],
  ['a.c', 'a.c', true],
  ['abc', 'a.c', false],
  ['10%', '10!%', true],
  ['100', '10!%', false],
  ['a\nb', 'a%', true],
])('%j like %j is %j', (text, pattern, expected) => {
  expect(like('!')(text, pattern)).toBe(expected)
})

test('like is what its definition says, sign by sign', () => {
  const fits = (text: string, pattern: string): boolean => {
    if (pattern === '') return text === ''
    const [first, rest] = [pattern[0], pattern.slice(1)]
    if (first === '%') return fits(text, rest) || (text !== '' && fits(text.slice(1), pattern))
    return text !== '' && (first === '_' || first === text[0]) && fits(text.slice(1), rest)
  }
  const texts = (signs: string) => fc.string({ unit: fc.constantFrom(...signs), maxLength: 8 })
  fc.assert(
    fc.property(texts('ab'), texts('ab%_'), (text, pattern) => {
      expect(like(null)(text, pattern)).toBe(fits(text, pattern))
    }),
    { numRuns: 3000 },
  )
})

test('a pattern of many runs does not try every way to part a text', () => {
  expect(like(null)('a'.repeat(20_000), `${'%a'.repeat(30)}%b`)).toBe(false)
})
