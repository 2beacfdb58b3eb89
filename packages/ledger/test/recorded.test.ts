import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sharedData } from '@ohmstead/testkit'
import { describe, expect, test } from 'vitest'
import { memoryLedger } from './memory.ts'

/** Recorded measurements; skipped with a message where they are absent. */
const tracebase = sharedData('tracebase-appliances-1s')
const sydney = sharedData('desk-plug-loads-sydney')
const french = sharedData('home-load-pv-30min')
const telegrams = sharedData('meter-telegrams')

const hour = 3_600_000

interface Columns {
  times: Float64Array
  values: Float64Array
  /** Times that the file tells twice: it goes back in time there. */
  toldTwice: { from: number; to: number }[]
}

const mostRows = 2 ** 20

/** First two columns of a CSV of numbers, seconds and W, as a store holds them: in order, the last of two rows with one time. */
function powerColumns(file: string): Columns {
  const bytes = gunzipSync(readFileSync(file))
  const rows = new Float64Array(mostRows)
  const watts = new Float64Array(mostRows)
  const toldTwice: Columns['toldTwice'] = []
  let n = 0
  let at = bytes.indexOf(10) + 1
  let latest = 0
  const number = () => {
    let value = 0
    for (; bytes[at]! >= 48 && bytes[at]! <= 57; at++) value = value * 10 + bytes[at]! - 48
    return value
  }
  while (at < bytes.length) {
    const seconds = number()
    at++
    // Time and row in one number: sorting it keeps rows of one time in their order.
    rows[n] = seconds * mostRows + n
    watts[n++] = number()
    if (seconds < latest) toldTwice.push({ from: seconds * 1000, to: latest * 1000 })
    latest = seconds
    at = bytes.indexOf(10, at) + 1 || bytes.length
  }
  return { ...lastOfEachTime(rows.subarray(0, n).sort(), watts), toldTwice }
}

function lastOfEachTime(
  rows: Float64Array,
  watts: Float64Array,
): { times: Float64Array; values: Float64Array } {
  const times = new Float64Array(rows.length)
  const values = new Float64Array(rows.length)
  let n = 0
  for (const row of rows) {
    const seconds = Math.floor(row / mostRows)
    if (n > 0 && times[n - 1] === seconds * 1000) n--
    times[n] = seconds * 1000
    values[n++] = watts[row - seconds * mostRows]!
  }
  return { times: times.slice(0, n), values: values.slice(0, n) }
}

/** kWh by straight lines between samples that are at most a minute apart. */
function trapezoidKWh({ times, values }: { times: Float64Array; values: Float64Array }): number {
  let wattMs = 0
  for (let i = 1; i < times.length; i++) {
    const ms = times[i]! - times[i - 1]!
    if (ms <= 60_000) wattMs += ((values[i]! + values[i - 1]!) / 2) * ms
  }
  return wattMs / 3.6e9
}

interface Truth {
  first_ts: number
  last_ts: number
  gaps_over_60s: number
  kwh_total: number
  kwh_by_local_day: Record<string, number>
  covered_seconds: number
}

for (const [folder, zone] of [
  [tracebase, 'Europe/Berlin'],
  [sydney, 'Australia/Sydney'],
] as const) {
  describe.skipIf(!folder)(`power of appliances measured every 1–7 s, ${zone}`, () => {
    const expected = folder
      ? JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
      : { devices: {} }
    for (const [name, truth] of Object.entries(expected.devices as Record<string, Truth>)) {
      test(`${name}: energy within 0.5 %, by day and in total`, { timeout: 30_000 }, async () => {
        const { times, values, toldTwice } = powerColumns(join(folder!, `${name}.csv.gz`))
        const range = { from: times[0]!, to: times.at(-1)! + 1 }
        await using all = await memoryLedger(range.to)
        all.directory.timezone = zone
        all.readings.set(all.directory.seriesOf('outlet', 'power'), times, values)
        await all.ledger.rebuild('home', 'outlet', range)
        const answer = await all.ledger.energy({ site: 'home', ...range, by: 'day', group: 'device' })
        const days = answer.groups[0]!.buckets
        const kWh = days.reduce((sum, day) => sum + (day.importWh ?? 0), 0) / 1000
        const trapezoid = trapezoidKWh({ times, values })
        expect(Math.abs(kWh - trapezoid)).toBeLessThanOrEqual(0.005 * trapezoid)
        // The stated truth counts hours that a file tells twice two times: a store has each instant once.
        if (toldTwice.length === 0)
          expect(Math.abs(kWh - truth.kwh_total)).toBeLessThanOrEqual(0.005 * truth.kwh_total)
        // Where the truth holds a sample for a minute into a gap, no line is drawn: its days differ by that.
        if (truth.gaps_over_60s === 0) {
          for (const [i, { start, importWh }] of days.entries()) {
            const wanted = Object.values(truth.kwh_by_local_day)[i]!
            expect(Math.abs(importWh! / 1000 - wanted), new Date(start).toISOString()).toBeLessThanOrEqual(
              0.005 * wanted,
            )
          }
        }
        if (toldTwice.length > 0) return
        const slots = await all.ledger.slots('home', 'outlet', { from: range.from - 900_000, to: range.to })
        const covered = slots.reduce((sum, slot) => sum + slot.coverage * 900, 0)
        expect(Math.abs(covered - truth.covered_seconds)).toBeLessThanOrEqual(60 * (truth.gaps_over_60s + 1))
      })
    }
  })
}

describe.skipIf(!french)('a French home with solar power, means of half hours over a year', () => {
  interface Half {
    start: number
    watts: number | null
  }
  const rows: Half[] = french
    ? gunzipSync(readFileSync(join(french, 'home_30min.csv.gz')))
        .toString()
        .trim()
        .split('\n')
        .slice(1)
        .map(line => line.split(','))
        .map(([start, load]) => ({ start: Date.parse(start!), watts: load ? Number(load) : null }))
    : []
  // Its clocks change on 2024-03-31; the other change of the year is not in this part of the record.
  const days = [
    { date: '2024-03-31', from: '2024-03-30T23:00Z', hours: 23 },
    { date: '2024-06-15', from: '2024-06-14T22:00Z', hours: 24 },
    { date: '2024-12-01', from: '2024-11-30T23:00Z', hours: 24 },
  ]
  const halves = (from: number, hours: number) =>
    rows.filter(row => row.start >= from && row.start < from + hours * hour)

  for (const { date, from, hours } of days) {
    test(`${date} has ${hours} hours and their energy, as energies of intervals`, async () => {
      const begin = Date.parse(from)
      await using all = await memoryLedger(begin + 48 * hour)
      all.directory.timezone = 'Europe/Paris'
      const counter = all.directory.seriesOf('house', 'energyImport')
      let wh = 100_000
      const counted: [number, number][] = [[begin, wh]]
      for (const { start, watts } of halves(begin, hours)) {
        if (watts === null) continue
        wh += watts / 2
        counted.push([start + hour / 2, wh])
      }
      await all.store(counter, counted)
      const answer = await all.ledger.energy({
        site: 'home',
        from: begin,
        to: begin + 1,
        by: 'day',
        group: 'device',
      })
      const [day] = answer.groups[0]!.buckets
      expect(day!.end - day!.start).toBe(hours * hour)
      expect(day!.importWh).toBeCloseTo(wh - 100_000, 2)
      const byHour = await all.ledger.energy({
        site: 'home',
        from: begin,
        to: day!.end,
        by: 'hour',
        group: 'device',
      })
      expect(byHour.groups[0]!.buckets).toHaveLength(hours)
    })
  }

  test('as power samples, within 0.5 % of the trapezoid over the same samples, and gaps are missing', async () => {
    const known = rows.filter((row): row is { start: number; watts: number } => row.watts !== null)
    const range = { from: known[0]!.start, to: known.at(-1)!.start + 1 }
    await using all = await memoryLedger(range.to)
    all.directory.timezone = 'Europe/Paris'
    await all.store(
      all.directory.seriesOf('house', 'power'),
      known.map(({ start, watts }): [number, number] => [start, watts]),
    )
    // One lost sample is bridged: an hour between two. Longer is missing.
    let trapezoid = 0
    let bridgedMs = 0
    for (let i = 1; i < known.length; i++) {
      const ms = known[i]!.start - known[i - 1]!.start
      if (ms > hour) continue
      trapezoid += (((known[i]!.watts + known[i - 1]!.watts) / 2) * ms) / hour
      bridgedMs += ms
    }
    const answer = await all.ledger.energy({ site: 'home', ...range, by: 'month', group: 'device' })
    const got = answer.groups[0]!.buckets.reduce(
      (sum, month) => sum + (month.importWh ?? 0) - (month.exportWh ?? 0),
      0,
    )
    expect(Math.abs(got - trapezoid)).toBeLessThanOrEqual(0.005 * trapezoid)
    const slots = await all.ledger.slots('home', 'house', range)
    const coveredMs = slots.reduce((sum, slot) => sum + slot.coverage * 900_000, 0)
    expect(Math.abs(coveredMs / bridgedMs - 1)).toBeLessThan(0.001)
  })
})

describe.skipIf(!telegrams)('counters of smart-meter telegrams', () => {
  const files = telegrams ? readdirSync(telegrams).filter(name => name.startsWith('p1_')) : []
  /** `1-0:1.8.0(006545766*Wh)`: import 1.8, export 2.8; register 0 the total, 1 and 2 the tariffs. */
  const register = /1-0:([12])\.8\.([012])(?:\*255)?\((\d+(?:\.\d+)?)\*(k?)Wh\)/g

  for (const file of files) {
    test(`${file}: what is used between two telegrams is the difference of their registers`, async () => {
      const text = readFileSync(join(telegrams!, file), 'latin1')
      const registers = [...text.matchAll(register)].map(([, direction, number, digits, kilo]) => ({
        field: `energy${direction === '1' ? 'Import' : 'Export'}${number === '0' ? '' : `T${number}`}`,
        wh: Number(digits) * (kilo ? 1000 : 1),
      }))
      expect(registers.length).toBeGreaterThan(0)
      const noon = Date.UTC(2026, 0, 15, 12)
      await using all = await memoryLedger(noon + hour)
      // Ten seconds apart, and in each the register moves by what 1.8 kW use: 5 Wh.
      for (const { field, wh } of registers) {
        const rows = Array.from({ length: 91 }, (_, i): [number, number] => [noon + i * 10_000, wh + 5 * i])
        await all.store(all.directory.seriesOf('p1', field), rows)
      }
      const [slot] = await all.ledger.slots('home', 'p1', { from: noon, to: noon + 900_000 })
      const moved = (direction: string) => {
        const fields = registers
          .filter(one => one.field.startsWith(`energy${direction}`))
          .map(one => one.field)
        if (fields.length === 0) return null
        return 450_000 * (fields.includes(`energy${direction}`) ? 1 : fields.length)
      }
      expect([slot!.importMilliWh, slot!.exportMilliWh]).toEqual([moved('Import'), moved('Export')])
    })
  }
})
