import { expect, test } from 'vitest'
import { plainSentence, sentenceParts } from './sentenceParts.ts'

const shown = (sentence: string) => sentenceParts(sentence).map(({ kind, text }) => `${kind}: ${text}`)

test('names stand between stars', () => {
  expect(shown('When *Fridge* or *Freezer* draws less than 2 W, alert *high*.')).toEqual([
    'words: When ',
    'name: Fridge',
    'words:  or ',
    'name: Freezer',
    'words:  draws less than 2 W, alert ',
    'name: high',
    'words: .',
  ])
})

test('a query keeps its own stars', () => {
  expect(shown('Whenever the query `select * from a` gives a row, alert *low*.')).toEqual([
    'words: Whenever the query ',
    'query: select * from a',
    'words:  gives a row, alert ',
    'name: low',
    'words: .',
  ])
})

test('a sentence without marks is words', () => {
  expect(shown('Fridge is off')).toEqual(['words: Fridge is off'])
  expect(shown('3 * 4')).toEqual(['words: 3 * 4'])
})

test('a sentence is searched in without its marks, and a query may quote names itself', () => {
  expect(plainSentence('When *Fridge* draws')).toBe('When Fridge draws')
  expect(shown('Whenever the query `select a from `b`` gives a row')[1]).toBe('query: select a from `b`')
})
