import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { duration, grouped, Progress } from './progress.ts'

function shown(isTTY: boolean) {
  let text = ''
  let now = 0
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  const clock = { now: () => now, after: () => () => {} }
  const bar = new Progress({ out: Object.assign(out, { isTTY }), clock, label: 'load', unit: 'rows' })
  const at = (ms: number, done: number, count: number) => {
    now = ms
    bar.update(done, count)
  }
  return { bar, at, text: () => text }
}

test('without a terminal there is a line for each tenth, with rate and time left', () => {
  const { at, text } = shown(false)
  for (let i = 0; i <= 100; i++) at(1000 + i * 90, i / 100, i * 500)
  const lines = text().trimEnd().split('\n')
  expect(lines).toHaveLength(10)
  expect(lines[4]).toBe('load  50 %  25 000 rows, 4 545 rows/s, 6 s left')
  expect(lines[9]).toBe('load 100 %  50 000 rows, 5 000 rows/s')
})

test('on a terminal the bar is drawn over itself, not more often than an eye sees', () => {
  const { at, bar, text } = shown(true)
  for (let ms = 1000; ms < 2000; ms += 10) at(ms, ms / 2000, ms)
  bar.end()
  expect(text().split('\r')).toHaveLength(10)
  expect(text()).toContain('████████████░░░░░░░░░░░░')
  expect(text().endsWith('\n')).toBe(true)
})

test('what is done at once shows nothing', () => {
  const { at, bar, text } = shown(true)
  at(100, 0.5, 1)
  at(200, 1, 2)
  bar.end()
  expect(text()).toBe('')
})

test.each([
  [0, '0'],
  [999.6, '1 000'],
  [1234567, '1 234 567'],
])('%d reads %s', (value, text) => expect(grouped(value)).toBe(text))

test.each([
  [0.2, '1 s'],
  [61, '1 min 1 s'],
  [7800, '2 h 10 min'],
])('%d seconds read %s', (seconds, text) => expect(duration(seconds)).toBe(text))
