import { clock } from '../day.ts'
import { carAtWork } from '../loads/car.ts'
import { compressor } from '../loads/compressor.ts'
import { background } from '../loads/household.ts'
import { coffeeMachine, desk, officeLighting, serverRack } from '../loads/office.ts'
import { dishes, programme } from '../loads/programme.ts'
import type { SiteSpec } from '../spec.ts'
import type { World } from '../world.ts'
import { mains, outdoor, places, plug, sensor, wired } from './parts.ts'

const officeAir = (world: World, second: number) => {
  const open = world.day.weekday < 5 && second > clock(world.day, 6.5) && second < clock(world.day, 18.5)
  return Math.max(open ? 21.5 : 18.5, Math.min(26, world.weather(second).temperature))
}

const desks = ['Ada', 'Emmy', 'Grace', 'Hedy', 'Lise', 'Mary'].map((person, index) =>
  plug(
    `desk-${index + 1}`,
    `Desk of ${person}`,
    index < 3 ? 'open-plan' : 'workshop',
    desk({ watts: 62 + 14 * (index % 4), standby: 1.3 + 0.6 * (index % 3) }),
    40_000 + 8_731 * index,
    10,
  ),
)

export const berlin: SiteSpec = {
  id: 'demo-berlin',
  name: 'Office in Berlin (demo)',
  timezone: 'Europe/Berlin',
  currency: 'EUR',
  climate: { latitude: 52.5, longitude: 13.4, mean: 10.3, season: 9.5, day: 4.5, clouds: 0.5 },
  household: {
    kind: 'office',
    people: 28,
    holidays: [
      ['01-01', '01-01'],
      ['05-01', '05-01'],
      ['10-03', '10-03'],
      ['12-24', '12-31'],
    ],
  },
  places: places([
    ['building', 'Office building', 'building'],
    ['open-plan', 'Open-plan office', 'room', 'building'],
    ['workshop', 'Workshop', 'room', 'building'],
    ['meeting-room', 'Meeting room', 'room', 'building'],
    ['kitchen', 'Kitchen', 'room', 'building'],
    ['server-room', 'Server room', 'room', 'building'],
    ['car-park', 'Car park', 'outside'],
  ]),
  devices: [
    mains('building', 125, 3, 318_220_470),
    {
      ...wired(
        'ventilation',
        'Ventilation',
        'building',
        'air handling unit',
        4500,
        { kind: 'ventilation', watts: 3600 },
        22_310_500,
      ),
      capabilities: ['meter', 'ventilation'],
    },
    wired(
      'server-rack',
      'Server rack',
      'server-room',
      'rack meter',
      7000,
      serverRack({ watts: 1480 }),
      41_006_330,
    ),
    wired(
      'lighting',
      'Lighting',
      'building',
      'circuit meter',
      6000,
      officeLighting({ watts: 2900 }),
      19_404_100,
    ),
    wired(
      'car-charger-1',
      'Car charger 1',
      'car-park',
      'car charger',
      11_500,
      carAtWork({ watts: 10_900, standby: 3.5 }),
      8_020_660,
    ),
    wired(
      'car-charger-2',
      'Car charger 2',
      'car-park',
      'car charger',
      11_500,
      carAtWork({ watts: 7_300, standby: 3.5 }),
      5_910_140,
    ),
    ...desks,
    plug('coffee-machine', 'Coffee machine', 'kitchen', coffeeMachine({ watts: 1430 }), 702_118),
    plug(
      'fridge',
      'Fridge',
      'kitchen',
      compressor({ watts: 70, duty: 0.3, cycleMinutes: 50, standby: 1.2 }),
      1_005_060,
    ),
    sensor('open-plan-air', 'Air in the open-plan office', 'open-plan', {
      volume: 420,
      awakeShare: 0.5,
      asleepShare: 0,
      airChanges: 1.6,
      target: officeAir,
    }),
    sensor('meeting-room-air', 'Air in the meeting room', 'meeting-room', {
      volume: 70,
      awakeShare: 0.14,
      asleepShare: 0,
      airChanges: 1.9,
      target: officeAir,
    }),
    outdoor('car-park'),
  ],
  unmeasured: {
    dishwasher: programme(dishes, { chance: [0.95, 0.02], hours: [14, 17], standby: 0.5 }),
    background: background({ watts: 420, perPerson: 22 }),
  },
}
