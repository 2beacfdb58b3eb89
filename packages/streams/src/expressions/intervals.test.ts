import { describe, expect, test } from 'vitest'
import { engineOf } from '../../test/started.ts'

const schemas = `
  create schema Heating(id string, since long, till long) starttimestamp since endtimestamp till;
  create schema Airing(id string, since long, till long) starttimestamp since endtimestamp till;
  create schema Knock(at long) starttimestamp at;
`

type Span = readonly [start: number, end: number]

/** What an expression over a heating and an airing yields; times in s. */
function between(expression: string, heating: Span, airing: Span): unknown {
  const engine = engineOf({})
  const rule = engine.deploy(
    `${schemas} select ${expression} as value from Heating#lastevent as h, Airing#lastevent as a`,
  )
  const seen: unknown[] = []
  rule.statements.at(-1)!.listeners.add(({ insert }) => seen.push(...insert.map(row => row.get('value'))))
  engine.send('Heating', { id: 'h', since: heating[0] * 1000, till: heating[1] * 1000 })
  engine.send('Airing', { id: 'a', since: airing[0] * 1000, till: airing[1] * 1000 })
  return seen.at(-1)
}

const noon: Span = [40, 60]

describe('how two spans of time lie to each other', () => {
  test.each<[string, Span, boolean]>([
    ['before(a)', [10, 39], true],
    ['before(a)', [10, 40], false],
    ['before(a, 10 sec)', [10, 30], true],
    ['before(a, 10 sec)', [10, 31], false],
    ['before(a, 10 sec, 20 sec)', [1, 19], false],
    ['before(a, 20 sec, 10 sec)', [1, 20], true],
    ['after(a)', [61, 70], true],
    ['after(a)', [60, 70], false],
    ['after(a, 5000, 9000)', [65, 70], true],
    ['after(a, 5000, 9000)', [70, 75], false],
    ['coincides(a)', [40, 60], true],
    ['coincides(a)', [40, 61], false],
    ['coincides(a, 2 sec)', [42, 58], true],
    ['coincides(a, 2 sec, 5 sec)', [38, 65], true],
    ['coincides(a, 2 sec, 5 sec)', [37, 65], false],
    ['during(a)', [41, 59], true],
    ['during(a)', [40, 59], false],
    ['during(a, 5 sec)', [45, 55], true],
    ['during(a, 5 sec)', [46, 55], false],
    ['during(a, 5 sec, 8 sec)', [44, 55], false],
    ['during(a, 1 sec, 2 sec, 7 sec, 9 sec)', [42, 52], true],
    ['during(a, 1 sec, 2 sec, 7 sec, 9 sec)', [42, 54], false],
    ['includes(a)', [39, 61], true],
    ['includes(a)', [39, 60], false],
    ['includes(a, 3 sec)', [37, 63], true],
    ['includes(a, 3 sec)', [36, 63], false],
    ['finishes(a)', [50, 60], true],
    ['finishes(a)', [40, 60], false],
    ['finishes(a, 1 sec)', [50, 61], true],
    ['finishedBy(a)', [30, 60], true],
    ['finishedBy(a, 1 sec)', [30, 62], false],
    ['meets(a)', [10, 40], true],
    ['meets(a)', [10, 41], false],
    ['meets(a, 1 sec)', [10, 41], true],
    ['metBy(a)', [60, 70], true],
    ['metBy(a, 2 sec)', [58, 70], true],
    ['overlaps(a)', [30, 50], true],
    ['overlaps(a)', [30, 60], false],
    ['overlaps(a, 5 sec)', [30, 46], false],
    ['overlaps(a, 5 sec, 10 sec)', [30, 46], true],
    ['overlappedBy(a)', [50, 70], true],
    ['overlappedBy(a, 5 sec)', [50, 70], false],
    ['starts(a)', [40, 50], true],
    ['starts(a)', [40, 60], false],
    ['starts(a, 2 sec)', [42, 50], true],
    ['startedBy(a)', [40, 70], true],
    ['startedBy(a)', [41, 70], false],
  ])('h.%s of %j and [40, 60] is %j', (call, heating, expected) => {
    expect(between(`h.${call}`, heating, noon)).toBe(expected)
  })

  test('a single time, and one that was moved with what it lasts', () => {
    expect(between('h.since.before(a)', [39, 99], noon)).toBe(true)
    expect(between('h.before(a.till)', [50, 59], noon)).toBe(true)
    expect(between('h.plus(10 sec).coincides(a)', [30, 50], noon)).toBe(true)
    expect(between("h.set('second', 40).coincides(a)", [7, 27], noon)).toBe(true)
    expect(between("h.get('second')", [7, 27], noon)).toBe(7)
  })

  test('what is not known gives null', () => {
    expect(between('h.before(cast(null, long))', [1, 2], noon)).toBeNull()
  })

  test('an event of a type without times, and too many lengths, are refused', () => {
    const engine = engineOf({ Door: { open: 'boolean' } })
    const deploy = (condition: string) =>
      engine.deploy(`select * from Door#lastevent as d, Door#lastevent as e where ${condition}`)
    expect(() => deploy('d.before(e)')).toThrow(/'starttimestamp'; got an event/)
    expect(() => deploy('d.open.before(5)')).toThrow(/compares times/)
    expect(() => deploy('current_timestamp.meets(5, 1 sec, 2 sec)')).toThrow(/takes what it is compared with/)
  })

  test('a type that inherits another starts and ends as that does', () => {
    const engine = engineOf({})
    engine.deploy(`${schemas} create schema Sauna(room string) inherits Heating;
      select * from Sauna#lastevent as s, Knock#lastevent as k where k.during(s)`)
    expect(() => engine.deploy('create schema Bad(a long) endtimestamp a')).toThrow(/'starttimestamp' too/)
    expect(() => engine.deploy('create schema Bad(a long) starttimestamp b')).toThrow(/no column 'b'/)
  })
})
