import { StringStream } from '@codemirror/language'
import { Refused } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import type { Vocabulary } from '../../../api/rules.ts'
import { offersAt } from './completion.ts'
import { faultOf, placeOf } from './fault.ts'
import { eplToken } from './tokens.ts'
import { wordsOf } from './words.ts'

const field = (name: string, kind: string, unit: string | null = null) => ({
  name,
  kind,
  unit,
  description: null,
})
const vocabulary: Vocabulary = {
  streams: [
    { name: 'electricalMeter', fields: [field('device', 'string'), field('power', 'number', 'W')] },
    { name: 'roomSensor', fields: [field('device', 'string'), field('temperature', 'number', 'Cel')] },
  ],
  functions: ['coalesce'],
  aggregates: ['avg', 'last'],
  windows: ['time', 'length'],
  keywords: ['select', 'from', 'where', 'pattern', 'every', 'last', 'and'],
}
const words = wordsOf(vocabulary, [{ id: 'fridge', name: 'Fridge and freezer' }])

function tokensOf(text: string): string[] {
  const state = { inComment: false }
  return text.split('\n').flatMap(line => {
    const stream = new StringStream(line, 2, 2)
    const found: string[] = []
    while (!stream.eol()) {
      stream.start = stream.pos
      const kind = eplToken(stream, state, words)
      if (kind !== null) found.push(`${stream.current()} ${kind}`)
    }
    return found
  })
}

test('keywords, functions, windows, texts and comments are told apart', () => {
  expect(tokensOf("@name('raise') SELECT avg(power) from electricalMeter#time(5 min) // all")).toEqual([
    '@name meta',
    '( punctuation',
    "'raise' string",
    ') punctuation',
    'SELECT keyword',
    'avg function',
    '( punctuation',
    'power variableName',
    ') punctuation',
    'from keyword',
    'electricalMeter variableName',
    '#time typeName',
    '( punctuation',
    '5 number',
    'min variableName',
    ') punctuation',
    '// all comment',
  ])
})

test('a word that is both is what its place says; a comment reaches over lines, a text does not', () => {
  expect(tokensOf('last (a) last')).toEqual([
    'last function',
    '( punctuation',
    'a variableName',
    ') punctuation',
    'last keyword',
  ])
  expect(tokensOf('/* one\ntwo */ 0x1F -> `from`')).toEqual([
    '/* one comment',
    'two */ comment',
    '0x1F number',
    '-> operator',
    '`from` variableName',
  ])
  expect(tokensOf("'open\nselect")).toEqual(["'open string", 'select keyword'])
})

/** What is offered where the bar stands. */
function offered(marked: string): string[] {
  const at = marked.indexOf('|')
  return offersAt(marked.replace('|', ''), at, words)?.options.map(({ label }) => label) ?? []
}

test('what is offered follows from the place', () => {
  expect(offered('select device from ele|').slice(0, 2)).toEqual(['electricalMeter', 'roomSensor'])
  expect(offered('select device from electricalMeter#ti|')).toEqual(['time', 'length'])
  expect(offered("select 1 from electricalMeter(device = 'fr|')")).toEqual(['fridge'])
  expect(offered("select 1 from electricalMeter(device in ('a', 'fr|'))")).toEqual(['fridge'])
  expect(offered("@name('|') select")).toEqual(['raise', 'clear'])
  expect(offered("select 1 from x where place = 'fr|'")).toEqual([])
  expect(offered('@|')).toEqual(['name'])
  expect(offered('select 1.|')).toEqual([])
})

test('fields are those of the streams that the text names; of an alias, its own', () => {
  expect(offered('select | from roomSensor').slice(0, 2)).toEqual(['device', 'temperature'])
  expect(offered('select m.| from electricalMeter#time(1 min) as m, roomSensor as r')).toEqual([
    'device',
    'power',
  ])
  expect(
    offered('select * from pattern [every a=roomSensor(true) -> b=electricalMeter(power > a.|)]'),
  ).toEqual(['device', 'temperature'])
  expect(offered('select |')).toContain('temperature')
})

test('the word that is replaced begins where it begins, and a unit stands beside a field', () => {
  const offers = offersAt('select pow from electricalMeter', 10, words)!
  expect(offers.from).toBe(7)
  expect(offers.options.find(({ label }) => label === 'power')).toMatchObject({
    detail: 'W',
    type: 'property',
  })
})

const refused = (more: object) =>
  new Refused({ type: 'about:blank', title: 'no', status: 422, code: 'OHM_RULE_FAULT', ...more })

test('a refusal with a place is a fault; what was expected is said once', () => {
  const detail = "line 2, column 3: the rule ends, expected 'all', 'any' or another word"
  expect(faultOf(refused({ detail, line: 2, column: 3, expected: ["'all'", "'any'"] }))).toEqual({
    line: 2,
    column: 3,
    expected: ["'all'", "'any'"],
    reason: 'the rule ends',
  })
  expect(
    faultOf(refused({ detail: 'line 1, column 4: compares W with W.h', line: 1, column: 4 })),
  ).toMatchObject({
    reason: 'compares W with W.h',
    expected: [],
  })
  const meant = "line 1, column 1: found 'form', expected ',' or 'from'; did you mean 'from'?"
  expect(faultOf(refused({ detail: meant, line: 1, column: 1, expected: ["','", "'from'"] }))?.reason).toBe(
    "found 'form'; did you mean 'from'?",
  )
  expect(faultOf(refused({ field: 'definition.parameters.limit' }))).toBeNull()
  expect(faultOf(new Error('no'))).toBeNull()
})

test.each([
  ['the word that begins there', { line: 2, column: 6 }, 'electricalMeter'],
  ['one sign', { line: 2, column: 21 }, '#'],
  ['the last character where the line ends', { line: 1, column: 8 }, 'e'],
  ['the last line where the text is shorter', { line: 9, column: 99 }, 'e'],
])('a fault underlines %s', (_, place, marked) => {
  const text = 'device\nfrom electricalMeter#time'
  const { from, to } = placeOf(text, place)
  expect(text.slice(from, to)).toBe(marked)
})
