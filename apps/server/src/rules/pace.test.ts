import { afterEach, expect, test, vi } from 'vitest'
import { Pace } from './pace.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** A pace in a time that only `work` moves. @returns how often the loop was due in so many pieces of work */
function paced() {
  let now = 0
  let asked = 0
  vi.spyOn(performance, 'now').mockImplementation(() => {
    asked++
    return now
  })
  const pace = new Pace(new AbortController().signal)
  return {
    pace,
    asked: () => asked,
    work(ms: number): boolean {
      now += ms
      return pace.isDue()
    },
  }
}

test('the event loop is given back after each piece that takes long by itself', () => {
  const { work } = paced()
  expect([work(1000), work(1000)]).toEqual([true, true])
})

test('a piece that takes long after many short ones is found before another one is begun in vain', () => {
  const { pace, work } = paced()
  for (let n = 0; n < 1000; n++) if (work(0.001)) pace.begin()
  let slow = 0
  while (!work(50)) slow++
  expect(slow).toBeLessThan(64)
  pace.begin()
  expect(work(50)).toBe(true)
  expect(pace.workedMs).toBe(50)
})

test('the time is asked seldom where pieces are short', () => {
  const { work, asked } = paced()
  for (let n = 0; n < 6400; n++) expect(work(0.001)).toBe(false)
  expect(asked()).toBeLessThan(130)
})

test('what was worked is added up over turns', async () => {
  const { pace, work } = paced()
  work(20)
  await pace.turn()
  work(30)
  pace.end()
  expect(pace.busyMs).toBe(50)
})
