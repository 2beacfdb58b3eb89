import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { started } from './started.ts'

/** One statement over random rows, against the same asked of the whole history at once. */
interface Row {
  readonly id: number
  readonly k: string
  readonly v: number | null
  /** When it came, ms; several may come at one time. */
  readonly at: number
}

interface Spoken {
  readonly at: number
  readonly rows: readonly Record<string, unknown>[]
}

const streams = { X: { id: 'int', k: 'string', v: 'int' } }

const histories = fc
  .array(
    fc.record({
      wait: fc.constantFrom(0, 0, 0, 500, 1000, 1500, 2000, 5000),
      k: fc.constantFrom('a', 'b', 'c'),
      v: fc.option(fc.integer({ min: -3, max: 5 }), { nil: null, freq: 8 }),
    }),
    { maxLength: 24 },
  )
  .map(steps => {
    let at = 0
    return steps.map(({ wait, k, v }, id): Row => ({ id, k, v, at: (at += wait) }))
  })

/** What the last statement says, telling by telling, also long after the last row. */
function said(epl: string, rows: readonly Row[]): Spoken[] {
  const { engine, rule } = started(epl, streams)
  const spoken: Spoken[] = []
  rule.statements.at(-1)!.listeners.add(({ time, insert }) => {
    if (insert.length > 0) spoken.push({ at: time, rows: insert.map(event => ({ ...event.toObject() })) })
  })
  for (const row of rows) {
    engine.advanceThrough(row.at)
    engine.send('X', { ...row })
  }
  engine.advanceThrough((rows.at(-1)?.at ?? 0) + 60_000)
  return spoken
}

const sum = (rows: readonly Row[]): number | null => {
  const known = rows.flatMap(({ v }) => (v === null ? [] : [v]))
  return known.length === 0 ? null : known.reduce((all, one) => all + one, 0)
}
const above = (row: Row, limit: number) => row.v !== null && row.v > limit
const ids = (rows: readonly Row[]) => rows.map(({ id }) => ({ id }))
const keysOf = (rows: readonly Row[]) => [...new Set(rows.map(({ k }) => k))]

/** Each row at once. */
const each = (rows: readonly Row[], of: (row: Row, before: readonly Row[]) => object[]): Spoken[] =>
  rows.flatMap((row, i) => {
    const found = of(row, rows.slice(0, i)) as Record<string, unknown>[]
    return found.length === 0 ? [] : [{ at: row.at, rows: found }]
  })

/** Rows in pieces of n; what is left over is not said. */
const pieces = (rows: readonly Row[], n: number): Row[][] =>
  Array.from({ length: Math.floor(rows.length / n) }, (_, i) => rows.slice(i * n, (i + 1) * n))

/** Ends of intervals that count from the first row, as long as `until`. */
const grid = (rows: readonly Row[], span: number, until: number): number[] =>
  rows.length === 0
    ? []
    : Array.from({ length: Math.floor((until - rows[0].at) / span) }, (_, i) => rows[0].at + (i + 1) * span)

const end = (rows: readonly Row[]) => (rows.at(-1)?.at ?? 0) + 60_000

const expected: Record<string, (rows: readonly Row[]) => Spoken[]> = {
  'select id from X(v > 1)': rows => each(rows, row => (above(row, 1) ? ids([row]) : [])),
  "select id from X(k = 'a', v in (1, 3) or v is null)": rows =>
    each(rows, row => (row.k === 'a' && [1, 3, null].includes(row.v) ? ids([row]) : [])),
  "select id from X where not (v between 0 and 2) or k like 'b%'": rows =>
    each(rows, row => ((row.v !== null && (row.v < 0 || row.v > 2)) || row.k === 'b' ? ids([row]) : [])),

  'select id from X#length_batch(3)': rows =>
    pieces(rows, 3).map(batch => ({ at: batch[2].at, rows: ids(batch) })),
  'select id from X#time_batch(2 sec)': rows =>
    grid(rows, 2000, end(rows)).flatMap(at => {
      const batch = rows.filter(row => row.at >= at - 2000 && row.at < at)
      return batch.length === 0 ? [] : [{ at, rows: ids(batch) }]
    }),
  'select sum(v) as s from X#length_batch(2)': rows =>
    pieces(rows, 2).map(batch => ({ at: batch[1].at, rows: [{ s: sum(batch) }] })),

  'select k, sum(v) as s from X#length(4) group by k having sum(v) > 2': rows =>
    each(rows, (row, before) => {
      const held = [...before, row].slice(-4)
      const left = before.length >= 4 ? [before.at(-4)!.k] : []
      return [...new Set([row.k, ...left])].flatMap(k => {
        const s = sum(held.filter(one => one.k === k))
        return s !== null && s > 2 ? [{ k, s }] : []
      })
    }),
  'select id, sum(v) as s from X#time(2 sec) having sum(v) > avg(v)': rows =>
    each(rows, (row, before) => {
      const held = [...before, row].filter(one => one.at + 2000 > row.at)
      const [s, n] = [sum(held), held.filter(one => one.v !== null).length]
      return s !== null && s > s / n ? [{ id: row.id, s }] : []
    }),

  "select a.id as x, b.id as y from pattern [every a=X(k = 'a') -> b=X(k = 'b') where timer:within(2 sec)]":
    rows =>
      each(rows, (row, before) => {
        if (row.k !== 'b') return []
        const since = before.findLastIndex(one => one.k === 'b') + 1
        return before
          .slice(since)
          .filter(one => one.k === 'a' && row.at < one.at + 2000)
          .map(one => ({ x: one.id, y: row.id }))
      }),
  "select a.id as x from pattern [every a=X(k = 'a') -> (timer:interval(2 sec) and not X(k = 'b'))]":
    rows => {
      const alone = rows.filter(
        (row, i) =>
          row.k === 'a' && !rows.slice(i + 1).some(later => later.k === 'b' && later.at < row.at + 2000),
      )
      return [...new Set(alone.map(({ at }) => at))].map(at => ({
        at: at + 2000,
        rows: alone.filter(row => row.at === at).map(({ id }) => ({ x: id })),
      }))
    },

  'select id from X output every 3 events': rows =>
    pieces(rows, 3).map(piece => ({ at: piece[2].at, rows: ids(piece) })),
  'select id from X output last every 3 events': rows =>
    pieces(rows, 3).map(piece => ({ at: piece[2].at, rows: ids(piece.slice(-1)) })),
  'select id from X output first every 3 events': rows =>
    rows.filter((_, i) => i % 3 === 0).map(row => ({ at: row.at, rows: ids([row]) })),
  'select k, sum(v) as s from X group by k output all every 3 events': rows =>
    pieces(rows, 3).map((piece, i) => {
      const known = rows.slice(0, (i + 1) * 3)
      return {
        at: piece[2].at,
        rows: keysOf(known).map(k => ({ k, s: sum(known.filter(row => row.k === k)) })),
      }
    }),
  'select id from X output every 2 sec': rows =>
    grid(rows, 2000, end(rows)).flatMap(at => {
      const gathered = rows.filter(row => row.at < at && row.at >= at - 2000)
      return gathered.length === 0 ? [] : [{ at, rows: ids(gathered) }]
    }),
  'select id from X#length(2) output snapshot every 2 sec': rows =>
    grid(rows, 2000, end(rows)).map(at => ({ at, rows: ids(rows.filter(row => row.at < at).slice(-2)) })),

  'create context C partition by k from X; context C select k, count(*) as n, sum(v) as s from X#length(2)':
    rows =>
      each(rows, (row, before) => {
        const held = [...before.filter(({ k }) => k === row.k), row].slice(-2)
        return [{ k: row.k, n: held.length, s: sum(held) }]
      }),
  'create context C group by v > 1 as high, group by v <= 1 as low from X; context C select context.label as l, count(*) as n from X':
    rows =>
      each(rows, (row, before) => {
        if (row.v === null) return []
        const like = before.filter(one => one.v !== null && one.v > 1 === row.v! > 1)
        return [{ l: row.v > 1 ? 'high' : 'low', n: like.length + 1 }]
      }),
  'create context C start X(v > 3) as s end X(v < 0); context C select context.s.id as s, count(*) as n from X':
    rows => {
      let open: { s: number; n: number } | null = null
      return each(rows, row => {
        if (open && row.v !== null && row.v < 0) open = null
        else if (!open && above(row, 3)) open = { s: row.id, n: 0 }
        if (!open) return []
        open = { ...open, n: open.n + 1 }
        return [open]
      })
    },
  'create context C initiated by X(v > 3) as s terminated after 2 sec; context C select context.s.id as s, count(*) as n from X':
    rows =>
      each(rows, (row, before) => {
        const open = [...before, row].filter(one => above(one, 3) && row.at < one.at + 2000)
        return open.map(({ id }) => ({ s: id, n: row.id - id + 1 }))
      }),
}

const unordered = (spoken: readonly Spoken[]) =>
  spoken.map(({ at, rows }) => ({ at, rows: rows.map(row => JSON.stringify(row)).sort() }))

describe('a statement says what the whole history says', () => {
  test.each(Object.entries(expected))('%s', (epl, naive) => {
    fc.assert(
      fc.property(histories, rows => {
        expect(unordered(said(epl, rows))).toEqual(unordered(naive(rows)))
      }),
      { numRuns: 50 },
    )
  })
})
