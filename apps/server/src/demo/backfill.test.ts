import type { Instant, Value } from '@ohmstead/model'
import { MemoryStore } from '@ohmstead/telemetry/memory'
import { expect, test } from 'vitest'
import { backfill } from './backfill.ts'
import { type Incidents, incidentsBefore } from './incidents.ts'
import { Simulation } from './simulation.ts'
import { demoSites } from './sites/index.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const start = Date.UTC(2026, 2, 27)

const none: Incidents = { outages: [], stuck: [], zeros: [], swaps: [] }

async function load(
  store: MemoryStore,
  {
    site,
    from = start,
    to,
    incidents = none,
  }: { site: string; from?: Instant; to: Instant; incidents?: Incidents },
) {
  const spec = demoSites.find(({ id }) => id === site)!
  const swaps = incidents.swaps.filter(swap => swap.site === site)
  let stored = 0
  const filled = await backfill({
    store,
    simulations: [new Simulation('seed', spec, { start: from, swaps })],
    incidents,
    start: from,
    end: to,
    signal: new AbortController().signal,
    progress: (_, values) => {
      stored = values
    },
  })
  return { filled, stored }
}

async function points(store: MemoryStore, site: string, device: string, field: string, from = 0, to = 8e15) {
  const series = store.select({ site, devices: [device], fields: [field] })
  const all: { time: Instant; value: Value }[] = []
  for await (const chunk of store.raw(series, { from, to }))
    chunk.times.forEach((time, i) => {
      all.push({ time, value: chunk.values[i] })
    })
  return all
}

test('every device has its readings, up to the end and not beyond', async () => {
  const store = new MemoryStore()
  const { filled } = await load(store, { site: 'demo-oslo', to: start + 2 * dayMs })
  const devices = demoSites[0].devices.map(({ id }) => id)
  expect(filled.map(({ device }) => device)).toEqual(devices)
  for (const device of devices) {
    const [series] = store.select({ site: 'demo-oslo', devices: [device] })
    const all = await points(store, 'demo-oslo', device, series.field)
    expect(all[0].time).toBe(start)
    expect(all.at(-1)!.time).toBeGreaterThanOrEqual(start + 2 * dayMs - 900_000)
    expect(all.at(-1)!.time).toBeLessThan(start + 2 * dayMs)
  }
})

test('loading again stores nothing twice, and later only what is missing', async () => {
  const store = new MemoryStore()
  const first = await load(store, { site: 'demo-paris', to: start + dayMs })
  expect(first.stored).toBeGreaterThan(0)
  expect(await load(store, { site: 'demo-paris', to: start + dayMs })).toEqual({
    filled: expect.anything(),
    stored: 0,
  })
  const later = await load(store, { site: 'demo-paris', to: start + 3 * dayMs })
  const whole = await load(new MemoryStore(), { site: 'demo-paris', to: start + 3 * dayMs })
  expect(first.stored + later.stored).toBe(whole.stored)
})

test('a load in two parts gives the same as one', async () => {
  const [parts, whole] = [new MemoryStore(), new MemoryStore()]
  await load(parts, { site: 'demo-paris', to: start + 1.4 * dayMs })
  await load(parts, { site: 'demo-paris', to: start + 3 * dayMs })
  await load(whole, { site: 'demo-paris', to: start + 3 * dayMs })
  for (const [device, field] of [
    ['mains', 'energyImport'],
    ['battery', 'batteryCharge'],
    ['living-room-air', 'co2'],
  ])
    expect(await points(parts, 'demo-paris', device, field)).toEqual(
      await points(whole, 'demo-paris', device, field),
    )
})

test('the day on which clocks go forward is one hour short and without a gap', async () => {
  const store = new MemoryStore()
  await load(store, { site: 'demo-oslo', to: start + 4 * dayMs })
  const day = { from: Date.parse('2026-03-28T23:00:00Z'), to: Date.parse('2026-03-29T22:00:00Z') }
  const power = await points(store, 'demo-oslo', 'mains', 'power', day.from, day.to)
  expect(power).toHaveLength(23 * 12)
})

test('counters never fall, but where the meter is exchanged and where zeros are thrown in', async () => {
  const to = start + 200 * dayMs
  const incidents = incidentsBefore(to)
  const [swap] = incidents.swaps
  const store = new MemoryStore()
  const range = { site: 'demo-oslo', from: swap.at - 2 * dayMs, to: swap.at + 2 * dayMs, incidents }
  await load(store, range)
  const counter = await points(store, 'demo-oslo', 'mains', 'energyImport')
  const falls = counter.filter(({ value }, i) => i > 0 && value < counter[i - 1].value)
  expect(falls.map(({ time }) => time)).toEqual([Math.ceil(swap.at / 300_000) * 300_000])
  // 370 Wh were on it when it came.
  expect(falls[0].value).toBeGreaterThanOrEqual(370)
  expect(falls[0].value).toBeLessThan(1000)
  expect(counter.filter(({ time }) => time >= swap.offAt && time < swap.at)).toEqual([])
  expect(new Date(swap.at).toLocaleTimeString('en-GB', { timeZone: 'Europe/Oslo' })).toBe('14:03:00')
})

test('while a site is dark nothing comes, and its counters have gone on', async () => {
  const to = start + 200 * dayMs
  const incidents = incidentsBefore(to)
  const [dark] = incidents.outages
  const store = new MemoryStore()
  await load(store, { site: 'demo-adelaide', from: dark.from - dayMs, to: dark.to + dayMs, incidents })
  expect(dark.to - dark.from).toBe(5 * hourMs)
  for (const device of ['mains', 'fridge', 'outdoor']) {
    const [{ field }] = store.select({ site: 'demo-adelaide', devices: [device] })
    expect(await points(store, 'demo-adelaide', device, field, dark.from, dark.to)).toEqual([])
  }
  const before = (await points(store, 'demo-adelaide', 'fridge', 'energyImport', 0, dark.from)).at(-1)!
  const after = (await points(store, 'demo-adelaide', 'fridge', 'energyImport', dark.to))[0]
  expect(Number(after.value)).toBeGreaterThan(Number(before.value) + 50)
})

test('a stuck sensor shows one value, the others of its room go on', async () => {
  const to = start + 200 * dayMs
  const incidents = incidentsBefore(to)
  const [stuck] = incidents.stuck
  const store = new MemoryStore()
  await load(store, { site: 'demo-paris', from: stuck.from - dayMs, to: stuck.to + dayMs, incidents })
  const values = async (field: string) =>
    new Set(
      (await points(store, 'demo-paris', 'living-room-air', field, stuck.from, stuck.to)).map(
        ({ value }) => value,
      ),
    )
  expect(await values('temperature')).toEqual(new Set([20.84]))
  expect((await values('humidity')).size).toBeGreaterThan(50)
})

test('transient zeros stand between ordinary readings, seconds apart', async () => {
  const to = start + 200 * dayMs
  const incidents = incidentsBefore(to)
  const [zero] = incidents.zeros
  const store = new MemoryStore()
  await load(store, { site: zero.site, from: zero.at - dayMs, to: zero.at + dayMs, incidents })
  const counter = await points(store, zero.site, zero.device, 'energyImport')
  const at = counter.findIndex(({ value }) => value === 0)
  expect(counter.slice(at, at + 2)).toEqual([
    { time: zero.at, value: 0 },
    { time: zero.at + 2000, value: 0 },
  ])
  expect(counter[at + 2].value).toBeGreaterThanOrEqual(Number(counter[at - 1].value))
})

test('a load that is stopped can be taken up again', async () => {
  const store = new MemoryStore()
  const stop = new AbortController()
  const spec = demoSites[0]
  const run = (signal: AbortSignal) =>
    backfill({
      store,
      simulations: [new Simulation('seed', spec, { start })],
      incidents: none,
      start,
      end: start + 40 * dayMs,
      signal,
      progress: () => stop.abort(new Error('enough')),
    })
  await expect(run(stop.signal)).rejects.toThrow('enough')
  const part = (await points(store, spec.id, 'mains', 'power')).length
  await run(new AbortController().signal)
  const all = await points(store, spec.id, 'mains', 'power')
  expect(all.length).toBe(40 * 288)
  expect(part).toBeLessThan(all.length)
})
