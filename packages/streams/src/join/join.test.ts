import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { started } from '../../test/started.ts'

const streams = { A: { id: 'int', k: 'int' }, B: { id: 'int', k: 'int' } }
const step = fc.record({
  stream: fc.constantFrom('A', 'B'),
  k: fc.option(fc.nat(3), { nil: null }),
  wait: fc.constantFrom(0, 0, 700, 1500),
})

interface Row {
  id: number
  k: number | null
  at: number
}

const on = { inner: 'a.k = b.k', 'left outer': 'a.k = b.k', crossing: 'a.k < b.k' }
type Kind = keyof typeof on

/** All pairs of what both windows hold. */
function pairs(kind: Kind, as: readonly Row[], bs: readonly Row[]): string[] {
  const fits = (a: Row, b: Row) =>
    a.k !== null && b.k !== null && (kind === 'crossing' ? a.k < b.k : a.k === b.k)
  return as.flatMap(a => {
    const partners = bs.filter(b => fits(a, b)).map(b => `${a.id}-${b.id}`)
    return partners.length === 0 && kind === 'left outer' ? [`${a.id}-null`] : partners
  })
}

describe('a join holds the pairs of what its windows hold', () => {
  test.each(Object.keys(on) as Kind[])('%s', kind => {
    const join = kind === 'left outer' ? 'left outer join' : 'inner join'
    const epl = `select irstream a.id as x, b.id as y from A#time(3 sec) as a ${join} B#length(3) as b on ${on[kind]}`
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), steps => {
        const { engine, rule, take, takeRemoved } = started(epl, streams)
        const rows: Record<string, Row[]> = { A: [], B: [] }
        let now = 0
        for (const [id, { stream, k, wait }] of steps.entries()) {
          now += wait
          engine.advance(now)
          rows[stream].push({ id, k, at: now })
          engine.send(stream, { id, k })
        }
        const expected = pairs(
          kind,
          rows.A.filter(row => row.at + 3000 > now),
          rows.B.slice(-3),
        ).sort()
        const present = rule.statements[0].rows().map(row => `${row.get('x')}-${row.get('y')}`)
        expect(present.sort()).toEqual(expected)
        if (kind === 'left outer') return
        // Rows that were told and not taken back are those that hold.
        const balance = new Map<string, number>()
        for (const { x, y } of take()) balance.set(`${x}-${y}`, (balance.get(`${x}-${y}`) ?? 0) + 1)
        for (const { x, y } of takeRemoved()) balance.set(`${x}-${y}`, (balance.get(`${x}-${y}`) ?? 0) - 1)
        expect([...balance].flatMap(([pair, count]) => (count === 0 ? [] : [pair])).sort()).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })
})

test('an aggregate over a join follows it', () => {
  const { engine, rule } = started(
    'select sum(a.id + b.id) as total from A#length(2) as a, B#length(2) as b where a.k = b.k',
    streams,
  )
  for (const id of [1, 2, 3]) {
    engine.send('A', { id, k: 1 })
    engine.send('B', { id: id * 10, k: 1 })
  }
  // (2, 3) × (20, 30)
  expect(rule.statements[0].rows()[0].get('total')).toBe(22 + 32 + 23 + 33)
})
