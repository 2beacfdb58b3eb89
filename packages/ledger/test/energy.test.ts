import { InvalidInput } from '@ohmstead/model'
import { describe, expect, test } from 'vitest'
import type { EnergyAnswer, EnergyQuery } from '../src/index.ts'
import { memoryLedger } from './memory.ts'

const hour = 3_600_000
const at = (text: string) => Date.parse(text)
type All = Awaited<ReturnType<typeof memoryLedger>>

/** A device that draws `watts` from `from` to `to`, told every five minutes. */
async function draws(all: All, device: string, watts: number, from: number, to: number): Promise<void> {
  const rows: [number, number][] = []
  for (let time = from; time <= to; time += 300_000) rows.push([time, watts])
  await all.store(all.directory.seriesOf(device, 'power'), rows)
}

const ask = (all: All, query: Partial<EnergyQuery>) =>
  all.ledger.energy({ site: 'home', from: 0, to: 0, by: 'day', group: 'device', ...query })

/** Wh imported by group and bucket. */
const imports = (answer: EnergyAnswer) =>
  Object.fromEntries(answer.groups.map(({ key, buckets }) => [key, buckets.map(bucket => bucket.importWh)]))

describe("days are the site's days", () => {
  const cases = [
    { zone: 'Europe/Oslo', day: '2026-03-29', start: '2026-03-28T23:00:00Z', hours: 23 },
    { zone: 'Europe/Oslo', day: '2026-10-25', start: '2026-10-24T22:00:00Z', hours: 25 },
    { zone: 'Europe/Oslo', day: '2026-01-15', start: '2026-01-14T23:00:00Z', hours: 24 },
    { zone: 'Asia/Kolkata', day: '2026-01-15', start: '2026-01-14T18:30:00Z', hours: 24 },
    { zone: 'Asia/Kathmandu', day: '2026-01-15', start: '2026-01-14T18:15:00Z', hours: 24 },
    { zone: 'Australia/Lord_Howe', day: '2026-04-05', start: '2026-04-04T13:00:00Z', hours: 24.5 },
    { zone: 'America/St_Johns', day: '2026-03-08', start: '2026-03-08T03:30:00Z', hours: 23 },
  ]
  for (const { zone, day, start, hours } of cases) {
    test(`${day} in ${zone} has ${hours} hours`, async () => {
      await using all = await memoryLedger(at(start) + 80 * hour)
      all.directory.timezone = zone
      await draws(all, 'plug', 100, at(start) - 24 * hour, at(start) + 72 * hour)
      const answer = await ask(all, { from: at(start), to: at(start) + 1 })
      expect(answer.timezone).toBe(zone)
      expect(answer.groups).toMatchObject([
        {
          key: 'plug',
          buckets: [
            { start: at(start), end: at(start) + hours * hour, importWh: 100 * hours, completeness: 1 },
          ],
        },
      ])
    })
  }

  test('hours, weeks, months and years add up to the same', async () => {
    await using all = await memoryLedger(at('2026-12-31T00:00Z'))
    await draws(all, 'plug', 100, at('2026-03-01T00:00Z'), at('2026-05-01T00:00Z'))
    const total = 100 * 61 * 24
    for (const by of ['slot', 'hour', 'day', 'week', 'month', 'year'] as const) {
      const answer = await ask(all, { from: at('2026-03-01T00:00Z'), to: at('2026-05-01T00:00Z'), by })
      expect(
        imports(answer).plug!.reduce((sum, wh) => sum! + (wh ?? 0), 0),
        by,
      ).toBeCloseTo(total, 6)
    }
  })
})

describe('a bucket says how much of it is known', () => {
  test('quality is by time and sums to one', async () => {
    const day = at('2026-01-14T23:00Z')
    await using all = await memoryLedger(day + 24 * hour)
    const counter = all.directory.seriesOf('plug', 'energyImport')
    const rows: [number, number][] = []
    for (let m = 0; m <= 6 * 60; m++) rows.push([day + m * 60_000, m])
    for (let m = 0; m <= 6 * 60; m++) rows.push([day + 12 * hour + m * 60_000, 1000 + m])
    await all.store(counter, rows)
    const [bucket] = (await ask(all, { from: day, to: day + 1 })).groups[0]!.buckets
    expect(bucket).toMatchObject({ importWh: 1360, exportWh: null, completeness: 0.75 })
    expect(bucket!.quality).toEqual({
      measured: 0.5,
      interpolated: 0.25,
      estimated: 0,
      recovered: 0,
      edited: 0,
      missing: 0.25,
    })
  })

  test('what is still to come is not missing', async () => {
    const day = at('2026-01-14T23:00Z')
    await using all = await memoryLedger(day + 6 * hour)
    await draws(all, 'plug', 100, day, day + 6 * hour)
    const buckets = (await ask(all, { from: day, to: day + 36 * hour })).groups[0]!.buckets
    expect(buckets[0]).toMatchObject({ importWh: 600, completeness: 1 })
    expect(buckets[1]).toMatchObject({ importWh: null, exportWh: null, completeness: 0 })
  })

  test('nothing known is null, not zero', async () => {
    const day = at('2026-01-14T23:00Z')
    await using all = await memoryLedger(day + 72 * hour)
    await draws(all, 'plug', 100, day, day + 24 * hour)
    const buckets = (await ask(all, { from: day - 1, to: day + 48 * hour })).groups[0]!.buckets
    expect(buckets.map(({ importWh, completeness }) => [importWh, completeness])).toEqual([
      [null, 0],
      [2400, 1],
      [null, 0],
    ])
  })

  test('a device that came later is not missing in what was before it, one that is silent is', async () => {
    const day = at('2026-01-14T23:00Z')
    await using all = await memoryLedger(day + 72 * hour)
    await draws(all, 'early', 100, day, day + 48 * hour)
    await draws(all, 'late', 100, day + 24 * hour, day + 72 * hour)
    const answer = await ask(all, { from: day, to: day + 72 * hour, group: 'site' })
    expect(answer.groups[0]!.buckets.map(({ importWh, completeness }) => [importWh, completeness])).toEqual([
      [2400, 1],
      [4800, 1],
      [2400, 0.5],
    ])
    all.directory.add('early', { enabled: false })
    expect(
      (await ask(all, { from: day + 48 * hour, to: day + 72 * hour, group: 'site' })).groups[0]!.buckets[0]!
        .completeness,
    ).toBe(1)
  })

  test('a site without meters has a group of nothing', async () => {
    await using all = await memoryLedger(at('2026-01-16T00:00Z'))
    const answer = await ask(all, {
      from: at('2026-01-15T12:00Z'),
      to: at('2026-01-15T13:00Z'),
      group: 'site',
    })
    expect(imports(answer)).toEqual({ home: [null] })
  })
})

describe('nothing counts twice', () => {
  const day = at('2026-01-14T23:00Z')

  async function house() {
    const all = await memoryLedger(day + 24 * hour)
    await draws(all, 'main', 1000, day, day + 24 * hour)
    await draws(all, 'kitchen', 400, day, day + 24 * hour)
    await draws(all, 'oven', 300, day, day + 24 * hour)
    await draws(all, 'garage', 50, day, day + 24 * hour)
    all.directory.add('main')
    all.directory.add('garage')
    all.directory.add('kitchen', { submeterOf: 'main' })
    all.directory.add('oven', { submeterOf: 'kitchen' })
    return all
  }
  const today = { from: day, to: day + 24 * hour }
  const places: Record<string, string> = { main: 'cellar', kitchen: 'kitchen', oven: 'kitchen' }

  test('a site is its meters that no other contains', async () => {
    await using all = await house()
    expect(imports(await ask(all, { ...today, group: 'site' }))).toEqual({ home: [25_200] })
  })

  test('a place has what is measured in it, and the place of the main meter the rest', async () => {
    await using all = await house()
    const answer = await ask(all, { ...today, group: 'place', placeOf: device => places[device] ?? null })
    expect(imports(answer)).toEqual({ '': [1200], cellar: [14_400], kitchen: [9600] })
  })

  test('devices stand for themselves', async () => {
    await using all = await house()
    expect(imports(await ask(all, today))).toEqual({
      garage: [1200],
      kitchen: [9600],
      main: [24_000],
      oven: [7200],
    })
    expect(imports(await ask(all, { ...today, group: 'site', devices: ['oven', 'kitchen'] }))).toEqual({
      home: [9600],
    })
  })

  test('a circle of sub-meters does no harm', async () => {
    await using all = await house()
    all.directory.add('main', { submeterOf: 'oven' })
    expect(imports(await ask(all, { ...today, group: 'site' })).home).toHaveLength(1)
  })

  test('a sub-meter of something that is no meter counts itself', async () => {
    await using all = await house()
    all.directory.add('garage', { submeterOf: 'fuse-box' })
    expect(imports(await ask(all, { ...today, group: 'site' }))).toEqual({ home: [25_200] })
  })
})

describe('virtual meters', () => {
  const day = at('2026-01-14T23:00Z')

  async function house() {
    const all = await memoryLedger(day + 24 * hour)
    await draws(all, 'main', 1000, day, day + 24 * hour)
    await draws(all, 'fridge', 100, day, day + 24 * hour)
    await draws(all, 'heater', 600, day, day + 12 * hour)
    all.directory.add('main')
    all.directory.add('fridge', { submeterOf: 'main' })
    return all
  }
  const untracked = { id: 'untracked', name: 'Untracked', plus: ['main'], minus: ['fridge', 'heater'] }
  const today = { from: day, to: day + 24 * hour }

  test('house minus plugs is what nobody tracks; where a member is missing it is missing', async () => {
    await using all = await house()
    all.ledger.putVirtualMeter('home', untracked)
    const slots = await all.ledger.slots('home', 'untracked', today)
    expect(slots).toHaveLength(96)
    expect(slots[0]).toMatchObject({
      importMilliWh: 75_000,
      exportMilliWh: 0,
      coverage: 1,
      quality: 'measured',
      source: 'virtual',
    })
    expect(slots[95]).toMatchObject({
      importMilliWh: null,
      exportMilliWh: null,
      coverage: 0,
      quality: 'missing',
    })
    const answer = await ask(all, { ...today, devices: ['untracked', 'main'] })
    expect(answer.groups.find(group => group.key === 'untracked')!.buckets).toMatchObject([
      { importWh: 3600, completeness: 0.5 },
    ])
  })

  test('they are never added to a site or listed among its meters', async () => {
    await using all = await house()
    const before = await ask(all, { ...today, group: 'site' })
    all.ledger.putVirtualMeter('home', untracked)
    expect(await ask(all, { ...today, group: 'site' })).toEqual(before)
    expect(
      await ask(all, { ...today, group: 'site', devices: ['main', 'untracked', 'heater', 'fridge'] }),
    ).toEqual(before)
    expect(Object.keys(imports(await ask(all, today)))).toEqual(['fridge', 'heater', 'main'])
  })

  test('less than nothing flows the other way', async () => {
    await using all = await house()
    all.ledger.putVirtualMeter('home', { id: 'odd', name: 'Odd', plus: ['fridge'], minus: ['main'] })
    expect((await all.ledger.slots('home', 'odd', today))[0]).toMatchObject({
      importMilliWh: 0,
      exportMilliWh: 225_000,
    })
  })

  test('they may be made of each other', async () => {
    await using all = await house()
    all.ledger.putVirtualMeter('home', { id: 'plugs', name: 'Plugs', plus: ['fridge', 'heater'], minus: [] })
    all.ledger.putVirtualMeter('home', { id: 'rest', name: 'Rest', plus: ['main'], minus: ['plugs'] })
    expect((await all.ledger.slots('home', 'rest', today))[0]).toMatchObject({ importMilliWh: 75_000 })
    expect(() => all.ledger.removeVirtualMeter('home', 'plugs')).toThrow(InvalidInput)
    all.ledger.removeVirtualMeter('home', 'rest')
    all.ledger.removeVirtualMeter('home', 'plugs')
    expect(all.ledger.virtualMeters('home')).toEqual([])
  })

  const refused = {
    'an id of a device': { id: 'main', plus: ['fridge'], minus: [] },
    'an id that is none': { id: 'A b', plus: ['fridge'], minus: [] },
    'nothing to add': { id: 'v', plus: [], minus: ['main'] },
    'a meter that is not there': { id: 'v', plus: ['ghost'], minus: [] },
    'the same meter twice': { id: 'v', plus: ['main', 'main'], minus: [] },
    'the same meter on both sides': { id: 'v', plus: ['main'], minus: ['main'] },
    'a meter beside the one that contains it': { id: 'v', plus: ['main', 'fridge'], minus: [] },
    itself: { id: 'v', plus: ['v'], minus: [] },
    'a circle': { id: 'inner', plus: ['outer'], minus: [] },
    'a meter that is in another already': { id: 'v', plus: ['outer', 'heater'], minus: [] },
  }
  for (const [what, meter] of Object.entries(refused)) {
    test(`with ${what} is refused`, async () => {
      await using all = await house()
      all.ledger.putVirtualMeter('home', { id: 'inner', name: 'Inner', plus: ['heater'], minus: [] })
      all.ledger.putVirtualMeter('home', { id: 'outer', name: 'Outer', plus: ['inner'], minus: [] })
      expect(() => all.ledger.putVirtualMeter('home', { name: what, ...meter })).toThrow(InvalidInput)
      expect(all.ledger.virtualMeters('home')).toHaveLength(2)
    })
  }
})
