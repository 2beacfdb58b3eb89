import { expect, test } from 'vitest'
import { rowsOf } from './tableRows.ts'

const lines = [
  { times: [1, 2, 3, 4], values: [10, 20, null, 40] },
  { times: [2, 4, 9], values: [5, 6, 7] },
]

test('lines share the row of a time; gaps and what is out of sight have none', () => {
  expect(rowsOf(lines, { from: 2, to: 9 }, 10)).toEqual({
    all: 2,
    rows: [
      { time: 4, values: [40, 6] },
      { time: 2, values: [20, 5] },
    ],
  })
})

test('the newest are shown, and how many there are is told', () => {
  const { rows, all } = rowsOf(lines, { from: 0, to: 10 }, 1)
  expect(rows).toEqual([{ time: 9, values: [null, 7] }])
  expect(all).toBe(4)
})
