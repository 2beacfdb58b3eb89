import type { Device, Place } from '@ohmstead/sdk'
import { device, type Latest, type World } from './fakeServer.ts'

const minute = 60_000
export const account = { email: 'ada@example.org', password: 'correct horse battery', name: 'Ada Lovelace' }

/** A platform that nobody has set up. */
export function freshWorld(): World {
  return {
    setupToken: 'one-time-secret',
    account: null,
    sites: [],
    devices: {},
    places: {},
    latest: {},
    history: () => null,
    energy: () => ({ importWh: null, exportWh: null }),
    completeness: 0,
    quarantine: {},
    troubles: [],
    broken: null,
    gate: null,
  }
}

const site = (id: string, name: string, timezone: string) =>
  ({
    id,
    name,
    timezone,
    currency: 'EUR',
    priceArea: null,
    newDevices: 'with-site-token',
    retentionDays: null,
  }) as const

const place = (id: string, name: string, parent: string | null = null): Place => ({
  id,
  site: 'home',
  name,
  kind: 'room',
  parent,
})

/** A signed-up platform with a home without devices. */
export function emptyWorld(): World {
  return {
    ...freshWorld(),
    setupToken: null,
    account: { ...account },
    sites: [site('home', 'Home in Trondheim', 'Europe/Oslo')],
  }
}

/** One device in each state that a device can be in; ages count from `now`. */
export function homeWorld(now = Date.now()): World {
  const world = emptyWorld()
  world.sites.push(site('office', 'Office', 'Europe/Paris'))
  world.places.home = [
    place('ground', 'Ground floor'),
    place('kitchen', 'Kitchen', 'ground'),
    place('laundry', 'Laundry room', 'ground'),
    place('roof', 'Roof'),
  ]
  const meter = device('home', 'main-meter', { name: 'Main meter' })
  const under = { submeterOf: 'main-meter' }
  world.devices.home = [
    meter,
    device('home', 'heat-pump', { name: 'Heat pump', ...under }),
    device('home', 'fridge', { name: 'Fridge and freezer', place: 'kitchen', ...under }),
    device('home', 'washer', { name: 'Washing machine', place: 'laundry', ...under }),
    device('home', 'solar', { name: 'Solar inverter', place: 'roof', ...under }),
    device('home', 'charger', { name: 'Charging station in the garage', ...under }),
    device('home', 'boiler', { name: 'Old boiler', enabled: false, ...under }),
    device('home', 'air', { name: 'Air sensor', place: 'kitchen' }),
    device('home', 'spare', { name: 'Spare plug' }),
  ]
  const power = (id: string, watts: number, ageMs: number): Latest => ({
    device: id,
    measurement: 'electricalMeter',
    field: 'power',
    unit: 'W',
    time: now - ageMs,
    value: watts,
  })
  world.latest.home = [
    power('main-meter', 1843.2, 2000),
    power('heat-pump', 1240, 4000),
    power('fridge', 84.3, 5000),
    power('washer', 412.5, 5 * minute),
    power('solar', -612, 3000),
    power('charger', 7360, 190 * minute),
    power('boiler', 0, 3 * 1440 * minute),
    {
      device: 'air',
      measurement: 'airSensor',
      field: 'temperature',
      unit: 'Cel',
      time: now - 20_000,
      value: 21.34,
    },
  ]
  world.history = (id, time) => {
    const at = time / minute
    const sun = Math.max(0, Math.sin(at / 140) * 900)
    const heat = Math.sin(at / 11) > -0.2 ? 1240 : 60
    const fridge = at % 47 < 18 ? 84 : 3
    const table: Record<string, number | null> = {
      'main-meter': now - time > 96 * minute && now - time < 71 * minute ? null : 300 + heat + fridge - sun,
      'heat-pump': heat,
      fridge,
      washer: now - time < 70 * minute ? 180 + 230 * Math.abs(Math.sin(at / 5)) : 0,
      solar: -sun,
      charger: now - time > 190 * minute ? 7360 : null,
      boiler: null,
    }
    // Somebody pulled the main meter's cable for a while.
    if (id === 'main-meter' && now - time > 70 * minute && now - time < 96 * minute) return null
    return table[id] ?? null
  }
  const energies: Record<string, [number, number]> = {
    'main-meter': [8412, 2260],
    'heat-pump': [6120, 0],
    fridge: [390, 0],
    washer: [812, 0],
    solar: [0, 4980],
    charger: [14720, 0],
  }
  world.energy = id => {
    const [importWh, exportWh] = energies[id] ?? [null, null]
    return { importWh, exportWh }
  }
  world.completeness = 0.974
  world.quarantine.home = [
    {
      id: 2,
      time: now - 3 * minute,
      device: 'washer',
      via: 'mqtt',
      field: 'fields.power',
      reason: 'expected a number, got "n/a"',
      sample: '{"measurement":"electricalMeter","fields":{"power":"n/a"}}',
    },
    {
      id: 1,
      time: now - 9 * minute,
      device: 'washer',
      via: 'mqtt',
      field: 'time',
      reason: 'lies 2 days ahead',
      sample: '{"measurement":"electricalMeter","time":"2031-01-01T00:00:00Z","fields":{"power":4}}',
    },
  ] as never
  return world
}

/** A campus floor: many devices, all of them live. */
export function crowdedWorld(count: number, now = Date.now()): World {
  const world = emptyWorld()
  world.devices.home = Array.from(
    { length: count },
    (_, at): Device => device('home', `plug-${at + 1}`, { name: `Plug ${at + 1}` }),
  )
  world.latest.home = world.devices.home.map(({ id }, at) => ({
    device: id,
    measurement: 'electricalMeter',
    field: 'power',
    unit: 'W',
    time: now - (at % 10) * 1000,
    value: (at * 37) % 1900,
  }))
  world.history = (id, time) => 200 + 150 * Math.sin(time / 600_000 + id.length)
  world.energy = () => ({ importWh: 1234, exportWh: null })
  world.completeness = 1
  return world
}
