import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { started } from '../../test/started.ts'

const streams = { X: { id: 'int', k: 'string', v: 'double', ts: 'long' } }
const step = fc.record({
  wait: fc.constantFrom(0, 0, 1, 500, 1000, 1500, 4000),
  k: fc.constantFrom('a', 'b', 'c'),
  v: fc.option(fc.integer({ min: -5, max: 5 }), { nil: null }),
})

interface Row {
  id: number
  k: string
  v: number | null
  /** When it came, s; also its own timestamp, ms. */
  ts: number
}

/** What a window should hold after all rows, from the whole history. */
const windows: Record<string, (rows: readonly Row[], now: number) => readonly Row[]> = {
  '#keepall': rows => rows,
  '#length(3)': rows => rows.slice(-3),
  '#lastevent': rows => rows.slice(-1),
  '#firstlength(2)': rows => rows.slice(0, 2),
  '#time(3 sec)': (rows, now) => rows.filter(row => row.ts + 3000 > now),
  '#ext_timed(ts, 3 sec)': rows => rows.filter(row => row.ts > rows.at(-1)!.ts - 3000),
  '#firsttime(3 sec)': rows => rows.filter(row => row.ts < 3000),
  '#unique(k)': rows => rows.filter((row, i) => !rows.slice(i + 1).some(later => later.k === row.k)),
  '#firstunique(k)': rows => rows.filter((row, i) => !rows.slice(0, i).some(before => before.k === row.k)),
  '#groupwin(k)#length(2)': rows =>
    rows.filter((row, i) => rows.slice(i + 1).filter(later => later.k === row.k).length < 2),
  '#sort(2, ts desc)': rows => rows.slice(-2),
}

const play = (epl: string, steps: readonly { wait: number; k: string; v: number | null }[]) => {
  const one = started(epl, streams)
  const rows: Row[] = []
  let now = 0
  for (const [id, { wait, k, v }] of steps.entries()) {
    now += wait
    one.engine.advance(now)
    const row = { id, k, v, ts: now }
    rows.push(row)
    one.engine.send('X', row)
  }
  return { ...one, rows, now }
}

const ids = (rows: readonly { id: unknown }[]) => rows.map(({ id }) => id as number).sort((a, b) => a - b)

describe('a window holds what the whole history says', () => {
  test.each(Object.entries(windows))('%s', (window, held) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), steps => {
        const { rule, rows, now, take, takeRemoved } = play(`select irstream * from X${window}`, steps)
        const present = rule.statements[0].rows().map(row => ({ id: row.get('id') }))
        expect(ids(present)).toEqual(ids(held(rows, now)))
        // What entered and did not leave is what is there.
        const left = new Set(takeRemoved().map(row => row.id))
        expect(ids(take().filter(row => !left.has(row.id)) as { id: unknown }[])).toEqual(ids(present))
      }),
      { numRuns: 60 },
    )
  })
})

const known = (rows: readonly Row[]) => rows.flatMap(({ v }) => (v === null ? [] : [v]))
const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0)
const mean = (values: readonly number[]) => sum(values) / values.length
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b)
const rank = (values: readonly number[], share: number) => {
  const at = share * (values.length - 1)
  const [low, high] = [Math.floor(at), Math.ceil(at)]
  const all = sorted(values)
  return all[low] + (all[high] - all[low]) * (at - low)
}
const some = (values: readonly number[], least: number, of: (values: readonly number[]) => number) =>
  values.length < least ? null : of(values)

/** Aggregates, computed from all rows at once. */
const aggregates: Record<string, (rows: readonly Row[]) => number | string | null> = {
  'count(*)': rows => rows.length,
  'count(v)': rows => known(rows).length,
  'count(distinct v)': rows => new Set(known(rows)).size,
  'count(*, v > 0)': rows => known(rows).filter(v => v > 0).length,
  'sum(v)': rows => some(known(rows), 1, sum),
  'sum(distinct v)': rows => some([...new Set(known(rows))], 1, sum),
  'sum(v, v > 1)': rows =>
    some(
      known(rows).filter(v => v > 1),
      1,
      sum,
    ),
  'avg(v)': rows => some(known(rows), 1, mean),
  'min(v)': rows => some(known(rows), 1, values => Math.min(...values)),
  'max(v)': rows => some(known(rows), 1, values => Math.max(...values)),
  'median(v)': rows => some(known(rows), 1, values => rank(values, 0.5)),
  'percentile(v, 90)': rows => some(known(rows), 1, values => rank(values, 0.9)),
  'stddev(v)': rows =>
    some(known(rows), 2, values =>
      Math.sqrt(sum(values.map(v => (v - mean(values)) ** 2)) / (values.length - 1)),
    ),
  'avedev(v)': rows => some(known(rows), 1, values => mean(values.map(v => Math.abs(v - mean(values))))),
  'first(k)': rows => rows[0]?.k ?? null,
  'last(k)': rows => rows.at(-1)?.k ?? null,
  'last(v, 1)': rows => rows.at(-2)?.v ?? null,
}

test('of two windows each drops what it would; what one drops leaves the other too', () => {
  const at = { wait: 0, v: null }
  const present = (keys: string) =>
    play(
      'select * from X#length(2)#unique(k)',
      [...keys].map(k => ({ ...at, k })),
    )
      .rule.statements[0].rows()
      .map(row => row.get('id'))
  expect(present('ab')).toEqual([0, 1])
  expect(present('abc')).toEqual([1, 2])
  expect(present('acc')).toEqual([2])
  expect(present('aab')).toEqual([1, 2])
})

describe('an aggregate over a window is what its rows say, whatever came and left', () => {
  test.each(Object.entries(aggregates))('%s', (aggregate, expected) => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.constantFrom('#length(4)', '#time(3 sec)', '#keepall', ''),
        (steps, window) => {
          const { rule, rows, now } = play(`select ${aggregate} as x from X${window}`, steps)
          const held = windows[window || '#keepall'] ?? (all => all.slice(-4))
          const got = rule.statements[0].rows()[0].get('x')
          const wanted = expected(held(rows, now))
          if (typeof wanted === 'number') expect(got).toBeCloseTo(wanted, 9)
          else expect(got).toBe(wanted)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('by group: groups that hold nothing are gone', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), steps => {
        const { rule, rows, now } = play('select k, sum(v) as x from X#time(3 sec) group by k', steps)
        const held = windows['#time(3 sec)'](rows, now)
        const got = Object.fromEntries(rule.statements[0].rows().map(row => [row.get('k'), row.get('x')]))
        const wanted = Object.fromEntries(
          [...new Set(held.map(({ k }) => k))].map(k => [
            k,
            aggregates['sum(v)'](held.filter(row => row.k === k)),
          ]),
        )
        expect(got).toEqual(wanted)
      }),
    )
  })
})
