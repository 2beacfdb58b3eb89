import { expect, test } from 'vitest'
import { boxesOf } from './spans.ts'

const tenth = (time: number) => time / 10

test('spans stand at their times, and a moment is wide enough to be seen', () => {
  const spans = [
    { from: 100, to: 300 },
    { from: 500, to: 500 },
  ]
  expect(boxesOf(spans, tenth, [0, 100])).toEqual([
    { left: 10, width: 20 },
    { left: 50, width: 2 },
  ])
})

test('what lies out of sight is left out, and what reaches there is cut', () => {
  const spans = [
    { from: -100, to: 50 },
    { from: 2000, to: 3000 },
    { from: 900, to: 5000 },
  ]
  expect(boxesOf(spans, tenth, [0, 100])).toEqual([
    { left: 0, width: 5 },
    { left: 90, width: 10 },
  ])
})

test('spans that would be drawn onto each other are one box', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => ({ from: at, to: at }))
  expect(boxesOf(many, tenth, [0, 1000])).toHaveLength(1)
})
