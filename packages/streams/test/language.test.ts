import { describe, expect, test } from 'vitest'
import { type Columns, started } from './started.ts'

const streams: Record<string, Columns> = {
  X: { id: 'int', k: 'string', v: 'int', b: 'boolean', at: 'long' },
  Y: { id: 'int', k: 'string' },
}

type Event = [stream: string, record: Record<string, unknown>]
const x = (id: number, k = 'a', v = 0, more = {}): Event => ['X', { id, k, v, b: id % 2 === 1, ...more }]
const y = (id: number, k = 'a'): Event => ['Y', { id, k }]

/** All rows of the last statement; a number moves the clock. */
function rowsOf(epl: string, events: readonly (Event | number)[]): Record<string, unknown>[] {
  const { engine, take } = started(epl, streams)
  for (const event of events) {
    if (typeof event === 'number') engine.advance(event)
    else engine.send(...event)
  }
  return take()
}

/** The value of one expression over one event. */
const valueIn = (
  expression: string,
  event: Event = x(5, 'ab', 7, { at: Date.UTC(2024, 1, 29, 13, 45, 30, 123) }),
) => rowsOf(`select ${expression} as value from X#keepall as e`, [event])[0].value

describe('expressions', () => {
  test.each<[string, unknown]>([
    ['v & 3', 3],
    ['v | 8', 15],
    ['v ^ 2', 5],
    ['b & false', false],
    ['b | false', true],
    ['b ^ true', false],
    ['nosuch?', null],
    ['exists(nosuch?)', false],
    ['exists(e.v)', true],
    ['exists(at?)', true],
    ['instanceof(k, int, string)', true],
    ['instanceof(k, int)', false],
    ['typeof(nosuch?)', null],
    ["cast(k, 'string')", 'ab'],
    ["cast('20240229', long, dateformat: 'yyyyMMdd')", Date.UTC(2024, 1, 29)],
    ["cast('29.02.2024 13:45', date, dateformat: 'dd.MM.yyyy HH:mm')", Date.UTC(2024, 1, 29, 13, 45)],
    ["cast('never', date, dateformat: 'yyyy')", null],
    ['new {v, w = k || k}', { v: 7, w: 'abab' }],
    ['new {inner = new {v}}.inner.v', 7],
    ["case when v > 3 then new {s = 'high'} else new {s = 'low'} end.s", 'high'],
    ["k.split('b')", ['a', '']],
    ["k.compareTo('b')", -1],
    ["k.lastIndexOf('b')", 1],
    ["k.concat('c')", 'abc'],
    ['v.toString()', '7'],
    ['e.getV() + 1', 8],
  ])('%s is %j', (expression, expected) => {
    expect(valueIn(expression)).toEqual(expected)
  })

  test.each<[string, unknown]>([
    ["at.set('hour', 1).get('hour')", 1],
    ["at.get('week')", 9],
    ["at.withMin('month').get('month')", 0],
    ["at.withMax('day').get('day')", 29],
    ["at.roundCeiling('hour').format('HH:mm:ss.SSS')", '14:00:00.000'],
    ["at.roundFloor('month').format('yyyy-MM-dd')", '2024-02-01'],
    ["at.roundHalf('min').format('HH:mm')", '13:46'],
    ["at.withDate(2023, 0, 31).plus(1 month).format('dd.MM.yy')", '28.02.23'],
    ['at.format("d \'of\' M")', '29 of 2'],
    ['at.between(at, at, true, false)', false],
    ['at.getDayOfWeek()', 5],
  ])('the time %s is %j', (expression, expected) => {
    expect(valueIn(expression)).toEqual(expected)
  })

  test.each<[string, unknown]>([
    ['take(2)', [3, 1]],
    ['takeLast(2)', [1, 2]],
    ['takeWhile(x => x != 2)', [3, 1, 1]],
    ['takeWhileLast((x, i) => i < 2)', [1, 2]],
    ['where((x, i, n) => i = n - 1)', [2]],
    ['selectFrom((x, i) => x * i)', [0, 1, 2, 6]],
    ['orderByDesc(x => x)', [3, 2, 1, 1]],
    ['union({9})', [3, 1, 1, 2, 9]],
    ['intersect({1, 2})', [1, 1, 2]],
    ['except({1})', [3, 2]],
    ['sequenceEqual({3, 1, 1, 2})', true],
    ['aggregate(10, (sum, x) => sum + x)', 17],
    ['mostFrequent()', 1],
    ['leastFrequent()', 3],
    ['distinctOf().countOf()', 3],
    ['minBy(x => -x)', 3],
    ["toMap(x => 'n' || cast(x, string), x => x * 2).n3", 6],
    ['groupBy(x => cast(x, string))', { 3: [3], 1: [1, 1], 2: [2] }],
    ['get(1)', 1],
  ])('of the list {3, 1, 1, 2}, %s is %j', (call, expected) => {
    expect(valueIn(`{3, 1, 1, 2}.${call}`)).toEqual(expected)
  })
})

describe('statements', () => {
  test.each<[string, string, (Event | number)[], object[]]>([
    [
      'an aggregate inside another takes its value of that moment',
      'select max(sum(v)) as m from X',
      [x(1, 'a', 5), x(2, 'a', -3), x(3, 'a', 1)],
      [{ m: 5 }, { m: 5 }, { m: 5 }],
    ],
    [
      'all is what is without it',
      'select sum(all v) as s from X',
      [x(1, 'a', 5), x(2, 'a', 5)],
      [{ s: 5 }, { s: 10 }],
    ],
    [
      'grouping tells a key that is rolled up from one that is null',
      'select k, sum(v) as s, grouping(k) as g, grouping_id(k, id) as i from X group by rollup(k, id)',
      [x(1, 'a', 5)],
      [
        { k: 'a', s: 5, g: 0, i: 0 },
        { k: 'a', s: 5, g: 0, i: 1 },
        { k: null, s: 5, g: 1, i: 3 },
      ],
    ],
    [
      'keys in parentheses go together',
      'select k, count(*) as n from X group by grouping sets((k, id), ())',
      [x(1)],
      [
        { k: 'a', n: 1 },
        { k: null, n: 1 },
      ],
    ],
    [
      'an expression has parameters, and a name for one statement',
      'expression plus {(a, n) => a.v + n} expression twice {a => plus(a, 1) * 2} select twice(e) as t, plus(e, id) from X as e',
      [x(3, 'a', 4)],
      [{ t: 10, 'plus(e,id)': 7 }],
    ],
    [
      'an alias stands for an expression, aggregates too',
      'expression many alias for {count(*)} select many as n from X having many > 1',
      [x(1), x(2)],
      [{ n: 2 }],
    ],
    [
      'a sub-query joins',
      'select (select count(*) from X#keepall as p, Y#keepall as q where p.k = q.k and p.v > 1) as n from X',
      [y(1), y(2, 'b'), x(1, 'a', 2), x(2, 'b', 0), x(3, 'b', 3)],
      [{ n: 1 }, { n: 1 }, { n: 2 }],
    ],
    [
      'a list of all rows of a sub-query',
      'select (select k, count(*) as n from Y#keepall group by k).where(r => r.n > 1).selectFrom(r => r.k) as ks from X',
      [y(1), y(2), y(3, 'b'), x(1)],
      [{ ks: ['a'] }],
    ],
    [
      'a window by a condition looks again when a variable changes',
      'create variable boolean keep = true; on Y set keep = false; select rstream id from X#expr(keep)',
      [x(1), x(2), y(1), 1000],
      [{ id: 1 }, { id: 2 }],
    ],
    [
      'an output rate does too',
      'create variable boolean go = false; on Y set go = true; select id from X output when go then set go = false',
      [x(1), y(1), 1000, x(2)],
      [{ id: 1 }],
    ],
    [
      'a table without keys is its only row',
      'create table T (n count(*), s sum(int)); into table T select count(*) as n, sum(v) as s from X; select T as t from Y',
      [x(1, 'a', 4), y(1)],
      [{ t: { n: 1, s: 4 } }],
    ],
    [
      'a matched row can be told of when a trigger merges',
      'create window W#keepall as X; insert into W select * from X; on Y as t merge W as w where w.k = t.k when matched then insert into Z select w.v as v, t.id as t then delete; select * from Z',
      [x(1, 'a', 4), y(9), y(9)],
      [{ v: 4, t: 9 }],
    ],
    [
      'a line through points',
      'select slope, YIntercept, dataPoints, XAverage from X#linest(id, v)',
      [x(1, 'a', 3), x(2, 'a', 5)],
      [
        { slope: Number.NaN, YIntercept: Number.NaN, dataPoints: 1, XAverage: 1 },
        { slope: 2, YIntercept: 1, dataPoints: 2, XAverage: 1.5 },
      ],
    ],
    [
      'sorted goes down where it is told to',
      'select sorted(v desc, id).selectFrom(e => e.id) as ids, minby(v desc).id as most from X#length(3)',
      [x(1, 'a', 5), x(2, 'a', 7), x(3, 'a', 7)],
      [
        { ids: [1], most: 1 },
        { ids: [2, 1], most: 2 },
        { ids: [2, 3, 1], most: 2 },
      ],
    ],
    [
      'what is in a table is told at an interval from the beginning',
      'create table T (k string primary key, s sum(int)); into table T select sum(v) as s from X group by k; select k, s from T output snapshot every 1 sec',
      [x(1, 'a', 4), 1000, x(2, 'a', 1), 2000],
      [
        { k: 'a', s: 4 },
        { k: 'a', s: 5 },
      ],
    ],
    [
      'an event of a type that is parted by key ends the partition of its key',
      'create context C partition by k from X, k from Y as e terminated by Y; context C select k, count(*) as n from X output last when terminated',
      [x(1, 'a'), x(2, 'b'), x(3, 'b'), y(4, 'b'), y(5, 'a')],
      [
        { k: 'b', n: 2 },
        { k: 'a', n: 1 },
      ],
    ],
    [
      'an end can name the event that a partition began with',
      'create context C partition by k from X as b terminated by Y(id = b.v) as e; context C select context.b.id as b, context.e.id as e, count(*) as n from X output last when terminated',
      [x(1, 'a', 7), x(2, 'b', 8), y(8), y(7)],
      [
        { b: 2, e: 8, n: 1 },
        { b: 1, e: 7, n: 1 },
      ],
    ],
    [
      'an update of a stream asks a sub-query',
      'update istream X as e set v = (select max(id) from Y#keepall), k = e.k || k where v = 0; select k, v from X',
      [y(7), x(1, 'a', 0), x(2, 'b', 3)],
      [
        { k: 'aa', v: 7 },
        { k: 'b', v: 3 },
      ],
    ],
    [
      'how a listener is called changes nothing',
      'select id from X for grouped_delivery (k)',
      [x(1)],
      [{ id: 1 }],
    ],
    [
      'the innermost partitions of nested contexts count for themselves',
      'create context C context A partition by k from X, context B group by v < 0 as low, group by v >= 0 as high from X; context C select context.id as i, context.B.label as l from X',
      [x(1, 'a', 1), x(2, 'b', -1)],
      [
        { i: 1, l: 'high' },
        { i: 2, l: 'low' },
      ],
    ],
  ])('%s', (_, epl, events, expected) => {
    expect(rowsOf(epl, events)).toEqual(expected)
  })
})

describe('events within events', () => {
  const schema =
    'create schema Item (name string, price double); create schema Bill (bill string, items Item[]);'
  const bills = [
    { bill: 'p', items: [{ name: 'a', price: 2 }, { name: 'b', price: 5 }] },
    { bill: 'q', items: null },
    { bill: 'r', items: [{ name: 'c', price: 7 }] },
  ] // biome-ignore format: a table
  test.each<[string, object[]]>([
    ['select name from Bill[items]', [{ name: 'a' }, { name: 'b' }, { name: 'c' }]],
    ['select name from Bill[items where price > 3]', [{ name: 'b' }, { name: 'c' }]],
    ["select bill, n from Bill(bill != 'r')[select bill, i.name as n from items as i]", [
      { bill: 'p', n: 'a' },
      { bill: 'p', n: 'b' },
    ]],
    ['select sum(price) as s from Bill[items]#length(2)', [{ s: 7 }, { s: 12 }]],
    ['select items[0].name as first, items.sumOf(i => i.price) as s from Bill', [
      { first: 'a', s: 7 },
      { first: null, s: null },
      { first: 'c', s: 7 },
    ]],
  ])('%s', (select, expected) => {
    const { engine, take } = started(`${schema} ${select}`, streams)
    for (const bill of bills) engine.send('Bill', bill)
    expect(take()).toEqual(expected)
  }) // biome-ignore format: a table

  test('a property that holds none is refused', () => {
    expect(() => started('select * from X[k]', streams)).toThrow('in [ ] stands a property that holds events')
  })
})

test('a sub-query in a context is refused', () => {
  const epl = 'create context C start X(id in (select id from Y#keepall)) end Y'
  expect(() => started(epl, streams)).toThrow('a sub-query in a context is not part of')
})
