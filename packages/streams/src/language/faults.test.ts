import { describe, expect, test } from 'vitest'
import { engineOf } from '../../test/started.ts'
import { RuleFault } from '../errors.ts'
import { nearest } from '../nearest.ts'

const streams = {
  Power: { device: 'string', watts: 'double W', at: 'long' },
  Energy: { device: 'string', total: 'double W.h' },
  Climate: { room: 'string', celsius: 'double Cel' },
}

function faultOf(text: string): RuleFault {
  try {
    engineOf(streams).deploy(text)
  } catch (error) {
    if (error instanceof RuleFault) return error
    throw error
  }
  throw new Error(`'${text}' was taken`)
}

/** A broken rule, its place, and something that must be among what is expected, or in the words. */
const broken: [text: string, line: number, column: number, words: string][] = [
  ['selct * from Power', 1, 1, "did you mean 'select'?"],
  ['select * form Power', 1, 10, "did you mean 'from'?"],
  ['select device, from Power', 1, 16, 'a name'],
  ['select from Power', 1, 8, 'a name'],
  ['select *', 1, 1, "'from'"],
  ['select * from', 1, 14, 'a name'],
  ['select * from Power wher watts > 1', 1, 26, "did you mean 'where' instead of 'wher'?"],
  ['select * from Power\nwere watts > 1', 2, 6, "did you mean 'where' instead of 'were'?"],
  ['select * from Power where', 1, 26, 'a name'],
  ['select * from Power where watts >', 1, 34, 'a number'],
  ['select * from Power where watts > > 3', 1, 35, 'a number'],
  ['select * from Power where (watts > 3', 1, 37, "')'"],
  ['select * from Power where watts > 3)', 1, 36, "';'"],
  ['select * from Power(watts > 3', 1, 30, "')'"],
  ['select * from Power#time(5 sek)', 1, 28, "did you mean 'sec'?"],
  ['select * from Power#tme(5)', 1, 21, "did you mean 'time'?"],
  ['select * from Power group device', 1, 27, "'by'"],
  ['select * from Power gruop by device', 1, 27, "did you mean 'group' instead of 'gruop'?"],
  ['select * from Power output evry 5 sec', 1, 28, "did you mean 'every'?"],
  ['select * from Power output every', 1, 33, 'a number'],
  ['select * from Power order device', 1, 27, "'by'"],
  ['select * from Power order by', 1, 29, 'a name'],
  ['select * from Power limit', 1, 26, 'a number'],
  ['select * from pattern [every a=Power -> ]', 1, 41, "'not'"],
  ['select * from pattern [evry a=Power -> b=Energy]', 1, 29, "did you mean 'every' instead of 'evry'?"],
  ['select * from pattern [a=Power ->> b=Energy]', 1, 34, 'a name'],
  ['select * from pattern [a=Power where timer:withn(5)]', 1, 32, "did you mean 'within'?"],
  ['select * from pattern [a=Power', 1, 31, "']'"],
  ['select * from Power as a join', 1, 30, 'a name'],
  ['select * from Power#keepall as a left outr join Energy#keepall as b', 1, 39, "did you mean 'outer'?"],
  ['select case when watts > 1 then 2 from Power', 1, 35, "'end'"],
  ['select case device when 1 2 end from Power', 1, 27, "'then'"],
  ['select cast(watts) from Power', 1, 18, "','"],
  ['select watts between 1 from Power', 1, 24, "'and'"],
  ['select device like from Power', 1, 20, 'a text in quotes'],
  ["select 'open from Power", 1, 8, "a closing '"],
  ['select § from Power', 1, 8, 'a word'],
  ['create windw W#keepall as Power', 1, 8, "did you mean 'window'?"],
  ['create contxt C partition by device from Power', 1, 8, "did you mean 'context'?"],
  ['create context C partion by device from Power', 1, 18, "did you mean 'partition'?"],
  ['create context C start end Power', 1, 24, "'@'"],
  ['create table T (a strng)', 1, 17, "did you mean 'string'?"],
  ['create table T (a string primry key)', 1, 26, "did you mean 'primary'?"],
  ['on Power delte from Energy', 1, 16, "did you mean 'delete' instead of 'delte'?"],
  ['on Power delete Energy', 1, 17, "'from'"],
  ['insert int X select * from Power', 1, 8, "did you mean 'into'?"],
  ['update Power set watts = 1', 1, 8, "'istream'"],
  ['select * from Power match_recognize (measres A.watts as a pattern (A))', 1, 38, "did you mean 'measures'?"],
  ['select * from Power match_recognize (measures A.watts as a pattern A)', 1, 68, "'('"],
  ['expression x {watts select * from Power', 1, 21, "'}'"],
  ['select * from Power;\n\nselec * from Power', 3, 1, "did you mean 'select'?"],
  // names
  ['select * from Powr', 1, 15, "there is no stream 'Powr'; did you mean 'Power'?"],
  ['select wats from Power', 1, 8, "'wats'; did you mean 'watts'?"],
  ['select p.wats from Power as p', 1, 10, "no property 'wats'; did you mean 'watts'?"],
  ['select summ(watts) from Power', 1, 8, "no function summ(); did you mean 'sum'?"],
  ['select uper(device) from Power', 1, 8, "did you mean 'upper'?"],
  ['create window Last#unique(device) as Power; on Power delete from Lst', 1, 54, "did you mean 'Last'?"],
  ['create context Daily start @now end after 1 day;\ncontext Dayly select * from Power', 2, 1, "did you mean 'Daily'?"],
  // units and types
  ['select * from Power as p, Energy as e where p.watts > e.total', 1, 53, 'W with W.h; power and energy are different'],
  ['select watts + celsius from Power#lastevent, Climate#lastevent', 1, 14, 'adds W with Cel'],
  ["select * from Power where watts > 'high'", 1, 33, 'compares a number with a text'],
  ['select sum(device) from Power', 1, 8, 'sum() needs a number, got a text'],
  ['select * from Power where watts', 1, 27, 'a condition needs true or false'],
] // biome-ignore format: a table

describe('a broken rule is refused with its place and what was expected', () => {
  test.each(broken)('%j', (text, line, column, words) => {
    const fault = faultOf(text)
    expect([fault.line, fault.column, fault.message]).toEqual([line, column, fault.message])
    expect(`${fault.message} ${fault.expected.join(' ')}`).toContain(words)
  })

  test('whoever shows it gets the words apart, none twice, and never an empty list where the grammar is broken', () => {
    for (const [text, , , words] of broken) {
      const { expected, message } = faultOf(text)
      if (/expected|no stream|no property|no function|did you mean/.test(message))
        expect(expected.length, text).toBeGreaterThan(0)
      expect(new Set(expected).size, words).toBe(expected.length)
    }
  })
})

test.each([
  ['selct', ['create', 'select', 'update'], 'select'],
  ['slot', ['slots', 'status'], 'slots'],
  ['Power', ['power'], 'power'],
  ['wtats', ['watts'], 'watts'],
  ['ab', ['abc'], undefined],
  ['bananas', ['every'], undefined],
])('the nearest word to %s', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected)
})
