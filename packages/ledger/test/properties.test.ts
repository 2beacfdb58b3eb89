import type { Slot } from '@ohmstead/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeCounter } from '../src/counters.ts'
import { noEdits } from '../src/edits.ts'
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
      { numRuns: Number(process.env.RUNS ?? 150) },
    )
  })

  test('power gives the same slots', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals(powerRows), async ({ all, shuffled, size }) => {
        const inOrder = await atOnce([{ field: 'power', batches: [all] }])
        const pieces = await incremental([{ field: 'power', batches: batches(shuffled, size) }])
        expect(bare(pieces)).toEqual(bare(inOrder))
      }),
      { numRuns: Number(process.env.RUNS ?? 100) },
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
      { numRuns: Number(process.env.RUNS ?? 80) },
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
      { numRuns: Number(process.env.RUNS ?? 100) },
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
      { numRuns: Number(process.env.RUNS ?? 150) },
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
