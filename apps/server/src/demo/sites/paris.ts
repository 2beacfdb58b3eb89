import { clock } from '../day.ts'
import { compressor } from '../loads/compressor.ts'
import { waterHeater } from '../loads/heating.ts'
import { background, cooker, entertainment, kettle, lighting } from '../loads/household.ts'
import { dishes, programme, washing } from '../loads/programme.ts'
import type { SiteSpec } from '../spec.ts'
import type { World } from '../world.ts'
import { livingRoom, mains, outdoor, places, plug, sensor, wired } from './parts.ts'

const gasHeated = (world: World, second: number) => {
  const night = second < clock(world.day, 6) || second > clock(world.day, 22.5)
  return Math.max(world.presence.empty ? 15 : night ? 18 : 20.5, world.weather(second).temperature * 0.9 + 2)
}

export const paris: SiteSpec = {
  id: 'demo-paris',
  name: 'Home near Paris (demo)',
  timezone: 'Europe/Paris',
  currency: 'EUR',
  climate: { latitude: 48.8, longitude: 2.13, mean: 12.2, season: 8, day: 4.5, clouds: 0.48 },
  household: { kind: 'home', people: 3, holidays: [['08-03', '08-21']] },
  places: places([
    ['house', 'House', 'building'],
    ['kitchen', 'Kitchen', 'room', 'house'],
    ['living-room', 'Living room', 'room', 'house'],
    ['garage', 'Garage', 'room', 'house'],
    ['roof', 'Roof', 'outside'],
  ]),
  devices: [
    mains('house', 45, 1, 21_873_120),
    wired(
      'solar',
      'Solar panels',
      'roof',
      'inverter',
      5000,
      { kind: 'solar', panels: { peakWatts: 4400, inverterWatts: 4200, tilt: 32, azimuth: 195 } },
      11_209_330,
    ),
    {
      ...wired(
        'battery',
        'Battery',
        'garage',
        'battery',
        3500,
        { kind: 'battery', battery: { capacityWh: 8600, maxWatts: 3300, efficiency: 0.955 } },
        3_120_405,
      ),
      capabilities: ['meter', 'battery'],
    },
    wired(
      'water-heater',
      'Water heater',
      'garage',
      'water heater',
      2200,
      waterHeater({ watts: 2050, nightHour: 13.5 }),
      7_401_900,
    ),
    plug(
      'fridge',
      'Fridge-freezer',
      'kitchen',
      compressor({ watts: 74, duty: 0.34, cycleMinutes: 52, standby: 1.6 }),
      934_201,
    ),
    plug(
      'washing-machine',
      'Washing machine',
      'garage',
      programme(washing, { chance: [0.3, 0.8], hours: [10, 19], standby: 1.1 }),
      250_115,
    ),
    plug(
      'dishwasher',
      'Dishwasher',
      'kitchen',
      programme(dishes, { chance: [0.6, 0.8], hours: [13, 20.8], standby: 0.3 }),
      361_870,
    ),
    plug('kettle', 'Kettle', 'kitchen', kettle({ watts: 1840, perDay: 4 }), 99_120),
    plug('television', 'Television', 'living-room', entertainment({ watts: 105, standby: 0.4 }), 77_018, 10),
    wired(
      'lighting',
      'Lighting',
      'house',
      'circuit meter',
      2300,
      lighting({ watts: 160, standby: 2 }),
      1_204_550,
    ),
    sensor('living-room-air', 'Air in the living room', 'living-room', livingRoom(75, gasHeated)),
    outdoor('roof'),
  ],
  unmeasured: {
    cooker: cooker({ watts: 2700 }),
    background: background({ watts: 110, perPerson: 40 }),
  },
}
