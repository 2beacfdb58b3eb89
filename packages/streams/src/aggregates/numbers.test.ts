import fc from 'fast-check'
import { expect, test } from 'vitest'
import { started } from '../../test/started.ts'
import { SortedMultiset } from './multiset.ts'

test('sorted values keep their order, ranks and number, whatever enters and leaves', () => {
  const step = fc.record({ value: fc.integer({ min: 0, max: 900 }), leaves: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3000, size: 'max' }), steps => {
      const values = new SortedMultiset()
      let naive: number[] = []
      for (const { value, leaves } of steps) {
        if (leaves) {
          values.remove(value)
          const at = naive.indexOf(value)
          if (at >= 0) naive = naive.toSpliced(at, 1)
        } else {
          values.add(value)
          naive.push(value)
        }
      }
      naive.sort((a, b) => a - b)
      expect([...values]).toEqual(naive)
      expect(values.size).toBe(naive.length)
      expect(values.different).toBe(new Set(naive).size)
      expect(values.at(naive.length >> 1)).toBe(naive[naive.length >> 1])
      expect([values.first, values.last]).toEqual([naive[0], naive.at(-1)])
    }),
    { numRuns: 30 },
  )
})

const columns = { X: { v: 'double' } }

test('sums and deviations of a window do not drift', () => {
  const { engine, rule } = started('select sum(v) as s, stddev(v) as d from X#length(3)', columns)
  for (let i = 0; i < 50_000; i++) engine.send('X', { v: 1e9 * Math.sin(i) + 0.1 })
  for (const v of [0.1, 0.2, 0.3]) engine.send('X', { v })
  const [row] = rule.statements[0].rows()
  expect(row.get('s')).toBeCloseTo(0.6, 12)
  expect(row.get('d')).toBeCloseTo(0.1, 8)
})

test('a small spread around a large value is seen', () => {
  const { engine, rule } = started('select stddev(v) as d, avedev(v) as a from X#length(4)', columns)
  for (const v of [0, 1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4]) engine.send('X', { v })
  expect(rule.statements[0].rows()[0].get('d')).toBeCloseTo(Math.sqrt(5 / 3), 9)
})

test('a window that ran empty says null, not zero; a count says zero', () => {
  const { engine, rule } = started(
    'select sum(v) as s, avg(v) as a, count(*) as n from X#time(1 sec)',
    columns,
  )
  engine.send('X', { v: 0.1 })
  engine.advance(1000)
  expect(rule.statements[0].rows()[0].toObject()).toEqual({ s: null, a: null, n: 0 })
})
