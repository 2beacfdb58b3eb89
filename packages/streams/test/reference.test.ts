import { describe, expect, test } from 'vitest'
import { engineOf, started } from './started.ts'

/** What the reference of the language describes, in examples of our own. */

type Step = number | readonly [stream: string, record: Record<string, unknown>]

/** Rows of the last statement of a rule; a number moves the clock, ms. */
function rowsOf(epl: string, steps: readonly Step[]): Record<string, unknown>[] {
  const { engine, take } = started(epl, {})
  for (const step of steps) {
    if (typeof step === 'number') engine.advance(step)
    else engine.send(...step)
  }
  return take()
}

const plug = 'create schema Plug(id string, w double, n int, tags string[], extra map, any object);'
const p = (record: Record<string, unknown>): Step => ['Plug', record]

/** The value of an expression over one plug. */
const valueIn = (expression: string, record: Record<string, unknown> = { id: 'tv', w: 7.5, n: 4 }): unknown =>
  rowsOf(`${plug} select ${expression} as value from Plug as p`, [p(record)])[0].value

describe('values', () => {
  test.each<[string, unknown]>([
    ['Math.PI', Math.PI],
    ['java.lang.Math.max(n, 9)', 9],
    ['Math.round(Math.hypot(3, 4))', 5],
    ['Math.toDegrees(Math.PI)', 180],
    ["Integer.parseInt('42') + 1", 43],
    ["Double.parseDouble('2.5')", 2.5],
    ["Integer.parseInt('many')", null],
    ['Integer.MAX_VALUE', 2147483647],
    ['String.valueOf(n)', '4'],
    ["Boolean.parseBoolean('TRUE')", true],
    ['p.w.intValue()', 7],
    ["id.matches('t.')", true],
    ["id.matches('t')", false],
    ["id.replaceAll('[tv]', 'x')", 'xx'],
    ["id.replaceFirst('[tv]', 'x')", 'xv'],
    ["{'a', 'bc'}.contains('b')", false],
    ["{'a', 'bc'}.contains('bc')", true],
    ['{1}.isEmpty()', false],
    ['event_identity_equals(p, p)', true],
  ])('%s is %j', (expression, expected) => {
    expect(valueIn(expression)).toEqual(expected)
  })

  test.each<[string, unknown]>([
    ["extra('room')", 'hall'],
    ["p.extra('room')", 'hall'],
    ['extra.room', 'hall'],
    ["extra('none')", null],
    ['tags(1)', 'b'],
    ["nosuch('x')?", null],
    ["any.deep('x')?", 5],
    ['p.tags(5)', null],
  ])('a property under a key: %s is %j', (expression, expected) => {
    const extra = { room: 'hall' }
    expect(valueIn(expression, { tags: ['a', 'b'], extra, any: { deep: { x: 5 } } })).toEqual(expected)
  })

  test('a function that would give another value each time is refused', () => {
    expect(() => valueIn('Math.random()')).toThrow(/random\(\) is not part/)
  })

  test('part of a time that is left out stays', () => {
    const at = Date.UTC(2025, 4, 6, 7, 8, 9, 10)
    const value = (expression: string) =>
      rowsOf(`create schema T(at date); select ${expression} as value from T`, [['T', { at }]])[0].value
    expect(value('at.withTime(1, null, null, 0)')).toBe(Date.UTC(2025, 4, 6, 1, 8, 9))
    expect(value('at.withDate(null, 0, null)')).toBe(Date.UTC(2025, 0, 6, 7, 8, 9, 10))
  })
})

describe('words', () => {
  test.each([
    "@org.ohmstead.Owner(name = 'ann', tags = {'a', 'b'}, from1 = @Mail('x'), all = {@One, @Two(2)}) select id from Plug",
    'select (select * from Plug#keepall) @eventbean as all from Plug',
    'create schema Deep(cells double[][], order int); select cells, `order` from Deep',
    'create variable int times = 2; select * from pattern [[times] Plug]',
    'select * from pattern [[n] Plug] as x, Plug#lastevent as y'.replace('[n]', '[1 + 1]'),
  ])('%s', epl => {
    expect(engineOf({}).deploy(plug + epl).statements.length).toBeGreaterThan(0)
  })

  test('a time of day may have a zone of its own', () => {
    const firings = (zone: string) =>
      rowsOf(`select current_timestamp as at from pattern [every timer:at(30, 6, *, *, *, 0, '${zone}')]`, [
        ...Array.from({ length: 48 }, (_, i) => Date.UTC(1970, 0, 1, 0, 30 * (i + 1))),
      ]).map(({ at }) => new Date(at as number).toISOString().slice(11, 16))
    expect(firings('Europe/Berlin')).toEqual(['05:30'])
    expect(firings('GMT-4:00')).toEqual(['10:30'])
    expect(firings('PST')).toEqual(['14:30'])
    expect(() => firings('Atlantis')).toThrow(/no time zone 'Atlantis'/)
  })
})

describe('lists and windows', () => {
  const house = `create schema Room(name string, c double); create schema House(id string, rooms Room[]);`

  test('in a lambda a property may stand without the parameter', () => {
    const engine = engineOf({})
    engine.deploy(house)
    const rule = engine.deploy(`
      insert into Packed select 'x' as id, window(*) as rooms from Room#length(2);
      select rooms.where(r => c > 20).selectFrom(r => new {name, f = c * 2}) as hot from Packed`)
    const seen: unknown[] = []
    rule.statements.at(-1)!.listeners.add(({ insert }) => seen.push(...insert.map(row => row.toObject().hot)))
    engine.send('Room', { name: 'bath', c: 24 })
    engine.send('Room', { name: 'hall', c: 15 })
    expect(seen.at(-1)).toEqual([{ name: 'bath', f: 48 }])
  })

  test('a method over the rows of a window or table, and the keys of a table', () => {
    const rows = rowsOf(
      `${plug}
       create window Loud#keepall as Plug; insert into Loud select * from Plug(w > 5);
       create table Sums(id string primary key, total sum(double));
       into table Sums select sum(w) as total from Plug group by id;
       create schema Ask(least double);
       select Loud.where(l => l.w > least).countOf() as loud,
         Loud(id = 'tv').selectFrom(l => l.w) as tv,
         Sums.keys() as ids, Sums.maxBy(s => s.total).id as most from Ask`,
      [p({ id: 'tv', w: 6 }), p({ id: 'pc', w: 60 }), p({ id: 'tv', w: 3 }), ['Ask', { least: 10 }]],
    )
    expect(rows).toEqual([{ loud: 1, tv: [6], ids: ['tv', 'pc'], most: 'pc' }])
  })

  test('a sub-query of whole events, one and many', () => {
    const rows = rowsOf(
      `${plug} create schema Ask(id string, w double);
       select (select * from Plug#lastevent).w as w, (select * from Plug#keepall where id = a.id).selectFrom(q => q.w) as ws,
         (select * from Plug#lastevent) as whole from Ask as a`,
      [p({ id: 'tv', w: 6 }), p({ id: 'pc', w: 60 }), ['Ask', { id: 'tv', w: 1 }]],
    )
    expect(rows).toMatchObject([{ w: 60, ws: [6], whole: { id: 'pc', w: 60 } }])
  })

  test('a table keeps events in the order that its column names', () => {
    const [row] = rowsOf(
      `${plug}
       create table Best(all window(*) @type(Plug), ranked sorted(w desc) @type(Plug), top maxbyever(w) @type(Plug));
       into table Best select window(*) as all, sorted() as ranked, maxbyever() as top from Plug#length(2);
       create schema Ask(x int);
       select Best.all.first().w as first, Best.all.last(*).w as last, Best.all.countEvents() as n,
         Best.ranked.minBy().w as most, Best.ranked.maxBy().w as least, Best.ranked.listReference().selectFrom(b => b.w) as ws,
         Best.top.w as ever from Ask`,
      [p({ w: 9 }), p({ w: 2 }), p({ w: 5 }), ['Ask', {}]],
    )
    expect(row).toEqual({ first: 2, last: 5, n: 2, most: 5, least: 2, ws: [5, 2], ever: 9 })
  })

  test('sorted() needs to know by what', () => {
    expect(() => rowsOf(`${plug} select sorted() as s from Plug#keepall`, [])).toThrow(
      /needs what it sorts by/,
    )
    expect(() => rowsOf('create table T(a somme(int))', [])).toThrow(/'somme' is no aggregate/)
  })
})

describe('what is set', () => {
  test('one place of a list, in a variable, a window and a stream', () => {
    const rows = rowsOf(
      `${plug}
       create variable double[] limits = {1, 2, 3};
       on Plug as p set limits[p.n] = p.w, limits[9] = 0;
       create window Kept#keepall (id string, tags string[]);
       insert into Kept select id, tags from Plug;
       on Plug(n = 2) update Kept set tags[1] = 'second';
       update istream Plug set tags[0] = 'first';
       create schema Ask(x int);
       select limits, (select tags from Kept) as tags from Ask`,
      [p({ id: 'a', n: 1, w: 7, tags: ['x', 'y'] }), ['Ask', {}]],
    )
    expect(rows).toEqual([{ limits: [1, 7, 3], tags: ['first', 'y'] }])
  })
})

describe('events within events', () => {
  const schemas = `create schema Item(no int, price double); create schema Bill(id string, items Item[]);
    
    insert into Bill select 'b' as id, window(*) as items from Item#length_batch(3);`
  const items: Step[] = [1, 2, 3].map(no => ['Item', { no, price: no * 10 }])

  test('a pattern looks at them one after the other', () => {
    const matches = (pattern: string) =>
      rowsOf(`${schemas} select i.no as no from pattern [${pattern}]`, items)
    expect(matches('every i=Bill[items]')).toEqual([{ no: 1 }, { no: 2 }, { no: 3 }])
    expect(matches('i=Bill[items where price > 15]')).toEqual([{ no: 2 }])
    expect(() => matches('i=Bill[select no from items]')).toThrow(/select in \[ \] within a pattern/)
  })

  test('what splits a stream may take them out first', () => {
    const engine = engineOf({})
    engine.deploy(`${schemas}
      on Bill insert into Head select id insert into Part select * from [select id, no, price from items] where price > 15
      output all`)
    const told: unknown[] = []
    for (const stream of ['Head', 'Part'])
      engine
        .deploy(`select * from ${stream}`)
        .statements[0].listeners.add(({ insert }) => told.push(...insert.map(row => ({ ...row.toObject() }))))
    for (const step of items) if (typeof step !== 'number') engine.send(...step)
    expect(told).toEqual([{ id: 'b' }, { id: 'b', no: 2, price: 20 }, { id: 'b', no: 3, price: 30 }])
  })
})

describe('types', () => {
  const schemas = `create schema Device(id string, at long) starttimestamp at;
    create schema Lamp(lumen int) inherits Device; create schema Spot(angle int) inherits Lamp;
    create schema Copy(x int) copyfrom Device;`
  const steps: Step[] = [
    ['Device', { id: 'd' }],
    ['Lamp', { id: 'l', lumen: 5 }],
    ['Spot', { id: 's', lumen: 6, angle: 30 }],
    ['Copy', { id: 'c' }],
  ]

  test.each<[string, object[]]>([
    ['select id, typeof(d) as t from Device as d', [{ id: 'd', t: 'Device' }, { id: 'l', t: 'Lamp' }, { id: 's', t: 'Spot' }]],
    ['select id from Lamp(lumen > 5)', [{ id: 's' }]],
    ["select id from Device(id = 's')", [{ id: 's' }]],
    ['select a.id as a, b.id as b from pattern [every a=Lamp -> b=Device]', [{ a: 'l', b: 's' }]],
    ['create context C initiated by Device as e; context C select context.e.id as e, id from Device', [
      { e: 'd', id: 'd' }, { e: 'd', id: 'l' }, { e: 'l', id: 'l' }, { e: 'd', id: 's' }, { e: 'l', id: 's' }, { e: 's', id: 's' },
    ]],
    ['create window W#keepall as Device; insert into W select * from Device; select id from W', [{ id: 'd' }, { id: 'l' }, { id: 's' }]],
  ])('a stream is also what inherits it: %s', (epl, rows) => {
    expect(rowsOf(schemas + epl, steps)).toEqual(rows)
  }) // biome-ignore format: a table

  test('one type is inherited, no more', () => {
    expect(() => rowsOf(`${schemas} create schema Two() inherits Lamp, Copy`, [])).toThrow(
      /inherits one other/,
    )
  })

  test("a text of a time as 'iso' may have an offset, else it is in the site's zone", () => {
    const value = (text: string) => {
      const epl = `${plug} select cast(id, date, dateformat: 'iso') as at from Plug`
      const { engine, take } = started(epl, {}, { zone: 'Europe/Berlin' })
      engine.send('Plug', { id: text })
      return take()[0].at
    }
    expect(value('2025-07-01T10:00:00Z')).toBe(Date.UTC(2025, 6, 1, 10))
    expect(value('2025-07-01T10:00:00.5+01:00')).toBe(Date.UTC(2025, 6, 1, 9, 0, 0, 500))
    expect(value('2025-07-01T10:00:00')).toBe(Date.UTC(2025, 6, 1, 8))
    expect(value('2025-07-01')).toBe(Date.UTC(2025, 5, 30, 22))
    expect(value('soon')).toBeNull()
  })
})

describe('contexts and tables', () => {
  test('an end that a clock brings is known before', () => {
    const ends = (end: string) =>
      rowsOf(
        `${plug} create context Spell start Plug(n = 1) as first end ${end};
         context Spell select context.startTime as since, context.endTime as till, n from Plug`,
        [5_000, p({ n: 1 }), 7_000, p({ n: 2 })],
      )
    const row = (n: number, till: number | null) => ({ since: 5_000, till, n })
    expect(ends('after 4 sec')).toEqual([row(1, 9_000), row(2, 9_000)])
    expect(ends('(*, *, *, *, *, 30)')).toEqual([row(1, 30_000), row(2, 30_000)])
    expect(ends('Plug(n = 3)')).toEqual([row(1, null), row(2, null)])
  })

  test('each level of a nested context has its name and number', () => {
    const rows = rowsOf(
      `${plug} create context Both context Spell start Plug(n = 1), context ById coalesce by hash_code(id) from Plug granularity 4;
       context Both select context.name as both, context.ById.name as inner, context.Spell.id as spell,
         context.ById.id as part, n from Plug`,
      [p({ id: 'a', n: 1 }), p({ id: 'a', n: 2 }), p({ id: 'b', n: 3 })],
    )
    const row = (n: number, part: number) => ({ both: 'Both', inner: 'ById', spell: 0, part, n })
    expect(rows).toEqual([row(1, 0), row(2, 0), row(3, 1)])
  })

  test('a row that was deleted is aggregated anew', () => {
    const ask: Step = ['Ask', { id: 'tv' }]
    const schemas = `${plug} create schema Ask(id string); create schema Drop(id string);`
    expect(
      rowsOf(
        `${schemas} create table Uses(id string primary key, n count(*));
         into table Uses select count(*) as n from Plug group by id;
         on Drop as d delete from Uses where id = d.id;
         select Uses[id].n as n from Ask`,
        [p({ id: 'tv' }), p({ id: 'tv' }), ask, ['Drop', { id: 'tv' }], ask, p({ id: 'tv' }), ask],
      ),
    ).toEqual([{ n: 2 }, { n: null }, { n: 1 }])
    expect(
      rowsOf(
        `${schemas} create table All(n count(*)); into table All select count(*) as n from Plug;
         on Drop delete from All; select All.n as n from Ask`,
        [p({}), p({}), ask, ['Drop', {}], ask, p({}), ask],
      ),
    ).toEqual([{ n: 2 }, { n: 0 }, { n: 1 }])
  })
})

describe('groups', () => {
  test('a value by groups of its own belongs to each row', () => {
    const rows = (group: string) =>
      rowsOf(`${plug} select sum(w, group_by: id) as own, sum(w) as all from Plug ${group}`, [
        p({ id: 'a', w: 1 }),
        p({ id: 'b', w: 2 }),
        p({ id: 'a', w: 4 }),
      ])
    expect(rows('')).toEqual([
      { own: 1, all: 1 },
      { own: 2, all: 3 },
      { own: 5, all: 7 },
    ])
    expect(rows('group by id').at(-1)).toEqual({ own: 5, all: 5 })
  })

  test('a cube goes from the detail to the total, the first key before the others', () => {
    const rows = rowsOf(`${plug} select id, n, sum(w) as s from Plug group by cube(id, n)`, [
      p({ id: 'a', n: 2, w: 1 }),
    ])
    expect(rows).toEqual([
      { id: 'a', n: 2, s: 1 },
      { id: 'a', n: null, s: 1 },
      { id: null, n: 2, s: 1 },
      { id: null, n: null, s: 1 },
    ])
  })
})

describe('what hides a mistake is refused', () => {
  const schemas = `${plug} create schema Ask(id string, w double); create window Kept#keepall as Plug;
    create table Sums(id string primary key, total sum(double), plain int);`

  test.each<[string, RegExp]>([
    ['insert into Ask select id, w * 2 as watts from Plug', /Ask has no column 'watts'/],
    ['insert into Ask select n as id from Plug', /column 'id' of Ask is a text, not a number/],
    ["on Ask update Kept set w = 'much'", /'w' is a number, not a text/],
    ["update istream Plug set w = 'much'", /'w' is a number, not a text/],
    ["create variable int limit = 'much'", /'limit' is a number, not a text/],
    ['create schema Plug(id string)', /there is a 'Plug' already/],
    ['create window Loud as Plug', /a named window needs a data window/],
    ['create expression f {1}; create expression f {2}', /there is an expression 'f' already/],
    ['select prev(1, w) from Plug', /prev\(\) needs a data window/],
    ['select (select prev(1, w) from Plug#length(3)) from Ask', /prev\(\) cannot stand in a sub-query/],
    ['select (select w from Plug) from Ask', /a sub-query needs a data window/],
    ['select n from Plug where n in (select n, w from Kept)', /one column/],
    [
      'create context C partition by id from Plug; context C select context.owner from Plug',
      /no property 'owner'/,
    ],
    [
      'create context C partition by id from Plug; context C select context.key2 from Plug',
      /no property 'key2'/,
    ],
    ['create context C partition by id from Plug, id and w from Ask', /2 keys here, and 1 before/],
    ['select id from Plug output every 0 events', /above zero/],
    ["select id from Plug limit 'few'", /'limit' needs a number/],
    ['select id from Plug#length(2, 3)', /#length takes 1 value, got 2/],
    ['select id from Plug#keepall(3)', /#keepall takes no values, got 1/],
    ['select id from Plug#sort(w)', /#sort needs/],
    ['select * from pattern [[0] Plug]', /a repeat needs a number from 1/],
    ['select * from pattern [[3:2] Plug until Ask]', /3 is more than 2/],
    ['select n.roundFloor() from Plug', /roundFloor\(\) takes 1 value, got 0/],
    ['select n.plus() from Plug', /plus\(\) takes 1 value, got 0/],
    ['select id.plus(1 sec) from Plug', /plus\(\) needs a time/],
    ['select id.length(1) from Plug', /length\(\) takes no values, got 1/],
    ['select id.substring() from Plug', /substring\(\) takes 1 to 2 values, got 0/],
    ['select n.where(x => x > 1) from Plug', /where\(\) works on lists, this is a number/],
    ['select tags.wheer(x => x > 1) from Plug', /no method \.wheer\(\); did you mean 'where'/],
    ['select Math.max(n) from Plug', /max\(\) takes at least 2 values/],
    ['select grouping(id), sum(w) from Plug group by id', /grouping\(\) needs rollup, cube or grouping sets/],
    ['expression f {x => x.w} select f() from Plug as p', /f\(\) takes 1 value, got 0/],
    ['into table Sums select avg(w) as total from Plug group by id', /total.*is sum, not avg/],
    ['into table Sums select sum(w) as all from Plug group by id', /Sums has no column 'all'/],
    [
      'into table Sums select sum(w) as total from Plug',
      /Sums has 1 key columns, and the statement groups by 0/,
    ],
  ])('%s', (epl, message) => {
    expect(() => rowsOf(schemas + epl, [])).toThrow(message)
  })
})

test.each<[string, string]>([
  ['expression double js:twice(x) [x * 2] select twice(n) from Plug', 'a script'],
  ["select * from Plug, sql:Meters ['select 1']", 'a stream from SQL'],
  ['select * from method:Weather.now()', 'a stream from a method call'],
  ['create variant schema Any as *', 'a variant schema'],
  ['create dataflow Flow Source -> out {}', 'a data flow'],
  ['insert into X event-precedence(1) select * from Plug', 'event-precedence'],
  ['create class Helper', 'a class in a statement'],
  ['select current_evaluation_context() from Plug', 'the function current_evaluation_context()'],
  ['select * from pattern [every Plug[select x from tags]]', 'a select in [ ] within a pattern'],
])('%s is refused as %s', (epl, what) => {
  expect(() => rowsOf(plug + epl, [])).toThrow(`${what} is not part of the supported language`)
})
