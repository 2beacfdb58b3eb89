import { expect, test } from 'vitest'
import { extentsOf, Partition } from './partition.ts'
import { planTargets } from './targets.ts'

const hour = 3_600_000
const now = Date.UTC(2026, 5, 15)
const at = (month: number, date: number, hours = 0) => Date.UTC(2026, month, date, hours)

function partition(id: number, start: number, stop: number, rows: number): Partition {
  return new Partition(
    id,
    start,
    stop,
    extentsOf([{ series: 1, rows, first: start, last: stop - 1, tail: 0, cellMs: 0 }]),
  )
}

const ranges = (targets: ReturnType<typeof planTargets>) => targets.map(({ start, stop }) => [start, stop])

test('a day of a young month is a partition, an old month is one', () => {
  const hours = new Map([
    [at(5, 14, 3), 10],
    [at(5, 14, 22), 10],
    [at(5, 2), 10],
    [at(2, 3), 10],
    [at(2, 30), 10],
  ])
  const targets = planTargets(hours, [], now, false)
  expect(ranges(targets)).toEqual([
    [at(2, 1), at(3, 1)],
    [at(5, 2), at(5, 3)],
    [at(5, 14), at(5, 15)],
  ])
  expect(targets.map(({ rows }) => rows)).toEqual([20, 10, 20])
})

test('last month stays in days while late values are still likely', () => {
  const early = Date.UTC(2026, 5, 8)
  expect(ranges(planTargets(new Map([[at(4, 31), 1]]), [], early, false))).toEqual([[at(4, 31), at(5, 1)]])
})

test('the days of a month that has become old are put together, new values or not', () => {
  const days = [partition(1, at(3, 1), at(3, 2), 10), partition(2, at(3, 2), at(3, 3), 10)]
  const [target] = planTargets(new Map(), days, now, true)
  expect([target.start, target.stop, target.sources]).toEqual([at(3, 1), at(4, 1), days])
  expect(planTargets(new Map(), [partition(3, at(3, 1), at(4, 1), 20)], now, true)).toEqual([])
})

test('a huge day becomes several partitions, and no partition is ever cut', () => {
  const hours = new Map(Array.from({ length: 24 }, (_, i) => [at(5, 14, i), 3e6] as const))
  const targets = planTargets(hours, [], now, false)
  expect(targets.map(({ start, stop }) => stop - start)).toEqual(Array(24).fill(hour))
  const existing = partition(1, at(5, 14, 3), at(5, 14, 4), 5)
  const [only] = planTargets(new Map([[at(5, 14, 9), 1]]), [existing], now, false)
  expect([only.start, only.stop]).toEqual([at(5, 14, 6), at(5, 14, 12)])
})

test('a few late values do not rewrite a large partition, unless they have waited long enough', () => {
  const large = partition(1, at(2, 1), at(3, 1), 5e6)
  const late = new Map([[at(2, 9), 100]])
  expect(planTargets(late, [large], now, true)).toEqual([])
  expect(planTargets(late, [large], now, false)).toHaveLength(1)
  expect(planTargets(new Map([[at(2, 9), 50_000]]), [large], now, true)).toHaveLength(1)
})

test('times before 1970 have their months too', () => {
  const old = Date.UTC(1969, 11, 31, 23)
  expect(ranges(planTargets(new Map([[old, 1]]), [], now, false))).toEqual([[Date.UTC(1969, 11, 1), 0]])
})
