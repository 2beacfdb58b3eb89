import { expect, test } from 'vitest'
import { replaced, wholeMatch } from './texts.ts'

test.each([
  ['meter-12', 'meter-[0-9]+', true],
  ['a meter-12', 'meter-[0-9]+', false],
  ['Büro', 'b.ro', false],
  ['Büro', '(?i)b.ro', true],
  ['a\nb', 'a.b', false],
])('%j as a whole fits %s: %j', (text, pattern, expected) => {
  expect(wholeMatch(text, pattern)).toBe(expected)
})

test('no pattern takes longer than the text is long', () => {
  for (const pattern of ['(a|aa)+b', '(a+)+b', 'a*a*a*a*a*a*a*b', '(a|a|a)*b'])
    expect(wholeMatch('a'.repeat(20_000), pattern)).toBe(false)
})

test('what is found is replaced, groups by their number', () => {
  expect(replaced('plug-1 plug-2', 'plug-([0-9])', 'P$1', 'all')).toBe('P1 P2')
  expect(replaced('plug-1 plug-2', 'plug-([0-9])', 'P$1', 'first')).toBe('P1 plug-2')
  expect(() => replaced('a', '(a)', '$2', 'all')).toThrow("'$2' cannot stand for what '(a)' finds")
  expect(() => replaced('a', '(a', '', 'all')).toThrow("'(a' is no regular expression")
})
