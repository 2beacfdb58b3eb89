import { expect, test } from 'vitest'
import { guessDelimiter, isOpen, splitRow } from './csv.ts'

test.each([
  ['1,2,3', ',', ['1', '2', '3']],
  ['', ',', ['']],
  [',', ',', ['', '']],
  ['"a,b",c', ',', ['a,b', 'c']],
  ['"a ""quoted"" word";2', ';', ['a "quoted" word', '2']],
  ['"";x', ';', ['', 'x']],
  ['a,"b"', ',', ['a', 'b']],
  ['a,"b",', ',', ['a', 'b', '']],
  ['"two\nlines",1', ',', ['two\nlines', '1']],
  ['5" disc,1', ',', ['5" disc', '1']],
  ['15/05/2013 07:43:57;14;12', ';', ['15/05/2013 07:43:57', '14', '12']],
])('%j split at %j', (row, delimiter, cells) => {
  expect(splitRow(row, delimiter)).toEqual(cells)
})

test.each([
  ['"a', true],
  ['"a"', false],
  ['"a""b', true],
  ['a', false],
])('%j goes on in the next line: %j', (row, open) => {
  expect(isOpen(row)).toBe(open)
})

test.each([
  ['time,power', ','],
  ['time;power;energy,total', ';'],
  ['time\tpower', '\t'],
])('%j is delimited by %j', (header, delimiter) => {
  expect(guessDelimiter(header)).toBe(delimiter)
})
