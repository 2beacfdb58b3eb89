import fc from 'fast-check'
import { expect, test } from 'vitest'
import { engineOf } from '../../test/started.ts'

const streams = { X: { a: 'int', b: 'double', c: 'string' } }
const value = fc.option(fc.integer({ min: -3, max: 3 }), { nil: null })
const text = fc.constantFrom('x', 'y', 'z', null)
const condition = fc.oneof(
  fc.record({
    field: fc.constantFrom('a', 'b'),
    op: fc.constantFrom('=', '<', '>', '<=', '>=', '!='),
    limit: fc.integer({ min: -3, max: 3 }),
  }),
  fc.record({
    field: fc.constant('c'),
    op: fc.constantFrom('=', '!='),
    limit: fc.constantFrom("'x'", "'y'"),
  }),
)
type Condition = { field: string; op: string; limit: number | string }
type Row = { a: number | null; b: number | null; c: string | null }

/** The same, tried one by one. */
function passes(row: Row, conditions: readonly Condition[]): boolean {
  return conditions.every(({ field, op, limit }) => {
    const value = row[field as keyof Row]
    const other = typeof limit === 'string' ? limit.slice(1, -1) : limit
    if (value === null) return false
    switch (op) {
      case '=':
        return value === other
      case '!=':
        return value !== other
      case '<':
        return value < other
      case '>':
        return value > other
      case '<=':
        return value <= other
      default:
        return value >= other
    }
  })
}

test('the index finds the rules that trying each of them would find, in their order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(condition, { maxLength: 3 }), { minLength: 1, maxLength: 25 }),
      fc.array(fc.record({ a: value, b: value, c: text }), { maxLength: 15 }),
      fc.array(fc.nat(), { maxLength: 5 }),
      (rules, rows, ended) => {
        const engine = engineOf(streams)
        const heard: number[] = []
        const alive = rules.map((conditions, i) => {
          const filter = conditions.map(({ field, op, limit }) => `${field} ${op} ${limit}`).join(', ')
          const rule = engine.deploy(`select * from X(${filter})`, { name: `r${i}` })
          rule.onRows(() => heard.push(i))
          return true
        })
        for (const n of ended) {
          alive[n % rules.length] = false
          engine.undeploy(`r${n % rules.length}`)
        }
        for (const row of rows) {
          engine.send('X', row)
          const expected = rules.flatMap((conditions, i) => (alive[i] && passes(row, conditions) ? [i] : []))
          expect(heard.splice(0)).toEqual(expected)
        }
      },
    ),
    { numRuns: 200 },
  )
})
