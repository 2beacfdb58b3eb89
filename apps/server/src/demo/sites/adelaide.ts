import { compressor } from '../loads/compressor.ts'
import type { HeatPump } from '../loads/heating.ts'
import { background, cooker, entertainment, kettle, lighting, scheduled } from '../loads/household.ts'
import { programme, washing } from '../loads/programme.ts'
import type { SiteSpec } from '../spec.ts'
import { bedroom, kept, livingRoom, mains, outdoor, places, plug, sensor, wired } from './parts.ts'

const adelaidePump: HeatPump = {
  lossWattsPerKelvin: 210,
  minWatts: 480,
  maxWatts: 2900,
  setpoint: 20,
  coolAbove: 24.5,
}

export const adelaide: SiteSpec = {
  id: 'demo-adelaide',
  name: 'Home in Adelaide (demo)',
  timezone: 'Australia/Adelaide',
  currency: 'AUD',
  climate: { latitude: -34.93, longitude: 138.6, mean: 17.4, season: 6.2, day: 6, clouds: 0.34 },
  household: { kind: 'home', people: 2, holidays: [['01-03', '01-13']] },
  places: places([
    ['house', 'House', 'building'],
    ['kitchen', 'Kitchen', 'room', 'house'],
    ['living-room', 'Living room', 'room', 'house'],
    ['bedroom', 'Bedroom', 'room', 'house'],
    ['garden', 'Garden', 'outside'],
  ]),
  devices: [
    mains('house', 63, 1, 17_420_880),
    wired(
      'solar',
      'Solar panels',
      'house',
      'inverter',
      6000,
      { kind: 'solar', panels: { peakWatts: 6600, inverterWatts: 5000, tilt: 22, azimuth: 5 } },
      28_660_410,
    ),
    {
      ...wired(
        'air-conditioner',
        'Air conditioner',
        'living-room',
        'heat pump',
        3500,
        { kind: 'heat-pump', pump: adelaidePump },
        6_050_700,
      ),
      capabilities: ['meter', 'thermostat'],
    },
    wired(
      'pool-pump',
      'Pool pump',
      'garden',
      'circuit meter',
      1500,
      scheduled({ watts: 1090, from: 9.5, hours: [2.5, 7] }),
      4_871_205,
    ),
    plug(
      'fridge',
      'Fridge',
      'kitchen',
      compressor({ watts: 82, duty: 0.35, cycleMinutes: 44, standby: 1.4 }),
      1_320_404,
    ),
    plug(
      'freezer',
      'Chest freezer',
      'kitchen',
      compressor({ watts: 66, duty: 0.38, cycleMinutes: 64, standby: 0.7 }),
      1_102_090,
    ),
    plug(
      'washing-machine',
      'Washing machine',
      'house',
      programme(washing, { chance: [0.25, 0.75], hours: [8.5, 18], standby: 0.8 }),
      201_770,
    ),
    plug('kettle', 'Kettle', 'kitchen', kettle({ watts: 2210, perDay: 4 }), 150_332),
    plug('television', 'Television', 'living-room', entertainment({ watts: 142, standby: 0.5 }), 120_876, 10),
    sensor('living-room-air', 'Air in the living room', 'living-room', livingRoom(90, kept(adelaidePump))),
    sensor('bedroom-air', 'Air in the bedroom', 'bedroom', bedroom(42, kept(adelaidePump))),
    outdoor('garden'),
  ],
  unmeasured: {
    lighting: lighting({ watts: 180, standby: 6 }),
    cooker: cooker({ watts: 2500 }),
    background: background({ watts: 150, perPerson: 45 }),
  },
}
