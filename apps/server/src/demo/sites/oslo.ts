import { carAtHome } from '../loads/car.ts'
import { compressor } from '../loads/compressor.ts'
import { type HeatPump, waterHeater } from '../loads/heating.ts'
import { background, cooker, entertainment, kettle, lighting } from '../loads/household.ts'
import { dishes, programme, washing } from '../loads/programme.ts'
import type { SiteSpec } from '../spec.ts'
import { bedroom, kept, livingRoom, mains, outdoor, places, plug, sensor, wired } from './parts.ts'

const osloPump: HeatPump = {
  lossWattsPerKelvin: 145,
  minWatts: 420,
  maxWatts: 2350,
  setpoint: 21.5,
  coolAbove: null,
}

export const oslo: SiteSpec = {
  id: 'demo-oslo',
  name: 'Home in Oslo (demo)',
  timezone: 'Europe/Oslo',
  currency: 'NOK',
  climate: { latitude: 59.95, longitude: 10.77, mean: 6.4, season: 11, day: 4, clouds: 0.52 },
  household: {
    kind: 'home',
    people: 4,
    holidays: [
      ['07-06', '07-24'],
      ['12-27', '12-30'],
    ],
  },
  places: places([
    ['house', 'House', 'building'],
    ['kitchen', 'Kitchen', 'room', 'house'],
    ['living-room', 'Living room', 'room', 'house'],
    ['bedroom', 'Bedroom', 'room', 'house'],
    ['laundry', 'Laundry', 'room', 'house'],
    ['garden', 'Garden', 'outside'],
  ]),
  devices: [
    mains('house', 50, 3, 61_234_560),
    {
      ...wired(
        'heat-pump',
        'Heat pump',
        'living-room',
        'heat pump',
        3500,
        { kind: 'heat-pump', pump: osloPump },
        9_871_000,
      ),
      capabilities: ['meter', 'thermostat'],
    },
    wired(
      'water-heater',
      'Water heater',
      'laundry',
      'water heater',
      2200,
      waterHeater({ watts: 1950, nightHour: null }),
      14_020_400,
    ),
    wired(
      'car-charger',
      'Car charger',
      'garden',
      'car charger',
      7400,
      carAtHome({ watts: 7150, hour: 0.5, standby: 3.2 }),
      5_554_310,
    ),
    plug(
      'fridge',
      'Fridge',
      'kitchen',
      compressor({ watts: 61, duty: 0.31, cycleMinutes: 47, standby: 1.2 }),
      812_345,
    ),
    plug(
      'freezer',
      'Freezer',
      'laundry',
      compressor({ watts: 72, duty: 0.36, cycleMinutes: 61, standby: 0.8 }),
      1_010_222,
    ),
    plug(
      'dishwasher',
      'Dishwasher',
      'kitchen',
      programme(dishes, { chance: [0.75, 0.9], hours: [18.5, 21], standby: 0.4 }),
      402_118,
    ),
    plug(
      'washing-machine',
      'Washing machine',
      'laundry',
      programme(washing, { chance: [0.35, 0.85], hours: [9, 20.5], standby: 0.9 }),
      288_530,
    ),
    plug('kettle', 'Kettle', 'kitchen', kettle({ watts: 2015, perDay: 5 }), 130_004),
    plug('television', 'Television', 'living-room', entertainment({ watts: 128, standby: 0.6 }), 91_440, 10),
    sensor('living-room-air', 'Air in the living room', 'living-room', livingRoom(85, kept(osloPump))),
    sensor(
      'bedroom-air',
      'Air in the bedroom',
      'bedroom',
      bedroom(38, (world, second) => kept(osloPump)(world, second) - 2.5),
    ),
    outdoor('garden'),
  ],
  unmeasured: {
    lighting: lighting({ watts: 210, standby: 4 }),
    cooker: cooker({ watts: 2400 }),
    background: background({ watts: 135, perPerson: 35 }),
  },
}
