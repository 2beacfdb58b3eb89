import { expect, test } from 'vitest'
import { EventParser } from './parse.ts'

const events = (...pieces: string[]) => {
  const parser = new EventParser()
  return pieces.flatMap(piece => parser.push(piece))
}

test('an event has an id, a type and data', () => {
  expect(events('id: 7\nevent: readings\ndata: [1]\n\n')).toEqual([
    { id: '7', type: 'readings', data: '[1]' },
  ])
})

test('an event without a type is a message, and several data lines are one text', () => {
  expect(events('data: one\ndata: two\n\n')).toEqual([{ id: '', type: 'message', data: 'one\ntwo' }])
})

test('the last id stands for later events as well', () => {
  expect(events('id: 1\ndata: a\n\ndata: b\n\n').map(event => event.id)).toEqual(['1', '1'])
})

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('lines may end in %s', (_, end) => {
  expect(events(`event: slots${end}data: x${end}${end}data: y${end}${end}z`)).toEqual([
    { id: '', type: 'slots', data: 'x' },
    { id: '', type: 'message', data: 'y' },
  ])
})

test('it does not matter where the network cuts', () => {
  const text = '\uFEFFid: 1\r\nevent: readings\r\ndata: {"a":1}\r\n\r\n: beat\r\n\r\ndata: æ\r\n\r\n'
  const whole = events(text)
  expect(whole).toHaveLength(2)
  for (let cut = 1; cut < text.length; cut++)
    expect(events(text.slice(0, cut), text.slice(cut))).toEqual(whole)
  expect(events(...text)).toEqual(whole)
})

test('comments, unknown fields and events without data say nothing', () => {
  expect(events(': here\n\nnonsense\n\nevent: gap\n\nid: 3\n\n')).toEqual([])
})

test('an id with a NUL and a pause that is no number are passed over', () => {
  const parser = new EventParser()
  expect(parser.push('id: a\0b\nretry: soon\ndata: x\n\n')).toEqual([{ id: '', type: 'message', data: 'x' }])
  expect(parser.retryMs).toBeNull()
  parser.push('retry: 2500\n')
  expect(parser.retryMs).toBe(2500)
})
