import type { Slot } from '@ohmstead/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cadence, holdLimitMs, isHeld } from '../src/cadence.ts'
import { judgeCounter } from '../src/counters.ts'
import { type EditBody, noEdits } from '../src/edits.ts'
import { noRules } from '../src/rules.ts'
import { memoryLedger } from './memory.ts'

const start = Date.UTC(2026, 2, 28, 20)
const hour = 3_600_000
type Row = [number, number]

/** Milliseconds between two readings: from steady to outages. */
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.constant(60_000) },
  { weight: 4, arbitrary: fc.integer({ min: 1_000, max: 120_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 120_000, max: 3 * hour }) },
  { weight: 1, arbitrary: fc.integer({ min: 3 * hour, max: 40 * hour }) },
)

/** What a counter does next. */
const event = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('grows' as const), by: fc.integer({ min: 0, max: 40 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('zero' as const), by: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restarts' as const), by: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('spikes' as const), by: fc.integer({ min: 1, max: 1e6 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('falls' as const), by: fc.integer({ min: 1, max: 500 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('anything' as const), by: fc.integer({ min: 0, max: 1e6 }) }),
  },
)

const counterRows = fc.array(fc.tuple(gap, event), { minLength: 2, maxLength: 120 }).map(steps => {
  let at = start
  let value = 800
  return steps.map(([ms, { kind, by }]): Row => {
    at += ms
    if (kind === 'zero') return [at, 0]
    if (kind === 'spikes') return [at, value + by]
    if (kind === 'anything') return [at, by]
    if (kind === 'restarts') value = 0
    else value = kind === 'falls' ? Math.max(0, value - by) : value + by
    return [at, value]
  })
})

const powerRows = fc
  .array(fc.tuple(gap, fc.double({ min: -3000, max: 3000, noNaN: true })), { minLength: 2, maxLength: 120 })
  .map(steps => {
    let at = start
    return steps.map(([ms, value]): Row => [(at += ms), value])
  })

/** Readings cut into batches in some order, as they might arrive. */
function arrivals(rows: fc.Arbitrary<Row[]>) {
  return rows.chain(all =>
    fc.record({
      all: fc.constant(all),
      shuffled: fc.shuffledSubarray(all, { minLength: all.length }),
      size: fc.integer({ min: 1, max: all.length }),
    }),
  )
}

function batches(rows: readonly Row[], size: number): Row[][] {
  const cut: Row[][] = []
  for (let i = 0; i < rows.length; i += size) cut.push(rows.slice(i, i + size))
  return cut
}

const range = { from: start - 24 * hour, to: start + 400 * 24 * hour }
const bare = (slots: Slot[]) =>
  slots.map(({ revision: _, ...slot }) => slot).filter(slot => slot.quality !== 'missing')

type Field = 'energyImport' | 'energyExport' | 'power'

/** The slots after readings came batch by batch, each with its own rebuild. */
async function incremental(parts: readonly { field: Field; batches: Row[][] }[]): Promise<Slot[]> {
  await using all = await memoryLedger(range.to)
  const longest = Math.max(...parts.map(part => part.batches.length))
  for (let i = 0; i < longest; i++) {
    for (const { field, batches } of parts)
      await all.store(all.directory.seriesOf('meter', field), batches[i] ?? [])
  }
  return all.ledger.slots('home', 'meter', { from: range.from, to: lastOf(parts) })
}

/** The slots when everything is there before the ledger looks for the first time. */
async function atOnce(parts: readonly { field: Field; batches: Row[][] }[]): Promise<Slot[]> {
  await using all = await memoryLedger(range.to)
  for (const { field, batches } of parts)
    all.readings.put(all.directory.seriesOf('meter', field), batches.flat())
  await all.ledger.rebuild('home', 'meter', { from: range.from, to: lastOf(parts) })
  return all.ledger.slots('home', 'meter', { from: range.from, to: lastOf(parts) })
}

const lastOf = (parts: readonly { batches: Row[][] }[]) =>
  Math.max(...parts.flatMap(part => part.batches.flat().map(([time]) => time))) + hour

describe('whatever the order in which readings come', () => {
  test('a counter gives the same slots', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals(counterRows), async ({ all, shuffled, size }) => {
        const inOrder = await atOnce([{ field: 'energyImport', batches: [all] }])
        const pieces = await incremental([{ field: 'energyImport', batches: batches(shuffled, size) }])
        expect(bare(pieces)).toEqual(bare(inOrder))
      }),
      { numRuns: 150 },
    )
  })

  test('power gives the same slots', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals(powerRows), async ({ all, shuffled, size }) => {
        const inOrder = await atOnce([{ field: 'power', batches: [all] }])
        const pieces = await incremental([{ field: 'power', batches: batches(shuffled, size) }])
        expect(bare(pieces)).toEqual(bare(inOrder))
      }),
      { numRuns: 100 },
    )
  })

  test('a counter shaped by power gives the same slots', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals(counterRows), arrivals(powerRows), async (counter, power) => {
        const inOrder = await atOnce([
          { field: 'energyImport', batches: [counter.all] },
          { field: 'power', batches: [power.all] },
        ])
        const pieces = await incremental([
          { field: 'energyImport', batches: batches(counter.shuffled, counter.size) },
          { field: 'power', batches: batches(power.shuffled, power.size) },
        ])
        expect(bare(pieces)).toEqual(bare(inOrder))
      }),
      { numRuns: 80 },
    )
  })
})

describe('edits', () => {
  const at = fc.integer({ min: 0, max: 200 * 60 }).map(minutes => start + minutes * 60_000)
  const wh = fc.integer({ min: 0, max: 5000 })
  const span = (grid: number) =>
    fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 40 })).map(([from, length]) => ({
      from: start + from * grid,
      to: start + (from + length) * grid,
    }))
  const body: fc.Arbitrary<EditBody> = fc.oneof(
    span(5 * 60_000).map(range => ({ kind: 'exclude' as const, ...range })),
    fc.tuple(span(900_000), wh).map(([range, importWh]) => ({ kind: 'energy' as const, ...range, importWh })),
    fc.tuple(at, wh).map(([time, importWh]) => ({ kind: 'counter' as const, at: time, importWh })),
    fc.tuple(at, fc.option(wh), fc.option(wh)).map(([time, final, initial]) => ({
      kind: 'replaced' as const,
      at: time,
      final: { importWh: final },
      initial: { importWh: initial },
    })),
  )

  test('give the same slots whether they are made before the readings or after, and their undoing gives the old ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        counterRows,
        powerRows,
        fc.array(body, { minLength: 1, maxLength: 4 }),
        async (counter, power, bodies) => {
          await using early = await memoryLedger(range.to)
          await using late = await memoryLedger(range.to)
          const fill = async ({ store, directory }: typeof early) => {
            await store(directory.seriesOf('meter', 'energyImport'), counter)
            await store(directory.seriesOf('meter', 'power'), power)
          }
          const edit = async ({ ledger }: typeof early) => {
            for (const one of bodies) await ledger.apply({ site: 'home', device: 'meter', body: one }, 'eva')
          }
          const slots = async ({ ledger }: typeof early) =>
            bare(await ledger.slots('home', 'meter', { from: range.from, to: end }))
          const end = lastOf([{ batches: [counter] }, { batches: [power] }]) + 220 * hour
          early.directory.add('meter')
          await edit(early)
          await fill(early)
          await fill(late)
          const unedited = await slots(late)
          await edit(late)
          const edited = await slots(late)
          expect(await slots(early)).toEqual(edited)
          const preview = await late.ledger.previewUndo('home', bodies.length)
          for (let id = bodies.length; id > 0; id--) {
            await late.ledger.undo('home', id, 'eva')
            if (id === bodies.length) {
              const now = new Map(
                (await late.ledger.slots('home', 'meter', { from: range.from, to: end })).map(slot => [
                  slot.start,
                  slot,
                ]),
              )
              for (const { revision: _, ...slot } of preview.after)
                expect(now.get(slot.start)).toMatchObject(slot)
            }
          }
          expect(await slots(late)).toEqual(unedited)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('energy', () => {
  test('is never negative, and unknown is never zero', async () => {
    await fc.assert(
      fc.asyncProperty(counterRows, powerRows, async (counter, power) => {
        const slots = await atOnce([
          { field: 'energyExport', batches: [counter] },
          { field: 'power', batches: [power] },
        ])
        for (const slot of slots) {
          expect(slot.importMilliWh ?? 0).toBeGreaterThanOrEqual(0)
          expect(slot.exportMilliWh ?? 0).toBeGreaterThanOrEqual(0)
          expect(slot.coverage).toBeGreaterThanOrEqual(0)
          expect(slot.coverage).toBeLessThanOrEqual(1)
          expect(slot.quality === 'missing').toBe(slot.importMilliWh === null && slot.exportMilliWh === null)
          expect(slot.coverage === 0).toBe(slot.quality === 'missing')
        }
      }),
      { numRuns: 100 },
    )
  })

  test('of all slots is the difference of the counter, to the milliwatt-hour', async () => {
    const growing = fc.array(fc.tuple(gap, fc.integer({ min: 0, max: 500_000 })), {
      minLength: 2,
      maxLength: 100,
    })
    await fc.assert(
      fc.asyncProperty(growing, async steps => {
        let at = start
        let milliWh = 5_000_000
        const rows = steps.map(([ms, rise]): Row => [(at += ms), (milliWh += rise) / 1000])
        const slots = await atOnce([{ field: 'energyImport', batches: [rows] }])
        const sum = slots.reduce((total, slot) => total + (slot.importMilliWh ?? 0), 0)
        expect(sum).toBe(Math.round(rows.at(-1)![1] * 1000) - Math.round(rows[0]![1] * 1000))
      }),
      { numRuns: 150 },
    )
  })

  test('of steps is what the counter of accepted samples says, whatever it did', () => {
    fc.assert(
      fc.property(counterRows, rows => {
        const times = Float64Array.from(rows, row => row[0])
        const values = Float64Array.from(rows, row => row[1] * 1000)
        const context = {
          rules: noRules,
          replacements: noEdits.replacements.import,
          midnights: null,
          edited: new Float64Array(0),
        }
        const { steps, transient } = judgeCounter({ times, values }, context)
        let previous = Number.NEGATIVE_INFINITY
        for (let i = 0; i < steps.length; i++) {
          expect(steps.from[i]).toBeGreaterThanOrEqual(previous)
          expect(steps.to[i]).toBeGreaterThan(steps.from[i]!)
          expect(Number.isNaN(steps.milliWh[i]) || steps.milliWh[i]! >= 0).toBe(true)
          previous = steps.to[i]!
        }
        expect(transient.length).toBe(times.length)
      }),
    )
  })
})

describe('a step', () => {
  test('is held when it is no longer than the hold limit, however that is found out', () => {
    const longestMs = fc.constantFrom(900_000, cadence.longestMs)
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 80 }), gap, longestMs, (gaps, ms, longest) => {
        const times = Float64Array.of(start, ...gaps)
        for (let i = 1; i < times.length; i++) times[i]! += times[i - 1]!
        for (let i = 1; i < times.length; i++) {
          for (const long of [ms, times[i]! - times[i - 1]!]) {
            const limit = Math.max(cadence.shortestMs, holdLimitMs(times, i, longest))
            expect(isHeld(times, i, long, longest)).toBe(long <= limit)
          }
        }
      }),
    )
  })
})
