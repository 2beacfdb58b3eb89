import { expect, test } from 'vitest'
import { daysOf } from './day.ts'
import { fieldsOf, reportsAt } from './fields.ts'
import { energyAt, energyOf, perWh } from './profile.ts'
import { Simulation } from './simulation.ts'
import type { SiteDay } from './siteDay.ts'
import { demoSites } from './sites/index.ts'
import { hasPower, type SiteSpec } from './spec.ts'

const start = Date.UTC(2026, 0, 10)
const dayMs = 86_400_000

const site = (id: string): SiteSpec => demoSites.find(candidate => candidate.id === id)!
const span = (id: string, days: number, from = start) => [
  ...new Simulation('seed', site(id), { start: from }).days({ from, to: from + days * dayMs }),
]

function shown(day: SiteDay, device: string, field: string, second: number): number {
  const spec = day.site.devices.find(({ id }) => id === device)!
  return fieldsOf(spec)
    .find(source => source.field === field)!
    .value(day, second) as number
}

test.each(demoSites.map(({ id }) => id))('%s: the mains meter sees exactly what its wires carry', id => {
  for (const day of span(id, 5)) {
    const measured = [...day.meters].filter(([device]) => device !== 'mains').map(([, meter]) => meter.power)
    const others = [...measured, ...day.unmeasured]
    for (let second = 0; second < day.day.seconds; second += 997) {
      const used = others.reduce((total, power) => total + energyAt(power, second), 0)
      const mains = day.meters.get('mains')!
      expect(energyAt(mains.power, second)).toBe(used)
      expect(energyAt(mains.imported, second) - energyAt(mains.exported, second)).toBe(used)
    }
  }
})

test.each(demoSites.map(({ id }) => id))(
  "%s: counters are the integral of power, whatever the day's end",
  id => {
    const days = span(id, 4)
    for (const device of site(id).devices.filter(hasPower)) {
      let wattTenthSeconds = 0
      for (const { meters, day } of days) {
        const { power } = meters.get(device.id)!
        power.starts.forEach((at, step) => {
          const next = power.starts[step + 1] ?? day.seconds
          wattTenthSeconds += power.power[step] * (next - at)
        })
      }
      const end = days.at(-1)!.end
      expect(end.imported[device.id] - end.exported[device.id]).toBe(wattTenthSeconds)
    }
  },
)

test('what a counter shows grows in whole steps and never more than one step from the truth', () => {
  const [day] = span('demo-oslo', 1)
  let before = shown(day, 'mains', 'energyImport', 0)
  for (let second = 60; second < day.day.seconds; second += 60) {
    const now = shown(day, 'mains', 'energyImport', second)
    expect(now % 10).toBe(0)
    expect(now).toBeGreaterThanOrEqual(before)
    const truth = 61_234_560 + energyAt(day.meters.get('mains')!.imported, second) / perWh
    expect(truth - now).toBeGreaterThanOrEqual(0)
    expect(truth - now).toBeLessThan(10)
    before = now
  }
})

test('the same seed gives the same days; another seed others', () => {
  const days = (seed: string) => [
    ...new Simulation(seed, site('demo-paris'), { start }).days({ from: start, to: start + 3 * dayMs }),
  ]
  expect(days('a').map(day => day.end)).toEqual(days('a').map(day => day.end))
  expect(days('a').at(-1)!.end).not.toEqual(days('b').at(-1)!.end)
})

test('a simulation taken up at a checkpoint goes on as if it had never stopped', () => {
  const at = start + 6 * dayMs
  const whole = new Simulation('seed', site('demo-paris'), { start })
  const checkpoint = structuredClone(whole.checkpoint(at))
  const resumed = new Simulation('seed', site('demo-paris'), { start, checkpoint })
  expect(resumed.dayAt(at + 2 * dayMs).end).toEqual(whole.dayAt(at + 2 * dayMs).end)
})

test('going back in time gives the day again', () => {
  const simulation = new Simulation('seed', site('demo-oslo'), { start })
  const first = simulation.dayAt(start + dayMs).end
  simulation.dayAt(start + 4 * dayMs)
  expect(simulation.dayAt(start + dayMs).end).toEqual(first)
})

test.each([
  ['demo-oslo', '2026-03-29', 23],
  ['demo-oslo', '2026-10-25', 25],
  ['demo-adelaide', '2026-04-05', 25],
  ['demo-adelaide', '2026-10-04', 23],
  ['demo-berlin', '2026-07-01', 24],
])('%s: %s has %i hours, all of them with power', (id, date, hours) => {
  const day = daysOf(
    { from: Date.parse(`${date}T06:00:00Z`), to: Date.parse(`${date}T06:00:01Z`) },
    site(id).timezone,
  )[0]
  expect(day).toMatchObject({ date, seconds: hours * 3600 })
  const simulated = new Simulation('seed', site(id), { start: day.start }).dayAt(day.start)
  for (const { power } of simulated.meters.values()) {
    expect(power.seconds).toBe(hours * 3600)
    expect(power.starts.at(-1)).toBeLessThan(hours * 3600)
  }
  expect(energyOf(simulated.meters.get('mains')!.imported)).toBeGreaterThan(0)
})

test('nothing draws more than it is rated for, but for the second in which a compressor starts', () => {
  for (const { id, devices } of demoSites)
    for (const day of span(id, 7))
      for (const { id: device, ratedPowerW } of devices.filter(hasPower)) {
        const most = day.meters
          .get(device)!
          .power.power.reduce((top, watts) => Math.max(top, Math.abs(watts)), 0)
        expect(most / 10, `${id} ${device}`).toBeLessThanOrEqual(ratedPowerW!)
      }
})

test('the sun shines by day only, more in summer, and the house sells what it has over', () => {
  const made = (date: string) => {
    const [day] = span('demo-paris', 1, Date.parse(`${date}T12:00:00Z`))
    const { power } = day.meters.get('solar')!
    expect(energyAt(power, 2 * 3600)).toBe(0)
    return -energyOf(power) / perWh
  }
  const week = (month: string) =>
    [10, 11, 12, 13, 14].reduce((total, day) => total + made(`2026-${month}-${day}`), 0)
  expect(week('06')).toBeGreaterThan(2 * week('12'))
})

test('a battery stays within its capacity and gives back less than it took', () => {
  const days = span('demo-paris', 40, Date.UTC(2026, 3, 1))
  for (const { meters } of days)
    for (const wh of meters.get('battery')!.battery!.stored) {
      expect(wh).toBeGreaterThan(-10)
      expect(wh).toBeLessThan(8610)
    }
  const { imported, exported } = days.at(-1)!.end
  expect(imported.battery).toBeGreaterThan(exported.battery)
  expect(exported.battery).toBeGreaterThan(imported.battery * 0.8)
})

test('cold days need more heat, full rooms more air', () => {
  const heat = (from: number) =>
    span('demo-oslo', 14, from).reduce(
      (total, day) => total + energyOf(day.meters.get('heat-pump')!.power),
      0,
    )
  expect(heat(Date.UTC(2026, 0, 8))).toBeGreaterThan(3 * heat(Date.UTC(2026, 5, 8)))
  const [monday] = span('demo-berlin', 1, Date.parse('2026-02-02T12:00:00Z'))
  const co2 = (hour: number) => shown(monday, 'open-plan-air', 'co2', hour * 3600)
  expect(co2(15)).toBeGreaterThan(co2(5) + 100)
})

test('a new meter begins where it was made to, and the energy behind it goes on', () => {
  const at = start + dayMs + 14 * 3_600_000 + 180_000
  const swaps = [{ device: 'mains', at, startWh: 370 }]
  const days = [
    ...new Simulation('seed', site('demo-oslo'), { start, swaps }).days({
      from: start,
      to: start + 4 * dayMs,
    }),
  ]
  const day = days.find(({ day: { start: from, end } }) => at >= from && at < end)!
  const second = (at - day.day.start) / 1000
  expect(shown(day, 'mains', 'energyImport', second - 1)).toBeGreaterThan(61_000_000)
  expect(shown(day, 'mains', 'energyImport', second)).toBe(370)
  const last = days.at(-1)!
  const used =
    last.end.imported.mains - (day.start.imported.mains + energyAt(day.meters.get('mains')!.imported, second))
  expect(shown(last, 'mains', 'energyImport', last.day.seconds)).toBe(
    Math.floor((370 + used / perWh) / 10) * 10,
  )
})

test('every device reports values that the catalogue takes', async () => {
  const { fieldInfo } = await import('@ohmstead/model')
  for (const { id, devices } of demoSites)
    for (const day of span(id, 2))
      for (const device of devices)
        for (const { measurement, fields } of reportsAt(fieldsOf(device), day, 43_217))
          for (const [field, value] of Object.entries(fields)) {
            const info = fieldInfo(measurement, field)
            expect(info, `${measurement}.${field}`).toBeDefined()
            expect(typeof value).toBe(info!.type)
            if (typeof value !== 'number') continue
            expect(value).toBeGreaterThanOrEqual(info!.min!)
            expect(value).toBeLessThanOrEqual(info!.max!)
          }
})
