import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { engineOf } from '../../test/started.ts'
import type { Dated } from '../engine/feed.ts'
import { unlimited } from '../engine/limits.ts'
import { reachOf } from './reach.ts'
import { type Revised, Revising, type RevisingOptions } from './revising.ts'

const streams = { X: { id: 'int', k: 'string' }, Y: { id: 'int', k: 'string' } }

const rules = {
  filter: 'select id from X(id > 3)',
  'aggregates of a time window':
    'select irstream k, count(*) as n, max(id) as most from X#time(3 sec) group by k',
  having: 'select k, sum(id) as s from X#time(2 sec) group by k having sum(id) > 6',
  'a window of two kinds': 'select irstream id from X#time(3 sec)#unique(k)',
  join: 'select irstream x.id as a, y.id as b from X#time(3 sec) as x, Y#time(2 sec) as y where x.k = y.k',
  'sub-query': 'select id, (select count(*) from Y#time(2 sec) where k = x.k) as n from X as x',
  'a follows b in time':
    'select a.id as a, b.id as b from pattern [every a=X -> b=Y(k = a.k) where timer:within(2 sec)]',
  absence: 'select a.id as a from pattern [every a=X -> (timer:interval(1 sec) and not Y(k = a.k))]',
  'one feeds another':
    'insert into Z select k, id from X; select k, count(*) as n from Z#time(3 sec) group by k',
} as const

/** Rows that stand when all is said, in any order. */
function standing(rows: readonly Revised[]): string[] {
  const counts = new Map<string, number>()
  for (const { statement, time, row, removed, kind } of rows) {
    const name = JSON.stringify([statement, time, removed, row.toObject()])
    counts.set(name, (counts.get(name) ?? 0) + (kind === 'retracted' ? -1 : 1))
  }
  return [...counts].flatMap(([name, count]) => Array<string>(count).fill(name)).sort()
}

function play(epl: string, events: readonly Dated[], options: Partial<RevisingOptions>) {
  const rows: Revised[] = []
  const feed = new Revising({
    latenessMs: 0,
    reviseMs: 0,
    make: start => {
      const engine = engineOf(streams, { start })
      engine.deploy(epl, { limits: unlimited })
      return engine
    },
    onRow: row => rows.push(row),
    ...options,
  })
  const taken = events.filter(event => feed.send(event))
  feed.flush()
  feed.advance(feed.now + 30_000)
  return { feed, rows, taken }
}

const dated = fc.record({
  stream: fc.constantFrom('X', 'Y'),
  source: fc.constantFrom('a', 'b'),
  time: fc.integer({ min: 0, max: 24 }).map(n => n * 500),
  delay: fc.integer({ min: 0, max: 6000 }),
  k: fc.constantFrom('p', 'q'),
})

const arrivals = fc.array(dated, { maxLength: 30 }).map(made =>
  made
    .map(({ stream, source, time, delay, k }, id) => ({
      event: { source, time, type: stream, record: { id, k } } satisfies Dated,
      at: time + delay,
    }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ event }): Dated => event),
)

const inOrder = (events: readonly Dated[]) => events.toSorted((a, b) => a.time - b.time)

describe('late events revise what was said: in the end it is what they would have given in order', () => {
  test.each(Object.entries(rules))('%s', (_, epl) => {
    fc.assert(
      fc.property(arrivals, fc.constantFrom(0, 1000), (events, latenessMs) => {
        const late = play(epl, events, { latenessMs, reviseMs: 6000 })
        expect(late.taken).toEqual(events)
        expect(standing(late.rows)).toEqual(standing(play(epl, inOrder(events), {}).rows))
      }),
      { numRuns: 60 },
    )
  })
})

test('later than that they are counted, and what is left stands as in order', () => {
  const epl = rules['aggregates of a time window']
  fc.assert(
    fc.property(arrivals, events => {
      const { rows, taken, feed } = play(epl, events, { reviseMs: 1500 })
      const late = [...feed.late.values()].reduce((sum, count) => sum + count, 0)
      expect(taken.length + late).toBe(events.length)
      expect(standing(rows)).toEqual(standing(play(epl, inOrder(taken), {}).rows))
    }),
    { numRuns: 60 },
  )
})

const event = (time: number, id: number, identity?: string): Dated => ({
  source: 'a',
  type: 'X',
  time,
  record: { id, k: 'p' },
  identity,
})

const told = (rows: readonly Revised[]) => rows.map(({ kind, row }) => [kind, row.get('s')])

test('a row is taken back and said anew', () => {
  const { rows } = play(
    'select sum(id) as s from X#time(10 sec)',
    [event(1000, 1), event(3000, 2), event(2000, 5)],
    {
      reviseMs: 5000,
    },
  )
  expect(told(rows).slice(0, 5)).toEqual([
    ['told', 1],
    ['told', 3],
    ['retracted', 3],
    ['corrected', 6],
    ['corrected', 8],
  ])
})

test('what is sent again under its name takes the place of the one before', () => {
  const { rows } = play(
    'select id as s from X(id > 2)',
    [event(1000, 1, 'n'), event(3000, 3), event(1000, 7, 'n')],
    {
      reviseMs: 5000,
    },
  )
  expect(told(rows)).toEqual([
    ['told', 3],
    ['corrected', 7],
  ])
})

test('memory is bounded: what cannot be revised any more is let go, and too much is', () => {
  const epl = 'select sum(id) as s from X#time(2 sec)'
  const many = Array.from({ length: 500 }, (_, i) => event(i * 100, i))
  expect(play(epl, many, { reviseMs: 3000 }).feed.kept).toBeLessThan(100)
  const { feed, taken } = play(epl, [...many.slice(0, 60), event(2500, 1)], {
    reviseMs: 60_000,
    mostKept: 20,
  })
  expect(feed.kept).toBeLessThanOrEqual(20)
  expect(taken.length).toBe(60)
})

test('rules that look back without an end are not revised', () => {
  const { feed } = play('select sum(id) as s from X', [event(3000, 1), event(1000, 1)], { reviseMs: 60_000 })
  expect(feed.reachMs).toBeUndefined()
  expect(feed.late.get('a')).toBe(1)
})

test.each<[string, number | undefined]>([
  ['select * from X', 0],
  ['select k, count(*) from X#time(1 min)#unique(k) group by k', 60_000],
  ['select * from X#time(1 min) as x, Y#time(2 hours) as y', 7_200_000],
  ['insert into Z select * from X#time(10); select * from Z#time(5)', 15_000],
  [
    'select * from pattern [every a=X -> (timer:interval(10) and not Y) -> b=Y where timer:within(5)]',
    15_000,
  ],
  ['select (select max(id) from Y#time(3)) from X', 3000],
  ['select count(*) from X', undefined],
  ['select * from X#length(3)', undefined],
  ['select * from X#time(3)#length(2) retain-union', undefined],
  ['select * from X#time_batch(3)', undefined],
  ['select countever(*) from X#time(3)', undefined],
  ['select prior(1, id) from X#time(3)', undefined],
  ['select * from X#time(3) output every 2 sec', undefined],
  ['select * from pattern [every (a=X -> b=Y where timer:within(5))]', undefined],
  ['select * from pattern [every a=X -> b=Y]', undefined],
  ['create table T (a int)', undefined],
])('how far back it looks: %s', (epl, expected) => {
  expect(reachOf(epl)).toBe(expected)
})
