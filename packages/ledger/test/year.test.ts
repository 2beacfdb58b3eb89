import type { Points } from '@ohmstead/model'
import { FakeClock } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Ledger, type Range } from '../src/index.ts'
import { MemoryDirectory } from './memory.ts'

const start = Date.UTC(2025, 0, 1)
const end = Date.UTC(2026, 0, 1)
const everyMs = 2000
const hour = 3_600_000
const day = 24 * hour
/** Each third day the readings of 02:00 to 03:30 never came. */
const isLost = (at: number) => (at - start) % (3 * day) > 2 * hour && (at - start) % (3 * day) < 3.5 * hour
/** A saw tooth over each hour, 0–3600 W: its trapezoid is known. */
const watts = (at: number) => (at % hour) / 1000

/** Points that are made when they are asked for: a year of them is not kept. */
async function window(
  _: unknown,
  { from, to }: Range,
  around: { before: number; after: number },
): Promise<Points> {
  const first = Math.max(start, Math.ceil(from / everyMs) * everyMs)
  const before = walk(first - everyMs, -everyMs, start, around.before).reverse()
  const after = walk(Math.ceil(to / everyMs) * everyMs, everyMs, end, around.after)
  const last = Math.min(to, end + everyMs)
  const times = new Float64Array(
    before.length + Math.max(0, Math.ceil((last - first) / everyMs)) + after.length,
  )
  const values = new Float64Array(times.length)
  let n = 0
  const add = (at: number) => {
    times[n] = at
    values[n++] = watts(at)
  }
  for (const at of before) add(at)
  for (let at = first; at < last; at += everyMs) if (!isLost(at)) add(at)
  for (const at of after) add(at)
  return { times: times.slice(0, n), values: values.slice(0, n) }
}

function walk(from: number, step: number, limit: number, count: number): number[] {
  const found: number[] = []
  for (let at = from; (step < 0 ? at >= limit : at <= limit) && found.length < count; at += step)
    if (!isLost(at)) found.push(at)
  return found
}

test('a year of power every two seconds with gaps: right where it is known, missing where it is not', {
  timeout: 120_000,
}, async () => {
  const directory = new MemoryDirectory()
  directory.timezone = 'Europe/Oslo'
  directory.seriesOf('plug', 'power')
  await using ledger = await Ledger.open({
    file: ':memory:',
    source: { window },
    directory,
    clock: new FakeClock(end),
  })
  const done = await ledger.rebuild('home', 'plug', { from: start, to: end })
  expect(done.points).toBeGreaterThan(15_000_000)
  const answer = await ledger.energy({ site: 'home', from: start, to: end - 1, by: 'month', group: 'device' })
  const months = answer.groups[0]!.buckets
  expect(months).toHaveLength(13)

  const slots = await ledger.slots('home', 'plug', { from: start, to: end })
  const missing = slots.filter(slot => slot.coverage === 0)
  expect(missing.every(slot => slot.quality === 'missing' && slot.importMilliWh === null)).toBe(true)
  expect(missing.length).toBe(Math.ceil(365 / 3) * 6)
  const sum = slots.reduce((total, slot) => total + (slot.importMilliWh ?? 0), 0) / 1e6
  // 1.799 kWh an hour (the tooth falls within its last two seconds), less an hour and the lower half of one each third day.
  const known = 365 * 24 * 1.799 - Math.ceil(365 / 3) * (1.799 + 0.45)
  expect(Math.abs(sum / known - 1)).toBeLessThan(1e-4)
  expect(months.reduce((total, month) => total + (month.importWh ?? 0), 0) / 1000).toBeCloseTo(sum, 6)
  const coverage = months.slice(1, -1).map(month => month.completeness)
  expect(Math.min(...coverage)).toBeGreaterThan(0.975)
  expect(Math.max(...coverage)).toBeLessThan(0.983)
})
